"""Calls of the Fast.io API: form fields in, JSON out."""

import json
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias, cast

import anyio
import httpx2

from .no_answer import NO_ANSWER, reason_of
from .store import StoreError

Fields: TypeAlias = Mapping[str, Any]

_ATTEMPT_SECONDS = 4.0
_ATTEMPTS = 5
_STALE = 1660


class StaleNoteError(Exception):
    """The note is not what it was when it was read: HTTP 409 with the code 1660."""

    def __init__(self, is_repeated: bool) -> None:
        super().__init__("Fast.io: the note has changed")
        self.is_repeated = is_repeated
        """Whether it may be an earlier attempt of this very call that has changed the note."""


@dataclass(frozen=True)
class Call:
    """What is asked for."""

    method: Literal["GET", "POST"]
    path: str
    """Below the API's address, with a slash at both ends."""
    deadline: float
    """When to give up, in seconds of `anyio.current_time()`."""
    form: Mapping[str, str] | None = None


@dataclass(frozen=True)
class _Answer:
    status: int
    body: Fields
    headers: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300 and self.body.get("result") in (True, "yes")

    @property
    def result(self) -> Fields:
        """Fields stand at the top or below `response`."""
        response: Any = self.body.get("response")
        return cast("Fields", response) if isinstance(response, dict) else self.body

    @property
    def error(self) -> Fields:
        error: Any = self.body.get("error")
        return cast("Fields", error) if isinstance(error, dict) else {}

    @property
    def code(self) -> int:
        code = self.error.get("code")
        return code if isinstance(code, int) else 0


class FastioApi:
    """The API, with one key."""

    def __init__(self, client: httpx2.AsyncClient, url: str, key: str) -> None:
        self._client = client
        self._url = url.rstrip("/")
        self._headers = {"authorization": f"Bearer {key}", "accept": "application/json"}

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.aclose()

    async def call(self, call: Call) -> Fields:
        """Asks again, with the pauses that the service wants, when that can help.

        Raises:
            StaleNoteError: The note is not what it was when it was read.
            StoreError: `unavailable`, and the message says what to do; or `closed`.
        """
        is_repeated = False
        for attempt in range(1, _ATTEMPTS + 1):
            if self._client.is_closed:
                raise StoreError("closed", "The store is closed.")
            left = call.deadline - anyio.current_time()
            if left <= 0:
                break
            answer = await self._ask(call, min(left, _ATTEMPT_SECONDS))
            if isinstance(answer, _Answer):
                if answer.is_success:
                    return answer.result
                if answer.status == 409 and answer.code == _STALE:
                    raise StaleNoteError(is_repeated)
            may_pass = isinstance(answer, Exception) or answer.status == 429 or answer.status >= 500
            pause = _pause_before(attempt, answer)
            if not may_pass or attempt == _ATTEMPTS or anyio.current_time() + pause >= call.deadline:
                raise _refusal(answer)
            is_repeated = is_repeated or isinstance(answer, Exception) or answer.status >= 500
            await anyio.sleep(pause)
        raise StoreError("unavailable", "Fast.io: it takes too long")

    async def _ask(self, call: Call, seconds: float) -> "_Answer | Exception":
        try:
            # One time limit for an attempt as a whole: the client's own are for each step of it.
            with anyio.fail_after(seconds):
                url = f"{self._url}{call.path}"
                response = await self._client.request(call.method, url, data=call.form, headers=self._headers)
        except NO_ANSWER as error:
            return error
        return _Answer(response.status_code, _parse(response.text), response.headers)


def _parse(text: str) -> Fields:
    """What is no JSON, such as a proxy's page, counts as an answer without fields."""
    try:
        body: Any = json.loads(text)
    except ValueError:
        return {}
    return cast("Fields", body) if isinstance(body, dict) else {}


def _pause_before(attempt: int, answer: _Answer | Exception) -> float:
    """The end of the limit if the service tells it, else longer each time and different for each caller."""
    pause = 0.05 + random.random() * 0.1 * 2**attempt
    if isinstance(answer, Exception) or answer.status != 429:
        return pause
    ends = answer.headers.get("x-ve-limit-expires") or answer.headers.get("x-rate-limit-expires") or "0"
    try:
        return max(pause, float(ends) - time.time())
    except ValueError:
        return pause


def _refusal(answer: _Answer | Exception) -> StoreError:
    """What the service says, and which setting that is about. Never the address or the key."""
    if isinstance(answer, Exception):
        failure = StoreError("unavailable", f"Fast.io: no answer ({reason_of(answer)}). {_UNREACHABLE}")
        failure.__cause__ = answer
        return failure
    text = answer.error.get("text") or answer.error.get("message") or ""
    params: Any = answer.error.get("params")
    named = [f"{one['name']}: {one['message']}" for one in cast("list[Any]", params)] if _is_named(params) else []
    said = "; ".join(part for part in (text, *named) if part)
    parts = (str(answer.status), str(answer.code or ""), f"({said})" if said else "")
    return StoreError("unavailable", f"Fast.io answered {' '.join(filter(None, parts))}. {_advice_for(answer)}")


def _is_named(params: Any) -> bool:
    if not isinstance(params, list):
        return False
    return all(isinstance(one, dict) and {"name", "message"} <= one.keys() for one in cast("list[Any]", params))


_UNREACHABLE = "FASTIO_API_URL must be where the API is, https://api.fast.io/current for all but tests."

_NO_PATH = 9992
"""A path that the API does not know answers 404 as well."""


def _advice_for(answer: _Answer) -> str:
    return _UNREACHABLE if answer.code == _NO_PATH else _ADVICE.get(answer.status, _UNREACHABLE)


_IDS = "FASTIO_WORKSPACE_ID and FASTIO_NOTE_IDS must be ids as scripts/storage_setup.py prints them."

_ADVICE = {
    400: _IDS,
    401: "Set FASTIO_API_KEY to a key that is valid; make one at https://go.fast.io/settings/api-keys.",
    402: "The organization has no plan, or its credits are used up; see to that at https://go.fast.io.",
    403: "The key in FASTIO_API_KEY may not do that: look at its scopes, and whether its user is a member of the "
    "workspace.",
    404: "FASTIO_WORKSPACE_ID and FASTIO_NOTE_IDS must name what is there; scripts/storage_setup.py lists it.",
    406: _IDS,
    409: "Something else has changed the same at this moment; try again.",
    429: "That is too much for the limits of the account; wait, or ask less often.",
}
