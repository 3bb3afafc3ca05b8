"""Requests and sessions that are open: room for new ones, and an end in good order."""

import math

import anyio
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .gate import PROBES, refuse


class Running:
    """Knows what is being served, and ends it on demand."""

    def __init__(self, app: ASGIApp, manager: StreamableHTTPSessionManager) -> None:
        self.app = app
        self.manager = manager
        self.sessions = manager._server_instances  # pyright: ignore[reportPrivateUsage]
        self.calls: set[anyio.CancelScope] = set()
        self.streams: set[anyio.CancelScope] = set()
        self.asking: dict[anyio.CancelScope, bytes] = {}
        """Calls that wait for the user of a session, by its id."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves a request."""
        if scope["type"] != "http" or scope["path"] in PROBES:
            return await self.app(scope, receive, send)
        headers = dict(reversed(scope["headers"]))
        session: bytes = headers.get(b"mcp-session-id", b"")
        started = False

        async def from_client() -> Message:
            message = await receive()
            body = message.get("body", b"")
            if session and body and b'"method"' not in body:
                # An answer to a question: the call goes on.
                self.calls.update(call for call, asked in self.asking.items() if asked == session)
            elif not session and scope["path"] == "/mcp" and b'"initialize"' in body:
                await self.make_room()
            return message

        async def to_client(message: Message) -> None:
            nonlocal started
            started = True
            if b'"method":"elicitation/create"' in message.get("body", b""):
                self.calls.discard(call)
                self.asking[call] = session
            await send(message)

        stream = scope["method"] == "GET" or headers.get(b"mcp-method") == b"subscriptions/listen"
        with anyio.CancelScope() as call:
            (self.streams if stream else self.calls).add(call)
            try:
                await self.app(scope, from_client, to_client)
            finally:
                self.streams.discard(call)
                self.calls.discard(call)
                self.asking.pop(call, None)
        if call.cancelled_caught and started:
            await send({"type": "http.response.body", "body": b""})
        elif call.cancelled_caught:
            await refuse(503, "The server is being stopped")(scope, receive, send)

    async def make_room(self) -> None:
        """Closes the session that has been silent longest if there are as many as there may be."""
        if len(self.sessions) < (self.manager.max_sessions or 1):
            return
        # The SDK sets the deadline whenever a session falls silent, and takes it back when it is used.
        silent = {id: session.idle_scope.deadline for id, session in self.sessions.items() if session.idle_scope}
        longest = min(silent, key=silent.__getitem__, default=None)
        if longest is not None and silent[longest] < math.inf:
            await self.sessions.pop(longest).terminate()

    async def end(self) -> None:
        """Ends what is still running, and all sessions."""
        for scope in (*self.calls, *self.asking, *self.streams):
            scope.cancel()
        for session in list(self.sessions.values()):
            await session.terminate()
