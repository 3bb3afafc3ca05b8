"""One bucket of an S3-compatible service: signed requests, tried again when that can help."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from typing import Literal

import anyio
import httpx2

from ..config import Config
from .no_answer import NO_ANSWER, reason_of
from .s3_signature import Login, encode_path, encode_query, sign
from .s3_xml import Failure, parse_failure
from .store import StoreError

_PATIENCE_SECONDS = 9.0
_ATTEMPT_SECONDS = 4.0
_ATTEMPTS = 5
"""All attempts at one request together, and each by itself."""

_PASSING_STATUS = (429, 500, 502, 503, 504)
_PASSING_CODES = ("ConditionalRequestConflict", "OperationAborted", "RequestTimeout", "SlowDown")
"""What passes by itself, by status or by S3's own code."""


@dataclass(frozen=True)
class Request:
    """What is asked for."""

    method: Literal["GET", "PUT", "DELETE"]
    name: str | None = None
    """The object; `None`: the bucket itself."""
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    """Their names are in lower case."""
    body: bytes = b""


@dataclass(frozen=True)
class Answer:
    """What the service decided, for better or worse."""

    status: int
    body: bytes
    etag: str
    failure: Failure
    retry_after: str
    is_repeated: bool = False
    """Whether an earlier attempt got no answer, so that the service may have done the same already."""

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    @property
    def may_pass(self) -> bool:
        return self.status in _PASSING_STATUS or self.failure.code in _PASSING_CODES

    def __str__(self) -> str:
        """`403 AccessDenied (Access Denied.)`"""
        said = f"({self.failure.message})" if self.failure.message else ""
        return " ".join(filter(None, (str(self.status), self.failure.code, said)))


class S3Bucket:
    """The bucket that the settings name."""

    def __init__(self, client: httpx2.AsyncClient, config: Config) -> None:
        self._client = client
        self._login = Login(
            config.s3_region,
            config.s3_access_key_id.get_secret_value(),
            config.s3_secret_access_key.get_secret_value(),
        )
        endpoint = httpx2.URL(config.s3_endpoint.rstrip("/"))
        self._host = endpoint.netloc.decode()
        self._origin = f"{endpoint.scheme}://{self._host}"
        # The bucket in the path, not in the host name: services on a plain address have no names for buckets.
        self._path = f"{endpoint.path.rstrip('/')}/{encode_path(config.s3_bucket)}"

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.aclose()

    async def send(self, request: Request) -> Answer:
        """Raises StoreError `unavailable` when there is no answer, or none but "later", and `closed`."""
        deadline = anyio.current_time() + _PATIENCE_SECONDS
        is_repeated = False
        attempts = 0
        while True:
            if self._client.is_closed:
                raise StoreError("closed", "The store is closed.")
            answer = await self._attempt(request, min(deadline - anyio.current_time(), _ATTEMPT_SECONDS))
            if isinstance(answer, Answer) and not answer.may_pass:
                return replace(answer, is_repeated=is_repeated)
            attempts += 1
            pause = _pause_before(attempts, answer)
            if attempts == _ATTEMPTS or anyio.current_time() + pause >= deadline:
                raise _unavailable(request.method, answer)
            # "Later" means that nothing was done; silence, or a failure on the way, leaves it open.
            is_repeated = is_repeated or isinstance(answer, Exception) or answer.status in (500, 502, 504)
            await anyio.sleep(pause)

    async def _attempt(self, request: Request, seconds: float) -> Answer | Exception:
        path = self._path if request.name is None else f"{self._path}/{encode_path(request.name)}"
        target = f"{path}?{encode_query(request.query)}" if request.query else path
        headers = {**request.headers, "host": self._host}
        signed = sign(self._login, request.method, target, headers, request.body, datetime.now(timezone.utc))
        # Not signed, as proxies change it. A compressed answer may come with a weakened ETag, which matches nothing.
        signed["accept-encoding"] = "identity"
        try:
            # One time limit for an attempt as a whole: the client's own are for each step of it.
            with anyio.fail_after(seconds):
                response = await self._client.request(
                    request.method,
                    self._origin + target,
                    headers=signed,
                    content=request.body if request.method == "PUT" else None,
                    # As it was signed, whatever the client thinks of it.
                    extensions={"target": target.encode()},
                )
        except NO_ANSWER as error:
            return error
        failure = Failure() if response.is_success else parse_failure(response.text)
        etag, later = response.headers.get("etag", ""), response.headers.get("retry-after", "")
        return Answer(response.status_code, response.content, etag, failure, later)


def _pause_before(attempt: int, answer: Answer | Exception) -> float:
    """Longer each time, and different for each caller, so that they do not come back all at once."""
    asked = "" if isinstance(answer, Exception) else answer.retry_after
    return max(float(asked) if asked.isdecimal() else 0, 0.02 + random.random() * 0.1 * 2**attempt)


def _unavailable(method: str, answer: Answer | Exception) -> StoreError:
    if isinstance(answer, Answer):
        return StoreError("unavailable", f"S3: {method} answered {answer}")
    failure = StoreError("unavailable", f"S3: {method} got no answer ({reason_of(answer)})")
    failure.__cause__ = answer
    return failure
