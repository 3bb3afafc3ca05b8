"""Legacy SSE at `/sse`, beside `/mcp`: deprecated, for clients that speak nothing newer."""

import logging
import re
from contextlib import nullcontext

from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .config import config
from .gate import refuse

log = logging.getLogger(__name__)


class LegacySse:
    """Counts the clients of `/sse` among the sessions, and tells proxies where they are."""

    def __init__(self, app: ASGIApp, manager: StreamableHTTPSessionManager) -> None:
        self.app = app
        self.manager = manager
        self.open = 0
        log.warning("legacy SSE is deprecated: /sse is for clients that cannot use Streamable HTTP at /mcp")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves a request."""
        if scope["type"] != "http" or scope["path"] != "/sse" or scope["method"] != "GET":
            return await self.app(scope, receive, send)
        if self.open + len(self.manager._server_instances) >= config.max_sessions:  # pyright: ignore[reportPrivateUsage]
            return await refuse(503, "Too many open sessions")(scope, receive, send)
        log.info("legacy SSE client: %r", Headers(scope=scope).get("user-agent", "")[:200])
        # The SDK would run the server's lifespan, which opens the store, once more for each client.
        state = self.manager._lifespan_state  # pyright: ignore[reportPrivateUsage]
        self.manager.app.lifespan = lambda app: nullcontext(state)  # pyright: ignore[reportUnknownLambdaType]
        start: Message | None = None

        async def to_client(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and message["status"] == 200:
                start = message
                return
            if start is not None:
                # Where to post is told relative to /sse, before which a proxy may have put a prefix. By the header it
                # can send what is posted to the process that has the stream.
                message["body"] = message.get("body", b"").replace(b"data: /", b"data: ", 1)
                if session := re.search(rb"session_id=(\w+)", message["body"]):
                    MutableHeaders(raw=start["headers"])["mcp-session-id"] = session[1].decode()
                await send(start)
                start = None
            await send(message)

        self.count(1)
        try:
            await self.app(scope, receive, to_client)
        finally:
            self.count(-1)

    def count(self, more: int) -> None:
        """Takes or gives back a place among the sessions."""
        self.open += more
        self.manager.max_sessions = config.max_sessions - self.open
