"""Change notifications for clients of the 2025 protocol versions.

Clients of 2026-07-28 open a stream for what they want to hear of, which the SDK serves from `App.changes`. Earlier ones
subscribe to single resources and hear of changes on their connection; the SDK leaves that to the server.
"""

import logging
from collections.abc import Mapping
from typing import Any

import anyio
from anyio.abc import TaskGroup
from anyio.streams.memory import MemoryObjectReceiveStream
from mcp.server.connection import Connection
from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.server.subscriptions import ResourcesListChanged, ResourceUpdated, ServerEvent, SubscriptionBus
from mcp.types import SubscribeRequestParams
from mcp.types.version import HANDSHAKE_PROTOCOL_VERSIONS

_WATCHED = "watched"
_BACKLOG = 1000
"""Events for one client that does not read. More are dropped: there is no promise that each arrives."""

_log = logging.getLogger(__name__)


class LegacySubscriptions:
    """Middleware that answers subscriptions to resources, and forwards change events to whom they concern."""

    def __init__(self, changes: SubscriptionBus, tasks: TaskGroup) -> None:
        self._changes = changes
        self._tasks = tasks

    async def __call__(self, ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
        """Handles what is about subscriptions, and passes everything on else."""
        if ctx.protocol_version not in HANDSHAKE_PROTOCOL_VERSIONS:
            return await call_next(ctx)
        connection = _connection(ctx)
        match ctx.method:
            case "resources/subscribe":
                _watched(connection).add(_uri(ctx.params))
                return {}
            case "resources/unsubscribe":
                _watched(connection).discard(_uri(ctx.params))
                return {}
            case "notifications/initialized":
                self._follow(connection)
                return await call_next(ctx)
            case "initialize":
                return _announce(await call_next(ctx))
            case _:
                return await call_next(ctx)

    def _follow(self, connection: Connection) -> None:
        if _WATCHED in connection.state:
            return
        watched = _watched(connection)
        send, receive = anyio.create_memory_object_stream[ServerEvent](_BACKLOG)

        def deliver(event: ServerEvent) -> None:
            try:
                send.send_nowait(event)
            except anyio.WouldBlock:
                _log.debug("a client does not read its notifications")

        connection.exit_stack.callback(send.close)
        connection.exit_stack.callback(self._changes.subscribe(deliver))
        self._tasks.start_soon(_forward, receive, connection, watched)


async def _forward(events: MemoryObjectReceiveStream[ServerEvent], connection: Connection, watched: set[str]) -> None:
    async with events:
        async for event in events:
            match event:
                case ResourcesListChanged():
                    await connection.send_resource_list_changed()
                case ResourceUpdated(uri) if uri in watched:
                    await connection.send_resource_updated(uri)
                case _:
                    pass


def _connection(ctx: ServerRequestContext[Any, Any]) -> Connection:
    # The SDK names `Connection.state` and `exit_stack` as the place for what belongs to a connection, but its context
    # does not lead there yet.
    return ctx.session._connection  # pyright: ignore[reportPrivateUsage]


def _watched(connection: Connection) -> set[str]:
    return connection.state.setdefault(_WATCHED, set[str]())


def _uri(params: Mapping[str, Any] | None) -> str:
    return SubscribeRequestParams.model_validate(params or {}).uri


def _announce(result: HandlerResult) -> HandlerResult:
    """What clients go by before they subscribe."""
    if isinstance(result, dict):
        result["capabilities"]["resources"] = {"subscribe": True, "listChanged": True}
    return result
