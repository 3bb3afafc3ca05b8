"""`config://app-settings`: the settings in force, without secrets."""

import json

from ..about import NAME, VERSION
from ..config import public_config
from ..mcp_server import Server


def app_settings(server: Server) -> None:
    """Puts the resource on a server."""

    async def read() -> str:
        settings = {"name": NAME, "version": VERSION, **public_config(server.app.config)}
        return json.dumps(settings, indent=2, ensure_ascii=False)

    server.resource(
        "config://app-settings",
        name="app-settings",
        title="Settings",
        description="The settings in force. Secrets are redacted.",
        mime_type="application/json",
    )(read)
