"""One tool for each operation of the API, with the schema that its description has."""

from typing import Any

from mcp.server.mcpserver.tools import Tool
from mcp.types import CallToolResult, ToolAnnotations

from .call import call_operation
from .table import OPERATIONS


class OperationTool(Tool):
    """A tool whose schema is not made from the types of a function."""

    async def run(self, arguments: dict[str, Any], context: Any, convert_result: bool = False) -> CallToolResult:
        """Calls the operation."""
        return await call_operation(OPERATIONS[self.name], arguments)


async def _call() -> None:
    """Stands where other tools have their function."""


def operation_tools() -> list[Tool]:
    """The tools, for the server."""
    pattern = OperationTool.from_function(_call, structured_output=False)
    return [
        pattern.model_copy(
            update={
                "name": name,
                "title": one.title,
                "description": one.description,
                "parameters": one.input,
                "annotations": ToolAnnotations(
                    title=one.title,
                    read_only_hint=one.readOnly,
                    destructive_hint=one.destructive,
                    idempotent_hint=one.idempotent,
                    open_world_hint=True,
                ),
            }
        )
        for name, one in OPERATIONS.items()
    ]
