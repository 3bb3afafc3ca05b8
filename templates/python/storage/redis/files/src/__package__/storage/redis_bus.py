"""Change events by way of publish and subscribe."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, Protocol, cast

import anyio
from anyio.abc import TaskGroup
from redis.asyncio import Redis

from ..config import Config
from ..log import Log
from .bus import CarrierError, Listener, SharedBus
from .redis import namespace_of
from .redis_connection import REDIS_ERRORS, RedisConnection, pool_of, reason_of
from .running import PATIENCE_SECONDS
from .store import StoreError

_IDLE_SECONDS = 10
"""A connection on which nothing is said is tried out now and then: whoever only listens would not notice its end."""


class _Subscription(Protocol):
    """What is needed of the driver's PubSub."""

    async def subscribe(self, *channels: str) -> None:
        """Asks for what is published."""
        ...

    async def get_message(self, *, timeout: float | None) -> dict[str, Any] | None:  # noqa: ASYNC109
        """What has come, or nothing when the time is over."""
        ...

    async def ping(self) -> object:
        """Asks for a sign of life, which comes as a message."""
        ...

    async def aclose(self) -> None:
        """Hangs up."""
        ...


@asynccontextmanager
async def open_bus(config: Config, log: Log, tasks: TaskGroup) -> AsyncGenerator[SharedBus]:
    """A bus for all instances whose data is in the same namespace."""
    url = config.redis_url.get_secret_value()
    channel = f"{namespace_of(config)}changes"
    bus = SharedBus(log, tasks)
    carrier = _RedisCarrier(url, channel)
    listener = _Listener(url, channel, bus, log)
    try:
        await listener.open()
    except CarrierError as error:
        raise StoreError("unavailable", f"Redis: {error}") from None
    tasks.start_soon(listener.run)
    bus.carry_by(carrier)
    try:
        yield bus
    finally:
        with anyio.CancelScope(shield=True):
            await carrier.close()


class _RedisCarrier:
    """A connection of its own: it must not wait behind a large value."""

    max_bytes = 1024 * 1024

    def __init__(self, url: str, channel: str) -> None:
        self._connection = RedisConnection(url, size=1)
        self._channel = channel

    async def send(self, text: str) -> None:
        """Sends a text to all that listen, this instance too."""
        try:
            await self._connection.run("PUBLISH", self._channel, text)
        except REDIS_ERRORS as error:
            raise CarrierError(reason_of(error)) from None

    async def close(self) -> None:
        """Lets go of the connection."""
        await self._connection.close()


class _Listener(Listener):
    """A connection that only listens. When it is lost, another is opened."""

    def __init__(self, url: str, channel: str, bus: SharedBus, log: Log) -> None:
        super().__init__(bus, log, "Redis")
        # There may be nothing to hear for hours.
        self._pool = pool_of(url, 1, patience=None)
        self._channel = channel
        self._subscription: _Subscription | None = None

    async def open(self) -> None:
        """Connects, and listens."""
        try:
            self._subscription = await self._subscribe()
        except REDIS_ERRORS as error:
            raise CarrierError(reason_of(error)) from None

    async def _subscribe(self) -> _Subscription:
        client: Any = Redis(connection_pool=self._pool)
        subscription = cast("_Subscription", client.pubsub())
        try:
            with anyio.fail_after(PATIENCE_SECONDS):
                await subscription.subscribe(self._channel)
                # Only when that is confirmed is nothing missed any more.
                await subscription.get_message(timeout=None)
        except BaseException:
            await _hang_up(subscription)
            raise
        return subscription

    async def close(self) -> None:
        """Hangs up, if there is a connection."""
        subscription, self._subscription = self._subscription, None
        if subscription is not None:
            await _hang_up(subscription)

    async def hear(self) -> None:
        """Passes on what comes, until the connection is lost."""
        subscription = self._subscription
        while subscription is not None:
            message = await subscription.get_message(timeout=_IDLE_SECONDS)
            if message is None:
                await subscription.ping()
                message = await subscription.get_message(timeout=PATIENCE_SECONDS)
                if message is None:
                    raise TimeoutError("no answer")
            if message["type"] == "message":
                await self._bus.received(message["data"])

    def reason_of(self, error: Exception) -> str:
        """Why the connection was lost, without an address."""
        return reason_of(error)


async def _hang_up(subscription: _Subscription) -> None:
    with anyio.CancelScope(shield=True), anyio.move_on_after(PATIENCE_SECONDS):
        await subscription.aclose()
