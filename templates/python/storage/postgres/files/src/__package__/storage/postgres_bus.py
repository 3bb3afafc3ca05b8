"""Change events by way of LISTEN and NOTIFY."""

import random
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import anyio
import psycopg
from anyio.abc import TaskGroup
from psycopg.sql import SQL, Identifier

from ..config import Config
from ..log import Log
from .bus import CarrierError, SharedBus
from .postgres_pool import Connection, Pool, connect, reason_of
from .postgres_schema import schema_of
from .running import PATIENCE_SECONDS
from .store import StoreError

_HEARTBEAT_SECONDS = 15
_LONGEST_WAIT_SECONDS = 1


@asynccontextmanager
async def open_bus(config: Config, log: Log, tasks: TaskGroup) -> AsyncGenerator[SharedBus]:
    """A bus for all instances whose data is in the same schema."""
    url = config.database_url.get_secret_value()
    # Who has a schema of their own has changes of their own.
    channel = f"mcp_changes_{schema_of(config)}"
    bus = SharedBus(log, tasks)
    carrier = _PostgresCarrier(url, channel)
    listener = _Listener(url, channel, bus, log)
    try:
        await listener.open()
    except (psycopg.Error, OSError) as error:
        raise StoreError("unavailable", f"PostgreSQL: {reason_of(error)}") from None
    tasks.start_soon(listener.run)
    bus.carry_by(carrier)
    try:
        yield bus
    finally:
        with anyio.CancelScope(shield=True):
            await carrier.close()


class _PostgresCarrier:
    """A connection to speak on: the other is always waiting for something to hear."""

    # NOTIFY takes less than 8000 bytes.
    max_bytes = 7999

    def __init__(self, url: str, channel: str) -> None:
        self._pool = Pool(url, size=1)
        self._channel = channel

    async def send(self, text: str) -> None:
        """Sends a text to all that listen, this instance too."""

        async def notify(connection: Connection) -> None:
            await connection.execute("SELECT pg_notify(%s, %s)", (self._channel, text))

        try:
            await self._pool.run(notify)
        except (psycopg.Error, OSError) as error:
            raise CarrierError(reason_of(error)) from None

    async def close(self) -> None:
        """Lets go of the connection."""
        await self._pool.close()


class _Listener:
    """LISTEN belongs to a connection, so it cannot go through a pooler that hands connections round.

    When the connection is lost, another is opened.
    """

    def __init__(self, url: str, channel: str, bus: SharedBus, log: Log) -> None:
        self._url = url
        self._channel = channel
        self._bus = bus
        self._log = log
        self._connection: Connection | None = None

    async def open(self) -> None:
        """Connects, and listens."""
        connection = await connect(self._url)
        try:
            with anyio.fail_after(PATIENCE_SECONDS):
                await connection.execute(SQL("LISTEN {}").format(Identifier(self._channel)))
        except BaseException:
            await connection.close()
            raise
        self._connection = connection

    async def run(self) -> None:
        """Hears until it is cancelled."""
        try:
            while True:
                try:
                    await self._hear()
                except Exception as error:
                    # Whatever it was, the server goes on.
                    reason = reason_of(error)
                    self._log.warn("change events interrupted: the connection to the database was lost", reason=reason)
                await self._close()
                await self._reconnect()
                await self._bus.resumed()
        finally:
            with anyio.CancelScope(shield=True):
                await self._close()

    async def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def _hear(self) -> None:
        connection = self._connection
        while connection is not None:
            async for notification in connection.notifies(timeout=_HEARTBEAT_SECONDS):
                await self._bus.received(notification.payload)
            # A connection that only listens does not notice when the other side has vanished.
            with anyio.fail_after(PATIENCE_SECONDS):
                await connection.execute("SELECT 1")

    async def _reconnect(self) -> None:
        wait = 0.1
        while True:
            # Not all instances at the same moment.
            await anyio.sleep(wait * (0.5 + random.random()))
            wait = min(wait * 2, _LONGEST_WAIT_SECONDS)
            try:
                await self.open()
            except (psycopg.Error, OSError) as error:
                self._log.debug("change events: still no connection", reason=reason_of(error))
            else:
                return
