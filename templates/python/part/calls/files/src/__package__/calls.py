"""What the SDK leaves open about calls of tools."""

import json
import logging
import math
from contextlib import suppress
from dataclasses import replace
from difflib import get_close_matches
from typing import Any, cast

import anyio
from mcp.server import MCPServer
from mcp.server.context import CallNext, HandlerResult, ServerMiddleware, ServerRequestContext
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import CallToolResult, TextContent


def checked_calls(mcp: MCPServer[Any]) -> ServerMiddleware[Any]:
    """Middleware: unknown arguments and results that are not JSON are refused, and no tool can end the server."""
    schemas: dict[str, dict[str, Any]] = {}

    async def middleware(ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
        params = ctx.params or {}
        name, arguments = str(params.get("name")), cast("dict[str, Any]", params.get("arguments"))
        if ctx.method != "tools/call" or type(arguments) is not dict:
            return await call_next(ctx)
        if name not in schemas:
            schemas.update({tool.name: tool.input_schema for tool in await mcp.list_tools()})
        try:
            accepted = _accept(arguments, schemas[name]) if name in schemas else arguments
            result = await call_next(replace(ctx, params={**params, "arguments": accepted}))
            if isinstance(result, dict) and not _is_json(result):
                raise ToolError("NaN, Infinity or half a character in the result")
            return result
        except BaseException as error:
            # SystemExit, and a CancelledError of something else than this call, are failures of the tool.
            cancelled = anyio.current_effective_deadline() == -math.inf
            if not isinstance(error, ToolError) and (cancelled or isinstance(error, (Exception, KeyboardInterrupt))):
                raise
            logging.getLogger(__name__).error("Tool %r failed: %r", name, error)
            text = f"Error executing tool {name}" + (f": {error}" if isinstance(error, ToolError) else "")
            return CallToolResult(content=[TextContent(text=text)], is_error=True)

    return middleware


def _accept(arguments: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """The arguments, without nulls that stand for "not given"."""
    known: dict[str, Any] = schema.get("properties", {})
    accepted: dict[str, Any] = {}
    for name, value in arguments.items():
        if name not in known:
            near = get_close_matches(name, known, 1)
            hint = f'Did you mean "{near[0]}"?' if near else f"Known are: {', '.join(known) or 'none'}."
            raise ToolError(f'Unknown argument "{name}". {hint}')
        types = {one.get("type") for one in known[name].get("anyOf", ())}
        if value is None and "null" not in types and name not in schema.get("required", ()):
            continue
        # Where None is allowed the SDK reads text that looks like JSON as JSON, except when it comes as bytes.
        accepted[name] = value.encode() if isinstance(value, str) and {"string", "null"} <= types else value
    return accepted


def _is_json(result: dict[str, Any]) -> bool:
    """Whether UTF-8 and JSON can hold it. The SDK makes null of NaN, but in the text it is still to be seen."""
    constants: list[str] = []
    try:
        json.dumps(result, ensure_ascii=False, allow_nan=False).encode()
    except ValueError:
        return False
    for content in result.get("content", ()) if "null" in json.dumps(result.get("structuredContent", "")) else ():
        with suppress(ValueError):
            json.loads(content.get("text", ""), parse_constant=constants.append)
    return not constants
