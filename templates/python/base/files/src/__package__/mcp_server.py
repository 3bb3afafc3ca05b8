"""The SDK's server, with what all servers of this kind share."""

import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

from mcp import MCPError
from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.types import (
    INVALID_PARAMS,
    CallToolResult,
    Completion,
    CompletionArgument,
    CompletionContext,
    GetPromptResult,
    InputRequiredResult,
    PromptReference,
    Resource,
    ResourceTemplateReference,
)
from mcp.types import Tool as Definition

from .app import App
from .errors import INTERNAL_ERROR, error_result, to_tool_failed
from .tool import Tool

_MAX_COMPLETIONS = 100

Complete: TypeAlias = Callable[[str], Awaitable[list[str]]]
"""The values that begin with what was typed."""

Lister: TypeAlias = Callable[[], Awaitable[list[Resource]]]
"""The resources that there are now."""


class Server(MCPServer[App]):
    """One server for all clients of a process.

    It is the SDK's, but tools answer failures that models can act on, and resources can be listed as they come and go.
    """

    def __init__(self, app: App, tools: Mapping[str, Tool[Any, Any]], name: str, **options: Any) -> None:
        super().__init__(name, **options)
        self.app = app
        self._tools = tools
        self._listers: list[Lister] = []
        self._completions: dict[tuple[str, str], Complete] = {}

    async def list_tools(self) -> list[Definition]:
        """The tools, as clients see them."""
        return [tool.definition for tool in self._tools.values()]

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[App, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        """Calls a tool. Whatever it raises reaches the client as a result that the model can act on."""
        tool = self._tools.get(name)
        if tool is None:
            raise MCPError(INVALID_PARAMS, f"Tool {name} not found")
        log = self.app.log
        started = time.perf_counter()
        with self.app.calls.running():
            try:
                result = await tool.call(self.app, arguments, context or Context[App](mcp_server=self))
            except MCPError:
                raise
            except Exception as thrown:
                error = to_tool_failed(thrown)
                if error.failure is INTERNAL_ERROR:
                    log.error("tool failed", thrown, tool=name, reason=error.failure.reason)
                else:
                    log.info("tool failed", tool=name, reason=error.failure.reason, cause=str(thrown))
                return error_result(error)
        log.debug("tool answered", tool=name, ms=round((time.perf_counter() - started) * 1000))
        return result

    def add_resource_lister(self, lister: Lister) -> None:
        """Adds what a template stands for to the list of resources."""
        self._listers.append(lister)

    async def list_resources(self) -> list[Resource]:
        """The resources that there are now."""
        found = list(await super().list_resources())
        for lister in self._listers:
            found.extend(await lister())
        return found

    async def get_prompt(
        self, name: str, arguments: dict[str, Any] | None = None, context: Context[App, Any] | None = None
    ) -> GetPromptResult | InputRequiredResult:
        """Fills in a prompt."""
        if all(prompt.name != name for prompt in await self.list_prompts()):
            raise MCPError(INVALID_PARAMS, f"Prompt {name} not found")
        return await super().get_prompt(name, arguments, context)

    def add_completion(self, subject: str, argument: str, complete: Complete) -> None:
        """Completes an argument of a prompt, by its name, or of a resource template, by its URI."""
        if not self._completions:
            self.completion()(self._complete)
        self._completions[subject, argument] = complete

    async def _complete(
        self,
        ref: PromptReference | ResourceTemplateReference,
        argument: CompletionArgument,
        _: CompletionContext | None,
    ) -> Completion | None:
        subject = ref.name if isinstance(ref, PromptReference) else ref.uri
        complete = self._completions.get((subject, argument.name))
        if complete is None:
            return None
        values = await complete(argument.value)
        return Completion(values=values[:_MAX_COMPLETIONS], total=len(values), has_more=len(values) > _MAX_COMPLETIONS)


Registration: TypeAlias = Callable[[Server], None]
"""Puts a resource or a prompt on a server."""
