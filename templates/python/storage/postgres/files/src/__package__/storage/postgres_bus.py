"""Change events by way of LISTEN and NOTIFY."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import anyio
import psycopg
from anyio.abc import TaskGroup
from psycopg.sql import SQL, Identifier

from ..config import Config
from ..log import Log
from .bus import CarrierError, Listener, SharedBus
from .postgres_pool import Connection, Pool, connect, reason_of
from .postgres_schema import schema_of
from .running import PATIENCE_SECONDS
from .store import StoreError

_HEARTBEAT_SECONDS = 15


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
    except CarrierError as error:
        raise StoreError("unavailable", f"PostgreSQL: {error}") from None
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


class _Listener(Listener):
    """LISTEN belongs to a connection, so it cannot go through a pooler that hands connections round.

    When the connection is lost, another is opened.
    """

    def __init__(self, url: str, channel: str, bus: SharedBus, log: Log) -> None:
        super().__init__(bus, log, "the database")
        self._url = url
        self._channel = channel
        self._connection: Connection | None = None

    async def open(self) -> None:
        """Connects, and listens."""
        try:
            self._connection = await self._connect()
        except (psycopg.Error, OSError) as error:
            raise CarrierError(reason_of(error)) from None

    async def _connect(self) -> Connection:
        connection = await connect(self._url)
        try:
            with anyio.fail_after(PATIENCE_SECONDS):
                await connection.execute(SQL("LISTEN {}").format(Identifier(self._channel)))
        except BaseException:
            await connection.close()
            raise
        return connection

    async def close(self) -> None:
        """Hangs up, if there is a connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def hear(self) -> None:
        """Passes on what comes, until the connection is lost."""
        connection = self._connection
        while connection is not None:
            async for notification in connection.notifies(timeout=_HEARTBEAT_SECONDS):
                await self._bus.received(notification.payload)
            # A connection that only listens does not notice when the other side has vanished.
            with anyio.fail_after(PATIENCE_SECONDS):
                await connection.execute("SELECT 1")

    def reason_of(self, error: Exception) -> str:
        """Why the connection was lost, without an address."""
        return reason_of(error)
