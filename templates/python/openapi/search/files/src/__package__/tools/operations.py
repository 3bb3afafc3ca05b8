"""Three tools for an API with more operations than a model can be shown at once."""

from typing import Annotated, Any

from mcp.server import MCPServer
from mcp.types import CallToolResult, ToolAnnotations
from pydantic import Field

from ..api.call import call_operation
from ..api.search import search
from ..api.table import OPERATIONS, Operation
from ..errors import Failure
from . import READS

Name = Annotated[str, Field(max_length=100, description="Name of an operation, as search_operations lists it")]


def find(name: str) -> Operation:
    """An operation by its name."""
    if name in OPERATIONS:
        return OPERATIONS[name]
    similar = search(name.replace("_", " "))["operations"][:3]
    raise Failure(f'There is no operation "{name}".', f"Similar are: {'; '.join(similar) or 'none'}.")


def register(mcp: MCPServer[Any]) -> None:
    """Puts the tools on a server."""
    changes = ToolAnnotations(
        title="Call an operation",
        read_only_hint=False,
        destructive_hint=True,
        idempotent_hint=False,
        open_world_hint=True,
    )

    @mcp.tool(
        title="Search operations",
        description=f"Find operations of the API among {len(OPERATIONS)}. "
        "Then use describe_operation and call_operation.",
        annotations=ToolAnnotations(title="Search operations", **READS),
    )
    async def search_operations(
        query: Annotated[
            str, Field(max_length=200, description="Words about what is to be done, in English; empty: all operations")
        ] = "",
        tag: Annotated[str | None, Field(max_length=100, description="Only operations with this tag")] = None,
        path: Annotated[str | None, Field(max_length=200, description="Only operations whose path holds this")] = None,
        start: Annotated[int, Field(ge=0, le=100_000, description="Number of the first one to list")] = 0,
    ) -> dict[str, Any]:
        return search(query, tag, path, start)

    @mcp.tool(title="Describe an operation", annotations=ToolAnnotations(title="Describe an operation", **READS))
    async def describe_operation(name: Name) -> dict[str, Any]:
        """What an operation of the API does, and the JSON schema of its arguments."""
        one = find(name)
        about = {"name": name, "method": one.method, "path": one.path, "description": one.description}
        return {**about, "readOnly": one.readOnly, "destructive": one.destructive, "arguments": one.input}

    @mcp.tool("call_operation", title="Call an operation", annotations=changes)
    async def call(
        name: Name,
        arguments: Annotated[
            dict[str, Any] | None, Field(description="Its arguments, as describe_operation says")
        ] = None,
    ) -> CallToolResult:
        """Call an operation of the API with arguments that fit its schema."""
        return await call_operation(find(name), arguments or {})
