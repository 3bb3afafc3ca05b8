"""So many requests of one client a minute."""

import math

from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from ..clock import now_ms
from .client_id import client_id_of
from .guard import PROBES

_MINUTE = 60_000
_MOST_CLIENTS = 100_000
"""Clients that are remembered at once; the one that came first is forgotten first."""


class RateLimit:
    """Admits so many requests of a client in each minute of the clock.

    A client may use up two minutes' worth around the full minute; that is the price for what needs one number a client.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._had: dict[str, int] = {}
        self._minute = 0

    def take(self, client: str) -> int:
        """Counts a request. Returns 0, or the milliseconds until the client may try again."""
        now = now_ms()
        minute = now // _MINUTE
        if minute != self._minute:
            self._minute = minute
            self._had.clear()
        had = self._had.get(client, 0)
        if had >= self._most:
            return (minute + 1) * _MINUTE - now
        if client not in self._had and len(self._had) >= _MOST_CLIENTS:
            del self._had[next(iter(self._had))]
        self._had[client] = had + 1
        return 0


class RateLimited:
    """Turns away whom the limit does not admit, before the server reads anything. Probes are always let through."""

    def __init__(self, app: ASGIApp, limit: RateLimit, proxies: int) -> None:
        self._app = app
        self._limit = limit
        self._proxies = proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        wait = 0
        if scope["type"] == "http" and scope["path"] not in PROBES:
            wait = self._limit.take(client_id_of(HTTPConnection(scope), self._proxies))
        app = self._app if wait == 0 else _too_many(math.ceil(wait / 1000))
        await app(scope, receive, send)


def _too_many(seconds: int) -> ASGIApp:
    error = {"code": -32000, "message": f"Too many requests: try again in {seconds} s"}
    content = {"jsonrpc": "2.0", "error": error, "id": None}
    return JSONResponse(content, 429, {"retry-after": str(seconds)})
