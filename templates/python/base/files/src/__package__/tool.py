"""How tools are defined and called."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, get_args, get_type_hints

import anyio
from mcp.server.elicitation import ElicitationResult
from mcp.server.mcpserver import Context
from mcp.types import CallToolResult, InputRequiredResult, TextContent, ToolAnnotations
from mcp.types import Tool as Definition
from pydantic import ValidationError

from .app import App
from .errors import COMMON_FAILURES, INVALID_ARGUMENTS, TIMED_OUT, Failure
from .question import AnswerT, Question, as_result, ask_now, can_ask, is_legacy, received
from .schema import Arguments, Result, input_schema, output_schema, to_json

ArgumentsT = TypeVar("ArgumentsT", bound=Arguments)
ResultT = TypeVar("ResultT", bound=Result)

_MAX_ROUNDS = 8
"""Questions in one call. More is a defect of a tool."""


@dataclass(frozen=True)
class Call:
    """What a tool gets besides its arguments. It is cancelled when the client cancels or hangs up, or time is over."""

    app: App
    context: Context[App]
    """What the SDK knows about this request."""
    _answers: Mapping[str, ElicitationResult[Any]] = field(default_factory=dict[str, ElicitationResult[Any]])

    @property
    def can_ask(self) -> bool:
        """Whether this client can put a question to its user."""
        return can_ask(self.context)

    def answer_to(self, question: Question[AnswerT]) -> ElicitationResult[AnswerT] | None:
        """What the user said; `None` if they have not been asked yet."""
        return self._answers.get(question.subject) or received(question, self.context)

    async def progress(self, done: int, total: int, message: str) -> None:
        """Tells a client that asked for it how far the work has come."""
        await self.context.report_progress(done, total, message)


@dataclass(frozen=True)
class Tool(Generic[ArgumentsT, ResultT]):
    """A tool that can be listed and called."""

    definition: Definition
    arguments: type[ArgumentsT]
    result: type[ResultT]
    run: Callable[[ArgumentsT, Call], Awaitable[ResultT | Question[Any]]]
    timeout_ms: int | None

    async def call(
        self, app: App, arguments: Mapping[str, Any], context: Context[App]
    ) -> CallToolResult | InputRequiredResult:
        """Runs the tool, and asks the user what it wants to know.

        Raises:
            ToolFailed: A failure that the tool foresees.
        """
        try:
            parsed = self.arguments.model_validate(arguments)
        except ValidationError as error:
            raise INVALID_ARGUMENTS.error(_explain(error)) from None
        answers: dict[str, ElicitationResult[Any]] = {}
        for _ in range(_MAX_ROUNDS):
            outcome = await self._run(parsed, Call(app, context, answers))
            if not isinstance(outcome, Question):
                return _success(outcome, app.config.max_result_chars)
            if not is_legacy(context):
                return as_result(outcome)
            # The user may take longer than a tool may.
            answers[outcome.subject] = await ask_now(outcome, context)
        raise RuntimeError(f"{self.definition.name} asks again and again")

    async def _run(self, arguments: ArgumentsT, call: Call) -> ResultT | Question[Any]:
        limit = self.timeout_ms or call.app.config.tool_timeout_ms
        with anyio.move_on_after(limit / 1000):
            return await self.run(arguments, call)
        raise TIMED_OUT.error(f"No result within {limit} ms.")


def tool(
    *,
    title: str,
    description: str,
    annotations: ToolAnnotations,
    failures: Sequence[Failure] = (),
    timeout_ms: int | None = None,
) -> Callable[[Callable[[ArgumentsT, Call], Awaitable[ResultT | Question[Any]]]], Tool[ArgumentsT, ResultT]]:
    """Makes a tool of an async function. Its name and its schemas follow from the function's name and type hints.

    Args:
        title: For people.
        description: For models: what it does, and what it does not.
        annotations: Hints for the client. Write out all four: their defaults in the specification surprise.
        failures: The failures it can end with, besides those that every tool shares.
        timeout_ms: Milliseconds; `None` means TOOL_TIMEOUT_MS.
    """

    def define(run: Callable[[ArgumentsT, Call], Awaitable[ResultT | Question[Any]]]) -> Tool[ArgumentsT, ResultT]:
        hints = get_type_hints(run)
        answer = hints.pop("return")
        arguments: type[ArgumentsT] = next(iter(hints.values()))
        result: type[ResultT] = next(iter(get_args(answer)), answer)
        definition = Definition(
            name=run.__name__.replace("_", "-"),
            title=title,
            description=description,
            input_schema=input_schema(arguments),
            output_schema=output_schema(result),
            annotations=annotations,
            _meta={"mcp-mason/failures": {one.reason: _shown(one) for one in (*COMMON_FAILURES, *failures)}},
        )
        return Tool(definition, arguments, result, run, timeout_ms)

    return define


def _shown(failure: Failure) -> dict[str, object]:
    return {"when": failure.when, "recovery": failure.recovery, "retryable": failure.retryable}


def _explain(error: ValidationError) -> str:
    """One paragraph a fault: what is wrong, and where."""
    lines = [f"✖ {one['msg']}\n  → at {'.'.join(map(str, one['loc']))}" for one in error.errors(include_url=False)]
    return "\n".join(lines)


def _success(result: Result, max_chars: int) -> CallToolResult:
    output = to_json(result)
    text = json.dumps(output, ensure_ascii=False, separators=(",", ":"))
    notice = f"… [cut after {max_chars} of {len(text)} characters; ask for less, or use the paging arguments]"
    shown = text[:max_chars] + notice if len(text) > max_chars else text
    return CallToolResult(content=[TextContent(text=shown)], structured_content=output)
