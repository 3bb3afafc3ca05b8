"""JSON from a service that may stumble."""

import random
from urllib.parse import urlsplit

import anyio
import httpx2

from ..outbound import tls

_ATTEMPTS = 3
_BACK_OFF = 0.2
"""Seconds before the second attempt; doubled each time."""


class UpstreamError(Exception):
    """The service did not give a usable answer; `status` is `None` when it gave none at all."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status

    @property
    def is_transient(self) -> bool:
        """Whether the same request may succeed later."""
        return self.status is None or self.status == 429 or self.status >= 500


async def get_json(url: str, params: dict[str, str], timeout_ms: int) -> object:
    """Gets JSON, and tries again where that can help: after a timeout, a network error, 429 and 5xx.

    Args:
        url: Where it is.
        params: What stands behind the question mark.
        timeout_ms: Milliseconds for one attempt.

    Raises:
        UpstreamError: All attempts have failed.
    """
    host = urlsplit(url).netloc
    # One time limit for an attempt as a whole: the client's own are for each step of it.
    async with httpx2.AsyncClient(verify=await tls(), timeout=None) as client:
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return await _get_once(client, url, params, host, timeout_ms)
            except UpstreamError as error:
                if not error.is_transient or attempt == _ATTEMPTS:
                    raise
            # Half of the wait is random, so that many clients do not come back at the same moment.
            wait = _BACK_OFF * 2 ** (attempt - 1)
            await anyio.sleep(wait / 2 + random.random() * wait / 2)
    raise AssertionError("unreachable")


async def _get_once(client: httpx2.AsyncClient, url: str, params: dict[str, str], host: str, timeout_ms: int) -> object:
    try:
        with anyio.fail_after(timeout_ms / 1000):
            response = await client.get(url, params=params, headers={"accept": "application/json"})
            if response.is_success:
                return response.json()
    except (TimeoutError, httpx2.HTTPError, ValueError) as error:
        raise UpstreamError(f"{host} did not answer") from error
    raise UpstreamError(f"{host} answered {response.status_code}", response.status_code)
