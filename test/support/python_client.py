"""The official Python client, in both protocol eras. Prints what it has seen as one JSON object.

Usage: python_client.py <url>, or python_client.py <command> <argument>... with the server's settings as SERVER_ENV.
"""

import json
import os
import sys
from typing import Any

import anyio
from mcp import Client, StdioServerParameters
from mcp.client.context import ClientRequestContext
from mcp.client.stdio import stdio_client
from mcp.types import ElicitRequestParams, ElicitResult

ERAS = {"2025": "legacy", "2026": "auto"}


async def agree(context: ClientRequestContext, params: ElicitRequestParams) -> ElicitResult:
    """The user says yes to everything."""
    return ElicitResult(action="accept", content={"confirm": True})


async def main() -> None:
    """Talks to the server in each era."""
    seen: dict[str, Any] = {}
    for era, mode in ERAS.items():
        command, *arguments = sys.argv[1:]
        if command.startswith("http"):
            server: Any = command
        else:
            env = json.loads(os.environ["SERVER_ENV"])
            server = stdio_client(StdioServerParameters(command=command, args=arguments, env=env, cwd="/"))
        async with Client(server, mode=mode, elicitation_callback=agree) as client:
            seen[era] = await look(client)
    sys.stdout.write(json.dumps(seen))


async def look(client: Client) -> dict[str, Any]:
    """What a client learns."""
    tools = [tool.name for tool in (await client.list_tools()).tools]
    has_resources = client.server_capabilities and client.server_capabilities.resources
    resources = [resource.uri for resource in (await client.list_resources()).resources] if has_resources else []
    seen: dict[str, Any] = {
        "version": client.protocol_version,
        "server": client.server_info and client.server_info.name,
        "tools": sorted(tools),
        "resources": sorted(resources),
    }
    if "delete_note" in tools:
        made = await client.call_tool("create_note", {"title": "Old"})
        assert made.structured_content is not None
        gone = await client.call_tool("delete_note", {"id": made.structured_content["id"]})
        seen["deleted"] = gone.structured_content and gone.structured_content["deleted"]
    if "run_job" in tools:
        progress: list[float] = []

        async def hear(done: float, total: float | None, message: str | None) -> None:
            progress.append(done)

        job = await client.call_tool("run_job", {"steps": 2, "delay": 5}, progress_callback=hear)
        seen["job"] = [job.structured_content and job.structured_content["state"], progress]
    return seen


anyio.run(main)
