"""Calls of the API. What fails is told, so that a model can correct itself."""

import base64
import json
import logging
import re
from typing import Any, cast

from mcp.types import AudioContent, BlobResourceContents, CallToolResult, EmbeddedResource, ImageContent, TextContent
from pydantic import SecretStr

from ..config import config
from ..errors import Failure
from .auth import settings_of
from .input import accept
from .request import request_of
from .send import Answer, send, wait_of
from .table import Operation

MOST_REASON = 2000
TEXT = re.compile(r"text/|.*[/+](json|xml|yaml|x-yaml|javascript|x-ndjson|x-www-form-urlencoded)$")
# Others than these can take very long.
CHARSET = re.compile(
    r"utf-?8|utf-?16([bl]e)?|(us-)?ascii|iso-8859-\d|iso-8859-1[0-6]|windows-125\d|koi8-[ru]|gbk|gb18030|big5|shift_jis|euc-(jp|kr)",
    re.IGNORECASE,
)
ADVICE = {
    403: "These credentials may not do this: do not repeat it, tell the user.",
    404: "Check the ids in the arguments; look them up first.",
    405: "The API does not offer this; tell the user.",
    409: "It conflicts with what is there: read that again, then decide.",
    410: "It is gone for good.",
    412: "It has changed meanwhile: read it again.",
    413: "Send less.",
}
# Addresses may hold credentials.
logging.getLogger("httpx2").setLevel(logging.WARNING)


async def call_operation(operation: Operation, arguments: dict[str, Any]) -> CallToolResult:
    """Calls an operation of the API."""
    try:
        answer = await send(operation, request_of(operation, accept(arguments, operation.input)))
    except Failure as failure:
        return _failure(str(failure))
    if answer.status < 400:
        return _result_of(answer)
    return _failure(f"{_hide(_reason_in(answer))} {_advice_for(answer, operation)}")


def _failure(text: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(text=text)], is_error=True)


def _hide(text: str) -> str:
    """What an API repeats of our credentials is not for models."""
    for value in dict(config).values():
        secret = value.get_secret_value() if isinstance(value, SecretStr) else ""
        text = text.replace(secret, "***") if len(secret) > 3 else text
    return text


def _result_of(answer: Answer) -> CallToolResult:
    """Text, an image or a file; an object of JSON also as structured content."""
    kind = _type_of(answer)
    notes = [f"{name}: {answer.headers[name]}" for name in ("link", "location") if name in answer.headers]
    if answer.is_cut:
        notes.append("(The answer is longer than API_MAX_BYTES, and cut here. Ask for less.)")
    more = [TextContent(text=_hide(note)) for note in notes]
    if not answer.body:
        return CallToolResult(content=[TextContent(text=f"{answer.status} {answer.reason}".strip()), *more])
    if not _is_text(kind, answer.body):
        if answer.is_cut:
            return _failure(f"The answer is {kind} of more than API_MAX_BYTES. Ask for another one.")
        data = base64.b64encode(answer.body).decode()
        if kind.startswith("image/"):
            return CallToolResult(content=[ImageContent(data=data, mime_type=kind), *more])
        if kind.startswith("audio/"):
            return CallToolResult(content=[AudioContent(data=data, mime_type=kind), *more])
        resource = BlobResourceContents(uri=answer.place, mime_type=kind, blob=data)
        return CallToolResult(content=[EmbeddedResource(resource=resource), *more])
    text = _decode(answer)
    try:
        value = json.loads(text, parse_constant=_refuse) if re.search(r"[/+]json$", kind) else None
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":")) if value is not None else text
        text = text.encode(errors="replace").decode()  # without halves of characters
        value = json.loads(text) if value is not None else None
    except (ValueError, RecursionError):
        value = None  # a body that is not what it says is shown as it is
    structured = cast("dict[str, Any]", value) if isinstance(value, dict) else None
    return CallToolResult(content=[TextContent(text=text), *more], structured_content=structured)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def _type_of(answer: Answer) -> str:
    return answer.headers.get("content-type", "").split(";")[0].strip().lower() or "application/octet-stream"


def _is_text(kind: str, body: bytes) -> bool:
    """By its type; where that says nothing, by what is in it."""
    if TEXT.match(kind):
        return True
    try:
        return kind == "application/octet-stream" and b"\0" not in body[:1000] and bool(body.decode())
    except UnicodeDecodeError:
        return False


def _decode(answer: Answer) -> str:
    """A charset that nobody knows is taken for UTF-8."""
    found = re.search(r"charset=\"?([\w-]+)", answer.headers.get("content-type", ""), re.IGNORECASE)
    charset = found[1].lower() if found and CHARSET.fullmatch(found[1]) else "utf-8"
    return answer.body.decode("utf-8-sig" if charset in ("utf8", "utf-8") else charset, errors="replace")


def _reason_in(answer: Answer) -> str:
    """The status, and what the API says about it."""
    kind = _type_of(answer)
    text = _decode(answer).strip() if _is_text(kind, answer.body) else ""
    if "html" in kind:
        title = re.search(r"<title[^>]{0,200}>([^<]{0,200})", text, re.IGNORECASE)
        text = title[1].strip() if title else ""
    shown = f": {text[:MOST_REASON]}" if text else ""
    return f"The API answers {answer.status} {answer.reason}{shown}".rstrip(".") + "."


def _advice_for(answer: Answer, operation: Operation) -> str:
    """What a model can do about a status."""
    settings = settings_of(operation)
    if answer.status == 401:
        return f"Tell the user to check {settings}." if settings else "It wants credentials that nobody described."
    if answer.status == 429:
        seconds = round(wait_of(answer.headers.get("retry-after"), 3) + 0.5)
        return f"Too many requests: wait {seconds} seconds, then try again."
    if answer.status >= 500:
        return "The API has failed: try again in a minute, or tell the user."
    return ADVICE.get(answer.status, "Correct the arguments.")
