"""Calls of the Fast.io API: form fields in, JSON out."""

import json
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast

import anyio
import httpx2

from .store import StoreError

Fields = Mapping[str, Any]

ATTEMPT_SECONDS = 4.0
ATTEMPTS = 5
STALE = 1660
NO_PATH = 9992  # a path that the API does not know answers 404 as well

UNREACHABLE = "FASTIO_API_URL must be where the API is, https://api.fast.io/current for all but tests."
IDS = "FASTIO_WORKSPACE_ID and FASTIO_NOTE_IDS must be ids as scripts/storage_setup.py prints them."
ADVICE = {
    400: IDS,
    401: "Set FASTIO_API_KEY to a key that is valid; make one at https://go.fast.io/settings/api-keys.",
    402: "The organization has no plan, or its credits are used up; see to that at https://go.fast.io.",
    403: "The key in FASTIO_API_KEY may not do that: look at its scopes, and whether its user is in the workspace.",
    404: "FASTIO_WORKSPACE_ID and FASTIO_NOTE_IDS must name what is there; scripts/storage_setup.py lists it.",
    406: IDS,
    409: "Something else has changed the same at this moment; try again.",
    429: "That is too much for the limits of the account; wait, or ask less often.",
}


class StaleNoteError(Exception):
    """The note is not what it was when it was read."""

    def __init__(self, is_repeated: bool) -> None:
        super().__init__("Fast.io: the note has changed")
        self.is_repeated = is_repeated  # it may be an earlier attempt of this very call that has changed the note


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


class FastioApi:
    """The API, with one key."""

    def __init__(self, url: str, key: str) -> None:
        self._client = httpx2.AsyncClient(timeout=None)
        self._url = url.rstrip("/")
        self._headers = {"authorization": f"Bearer {key}", "accept": "application/json"}

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.aclose()

    async def call(
        self, method: Literal["GET", "POST"], path: str, deadline: float, form: Mapping[str, str] | None = None
    ) -> Fields:
        """Asks, and again when that can help, until a moment of `anyio.current_time()`.

        Raises:
            StaleNoteError: The note is not what it was when it was read.
            StoreError: `unavailable`, and the message says what to do; or `closed`.
        """
        is_repeated = False
        for attempt in range(1, ATTEMPTS + 1):
            if self._client.is_closed:
                raise StoreError("closed", "The store is closed.")
            answer = await self._ask(method, path, min(deadline - anyio.current_time(), ATTEMPT_SECONDS), form)
            may_pass = not isinstance(answer, _Answer) or answer.status == 429 or answer.status >= 500
            if isinstance(answer, _Answer):
                if answer.is_success:
                    return answer.result
                if answer.status == 409 and answer.error.get("code") == STALE:
                    raise StaleNoteError(is_repeated)
            pause = _pause_before(attempt, answer)
            if not may_pass or attempt == ATTEMPTS or anyio.current_time() + pause >= deadline:
                raise StoreError("unavailable", f"Fast.io {_explain(answer)}")
            is_repeated = is_repeated or not isinstance(answer, _Answer) or answer.status >= 500
            await anyio.sleep(pause)
        raise StoreError("unavailable", "Fast.io: it takes too long")

    async def _ask(self, method: str, path: str, seconds: float, form: Mapping[str, str] | None) -> _Answer | str:
        """An answer, or why there was none."""
        try:
            with anyio.fail_after(seconds):
                response = await self._client.request(method, self._url + path, data=form, headers=self._headers)
        except (TimeoutError, OSError, httpx2.HTTPError, httpx2.InvalidURL, anyio.ClosedResourceError) as error:
            return type(error).__name__  # the message may hold the address
        try:
            body: Any = json.loads(response.text)
        except ValueError:  # such as the page of a proxy
            body = {}
        return _Answer(response.status_code, cast("Fields", body) if isinstance(body, dict) else {}, response.headers)


def _pause_before(attempt: int, answer: _Answer | str) -> float:
    """The end of the limit if the service tells it, else longer each time and different for each caller."""
    pause = 0.05 + random.random() * 0.1 * 2**attempt
    if isinstance(answer, str) or answer.status != 429:
        return pause
    ends = answer.headers.get("x-ve-limit-expires") or answer.headers.get("x-rate-limit-expires") or "0"
    try:
        return max(pause, float(ends) - time.time())
    except ValueError:
        return pause


def _explain(answer: _Answer | str) -> str:
    """What the service says, and which setting that is about. Never the address or the key."""
    if isinstance(answer, str):
        return f"does not answer ({answer}). {UNREACHABLE}"
    code = answer.error.get("code", "")
    said = [str(answer.error.get("text") or answer.error.get("message") or "")]
    params: Any = answer.error.get("params")
    for one in cast("list[Any]", params) if isinstance(params, list) else []:
        if isinstance(one, dict):
            said.append(": ".join(str(part) for part in cast("Fields", one).values()))
    advice = UNREACHABLE if code == NO_PATH else ADVICE.get(answer.status, UNREACHABLE)
    return f"answered {answer.status} {code} ({'; '.join(filter(None, said))}). {advice}"
