"""Questions to the user, the same for clients of every protocol version.

Clients of 2026-07-28 get a question as the answer to their call, and call again with what the user said; the SDK seals
what has to be remembered in between, so that it cannot be forged. Earlier clients are asked while the call waits.
"""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from mcp.server.elicitation import (
    AcceptedElicitation,
    CancelledElicitation,
    DeclinedElicitation,
    ElicitationResult,
    render_elicitation_schema,
)
from mcp.server.mcpserver import Context
from mcp.types import ElicitRequest, ElicitRequestFormParams, ElicitResult, InputRequiredResult
from mcp.types.version import HANDSHAKE_PROTOCOL_VERSIONS
from pydantic import BaseModel, ValidationError

AnswerT = TypeVar("AnswerT", bound=BaseModel)

_KEY = "answer"


@dataclass(frozen=True)
class Question(Generic[AnswerT]):
    """What a tool returns to ask the user; it is called again with the answer."""

    message: str
    schema: type[AnswerT]
    subject: str
    """What the answer is about. An answer to a question about something else does not count."""


def can_ask(context: Context[Any]) -> bool:
    """Whether this client can be asked."""
    capabilities = context.client_capabilities
    if capabilities is None or capabilities.elicitation is None:
        return False
    return not is_legacy(context) or context.session.can_send_request


def is_legacy(context: Context[Any]) -> bool:
    """Whether the client speaks a version before 2026-07-28."""
    return context.protocol_version in HANDSHAKE_PROTOCOL_VERSIONS


def received(question: Question[AnswerT], context: Context[Any]) -> ElicitationResult[AnswerT] | None:
    """The answer that came with this call, if it is one to this question."""
    answer = (context.input_responses or {}).get(_KEY)
    if not isinstance(answer, ElicitResult) or context.request_state != question.subject:
        return None
    if answer.action == "decline":
        return DeclinedElicitation()
    if answer.action == "cancel":
        return CancelledElicitation()
    try:
        return AcceptedElicitation(data=question.schema.model_validate(answer.content))
    except ValidationError:
        # Whatever the client has sent, it is not the user's consent.
        return CancelledElicitation()


def as_result(question: Question[Any]) -> InputRequiredResult:
    """The question as the answer to a call."""
    schema = cast("type[BaseModel]", question.schema)
    params = ElicitRequestFormParams(message=question.message, requested_schema=render_elicitation_schema(schema))
    return InputRequiredResult(input_requests={_KEY: ElicitRequest(params=params)}, request_state=question.subject)


async def ask_now(question: Question[AnswerT], context: Context[Any]) -> ElicitationResult[AnswerT]:
    """Asks while the call waits."""
    try:
        return await context.elicit(question.message, question.schema)
    except ValueError:
        return CancelledElicitation()
