"""How tools fail: with a reason, and with what the model can do about it."""

from dataclasses import dataclass

from mcp.types import CallToolResult, TextContent

from .storage.store import StoreError, StoreErrorCode


@dataclass(frozen=True)
class Failure:
    """One way in which a tool can fail, told to clients before it happens and to the model when it does."""

    reason: str
    when: str
    """When it happens."""
    recovery: str
    """What the model should do about it."""
    retryable: bool = False
    """Whether the same call can succeed later."""

    def error(self, message: str) -> "ToolFailed":
        """This failure on its way to the model; raise it."""
        return ToolFailed(self, message)


class ToolFailed(Exception):
    """A failure that was foreseen."""

    def __init__(self, failure: Failure, message: str) -> None:
        super().__init__(message)
        self.failure = failure
        self.message = message


INVALID_ARGUMENTS = Failure(
    "invalid_arguments",
    when="The arguments do not match the input schema.",
    recovery="Correct the named arguments and call the tool again.",
)
TIMED_OUT = Failure(
    "timed_out",
    when="The call took longer than its time limit.",
    recovery="Try again, or ask for less at once.",
    retryable=True,
)
CANCELLED = Failure(
    "cancelled",
    when="The client cancelled the call.",
    recovery="Call the tool again if the result is still wanted.",
    retryable=True,
)
STORE_CONFLICT = Failure(
    "store_conflict",
    when="Something else changed the same data at the same moment.",
    recovery="Read the current state and try again.",
    retryable=True,
)
STORE_UNAVAILABLE = Failure(
    "store_unavailable",
    when="The storage backend does not answer.",
    recovery="Wait a moment and try again; if it stays so, tell the user that storage is down.",
    retryable=True,
)
INTERNAL_ERROR = Failure(
    "internal_error",
    when="The server has a defect.",
    recovery="Do not repeat the call; tell the user that the details are in the server log.",
)

COMMON_FAILURES = (INVALID_ARGUMENTS, TIMED_OUT, CANCELLED, STORE_CONFLICT, STORE_UNAVAILABLE, INTERNAL_ERROR)

_REFUSED: tuple[StoreErrorCode, ...] = ("invalid_key", "invalid_value", "too_large")
"""What the store refuses to take."""
"""Failures that every tool shares."""


def to_tool_failed(error: Exception) -> ToolFailed:
    """Turns whatever was raised into a failure. Messages of unknown errors stay in the log: they may hold secrets."""
    if isinstance(error, ToolFailed):
        return error
    if isinstance(error, StoreError) and error.code == "conflict":
        return STORE_CONFLICT.error(str(error))
    if isinstance(error, StoreError) and error.code == "unavailable":
        return STORE_UNAVAILABLE.error("The storage backend does not answer.")
    if isinstance(error, StoreError) and error.code in _REFUSED:
        return INVALID_ARGUMENTS.error(str(error))
    return INTERNAL_ERROR.error("The tool failed unexpectedly.")


def error_result(error: ToolFailed) -> CallToolResult:
    """The wire form: the same content for models that read text and for clients that read structured content."""
    failure = error.failure
    retry = " The same call may succeed later." if failure.retryable else ""
    text = f"{error.message}\nReason: {failure.reason}\nRecovery: {failure.recovery}{retry}"
    return CallToolResult(
        is_error=True,
        content=[TextContent(text=text)],
        structured_content={
            "error": {
                "reason": failure.reason,
                "message": error.message,
                "recovery": failure.recovery,
                "retryable": failure.retryable,
            }
        },
    )
