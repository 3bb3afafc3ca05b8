"""Legacy SSE at `/sse`, beside `/mcp`: deprecated, for clients that speak nothing newer."""

import json
import logging
import re
from contextlib import nullcontext

from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .config import config
from .gate import refuse

log = logging.getLogger(__name__)
Ids = set[tuple[str, str]]


class LegacySse:
    """Counts the clients of `/sse` among the sessions, and tells proxies where they are."""

    def __init__(self, app: ASGIApp, manager: StreamableHTTPSessionManager) -> None:
        self.app = app
        self.manager = manager
        self.open = 0
        self.calls: Ids = set()
        self.questions: Ids = set()
        logging.getLogger("mcp.server.sse").setLevel(logging.CRITICAL)  # a stack for each message that is none
        log.warning("legacy SSE is deprecated: /sse is for clients that cannot use Streamable HTTP at /mcp")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves a request."""
        if scope["path"] == "/messages/":
            return await self.app(scope, *self.followed(scope, receive, send))
        if scope["path"] != "/sse":
            return await self.app(scope, receive, send)
        if scope["method"] != "GET":
            return await refuse(405, "Method not allowed", {"allow": "GET"})(scope, receive, send)
        if self.open + len(self.manager._server_instances) >= config.max_sessions:  # pyright: ignore[reportPrivateUsage]
            return await refuse(503, "Too many open sessions")(scope, receive, send)
        log.info("legacy SSE client: %r", Headers(scope=scope).get("user-agent", "")[:200])
        # The SDK would run the server's lifespan, which opens the store, once more for each client.
        state = self.manager._lifespan_state  # pyright: ignore[reportPrivateUsage]
        self.manager.app.lifespan = lambda app: nullcontext(state)  # pyright: ignore[reportUnknownLambdaType]
        start: Message | None = None
        session = ""

        async def to_client(message: Message) -> None:
            nonlocal start, session
            if message["type"] == "http.response.start" and message["status"] == 200:
                start = message
                return
            if start is not None:
                # Where to post is told relative to /sse, before which a proxy may have put a prefix. By the header it
                # can send what is posted to the process that has the stream.
                message["body"] = message.get("body", b"").replace(b"data: /", b"data: ", 1)
                session = session_in(message["body"])
                MutableHeaders(raw=start["headers"])["mcp-session-id"] = session
                await send(start)
                start = None
            elif event := re.search(rb"^data: (\{.*)", message.get("body", b""), re.MULTILINE):
                follow(session, event[1], self.questions, self.calls)
            await send(message)

        self.count(1)
        try:
            await self.app(scope, receive, to_client)
        finally:
            self.count(-1)
            for ids in (self.calls, self.questions):
                ids.difference_update([one for one in ids if one[0] == session])

    @property
    def busy(self) -> bool:
        """Whether calls are running. Those that wait for what a user says do not count."""
        return len(self.calls) > len(self.questions)

    def followed(self, scope: Scope, receive: Receive, send: Send) -> tuple[Receive, Send]:
        """Follows what clients send once it is accepted; what they are told goes by their streams."""
        body = b""

        async def from_client() -> Message:
            nonlocal body
            message = await receive()
            body = message.get("body", body)
            return message

        async def to_client(message: Message) -> None:
            if message.get("status") == 202:
                follow(session_in(scope["query_string"]), body, self.calls, self.questions)
            elif "status" in message:
                log.warning("refused a message to /messages/: %d", message["status"])
            await send(message)

        return from_client, to_client

    def count(self, more: int) -> None:
        """Takes or gives back a place among the sessions."""
        self.open += more
        self.manager.max_sessions = config.max_sessions - self.open


def session_in(address: bytes) -> str:
    """The id of a session in the address where its client posts."""
    found = re.search(rb"session_id=(\w+)", address)
    return found[1].decode() if found else ""


def follow(session: str, text: bytes, sent: Ids, received: Ids) -> None:
    """Keeps count of a request that was sent, and that one that was received has been answered."""
    try:
        message = json.loads(text)
    except ValueError:
        return
    match message:
        case {"method": "notifications/cancelled", "params": {"requestId": id}}:
            sent.discard((session, repr(id)))
        case {"method": _, "id": id}:
            sent.add((session, repr(id)))
        case {"id": id}:
            received.discard((session, repr(id)))
        case _:
            pass
