"""`log://server`: the last log lines of this process, so that a failed call can be looked into from the chat."""

from ..mcp_server import Server


def server_log(server: Server) -> None:
    """Puts the resource on a server."""

    async def read() -> str:
        return "\n".join(server.app.log.recent())

    server.resource(
        "log://server",
        name="server-log",
        title="Server log",
        description="The last log lines, oldest first. Secrets are redacted.",
        mime_type="application/x-ndjson",
    )(read)
