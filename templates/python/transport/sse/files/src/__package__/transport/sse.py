"""Legacy SSE at `/sse` and `/messages/`, which Streamable HTTP has replaced: deprecated.

It is for clients that speak nothing newer, and to be removed when the last of them is gone. A client opens a stream,
which is its session, and posts to the address that the stream begins with; what it is answered comes over the stream.
"""

import re
from dataclasses import dataclass, field

import anyio
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..mcp_server import Server
from .guard import refuse, refuse_body

_STREAMS = "/sse"
_MESSAGES = "/messages/"
_LAST_WORDS_SECONDS = 0.2
_SESSION_ID = re.compile(rb"session_id=(\w+)")


class LegacySse:
    """Middleware that answers what concerns SSE, and passes everything else on."""

    def __init__(self, app: ASGIApp, server: Server, stopping: anyio.Event) -> None:
        config = server.app.config
        self._app = app
        self._log = server.app.log
        self._log.warn("legacy SSE is deprecated: /sse is for clients that cannot use Streamable HTTP at /mcp")
        self._sse = server.sse_app(
            sse_path=_STREAMS,
            message_path=_MESSAGES,
            max_request_body_size=config.max_body_bytes,
            # Names and pages have been looked at for all addresses.
            transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
        )
        self._max_body_bytes = config.max_body_bytes
        self._seats = _Seats(server.session_manager, config.max_sessions)
        self._idle_seconds = config.session_idle_ms / 1000
        self._streams: dict[str, _Stream] = {}
        server.app.tasks.start_soon(self._end_streams, stopping)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"] if scope["type"] == "http" else ""
        if path not in (_STREAMS, _MESSAGES):
            return await self._app(scope, receive, send)
        request = Request(scope)
        refusal = self._no_stream(request) if path == _STREAMS else self._no_message(request)
        if refusal is not None:
            await refusal(scope, receive, send)
        elif path == _STREAMS:
            self._log.info("legacy SSE client", userAgent=request.headers.get("user-agent"))
            await self._open(scope, receive, send)
        else:
            await self._sse(scope, receive, send)

    def _no_stream(self, request: Request) -> Response | None:
        if request.method != "GET":
            return refuse(405, "Open a stream with GET")
        return None if self._seats.take() else refuse(503, "Too many sessions")

    def _no_message(self, request: Request) -> Response | None:
        if request.method != "POST":
            return refuse(405, "Send messages with POST")
        stream = self._streams.get(request.query_params.get("session_id", ""))
        if stream is None:
            return refuse(404, "Session not found: open a stream at /sse", -32001)
        stream.last_seen = anyio.current_time()
        return refuse_body(request.headers, self._max_body_bytes)

    async def _open(self, scope: Scope, receive: Receive, send: Send) -> None:
        stream = _Stream(receive, send, anyio.current_time(), self._idle_seconds)
        try:
            await self._sse(scope, stream.receive, lambda message: self._send(stream, message))
        finally:
            self._streams.pop(stream.session_id, None)
            self._seats.leave()

    async def _end_streams(self, stopping: anyio.Event) -> None:
        await stopping.wait()
        # The results of the calls that were running are on their way.
        await anyio.sleep(_LAST_WORDS_SECONDS)
        for stream in self._streams.values():
            stream.hang_up()

    async def _send(self, stream: "_Stream", message: Message) -> None:
        await stream.send(message)
        if stream.session_id:
            self._streams.setdefault(stream.session_id, stream)


class _Seats:
    """Counts sessions of both kinds together."""

    def __init__(self, manager: StreamableHTTPSessionManager, most: int) -> None:
        self._manager = manager
        self._most = most
        self._taken = 0

    def take(self) -> bool:
        # The SDK does not tell how many sessions it has.
        others = len(self._manager._server_instances)  # pyright: ignore[reportPrivateUsage]
        if self._taken + others >= self._most:
            return False
        self._set(self._taken + 1)
        return True

    def leave(self) -> None:
        self._set(self._taken - 1)

    def _set(self, taken: int) -> None:
        self._taken = taken
        self._manager.max_sessions = self._most - taken


@dataclass
class _Stream:
    """One client's stream. When it has been silent for too long, it seems to the SDK that the client hangs up."""

    from_client: Receive
    to_client: Send
    last_seen: float
    idle_seconds: float
    session_id: str = ""
    _wait: anyio.CancelScope = field(default_factory=anyio.CancelScope)
    _hung_up: bool = False
    _start: Message | None = None
    _begun: bool = False
    _ended: bool = False

    async def receive(self) -> Message:
        """The next message of the web server."""
        while not self._hung_up and (left := self.last_seen + self.idle_seconds - anyio.current_time()) > 0:
            with anyio.move_on_after(left) as self._wait:
                return await self.from_client()
        return {"type": "http.disconnect"}

    def hang_up(self) -> None:
        """Ends the stream."""
        self._hung_up = True
        self._wait.cancel()

    async def send(self, message: Message) -> None:
        """Passes on what the SDK answers, with the session's id in a header.

        By this header a load balancer can send what the client posts to the process that has its stream. The id is only
        known from the first event, so the headers wait for it.
        """
        if self._ended:
            return
        if message["type"] != "http.response.start":
            if self._start is not None:
                await self._begin(self._start, message.get("body", b""))
            self._ended = not message.get("more_body", False)
            await self.to_client(message)
        elif not self._begun:
            self._begun = True
            self._start = message
        else:
            # The stream is over, and the SDK answers once more in vain.
            self._ended = True
            await self.to_client({"type": "http.response.body"})

    async def _begin(self, start: Message, first: bytes) -> None:
        self._start = None
        if found := _SESSION_ID.search(first):
            self.session_id = found[1].decode()
            MutableHeaders(raw=start["headers"])["mcp-session-id"] = self.session_id
        await self.to_client(start)
