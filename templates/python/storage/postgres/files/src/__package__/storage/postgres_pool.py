"""Connections to PostgreSQL."""

import logging
import selectors
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import anyio
import psycopg
from psycopg.pq import TransactionStatus

Connection = psycopg.AsyncConnection[tuple[Any, ...]]
T = TypeVar("T")

PATIENCE_SECONDS = 5  # the client of a call would not wait much longer

# It names addresses in what it logs.
logging.getLogger("psycopg").setLevel(logging.CRITICAL)


class Pool:
    """Some connections, opened when they are needed.

    A call that cannot be served fails within seconds, and at once where nobody listens. Nothing connects in the
    background, and nothing waits in a queue to be written when nobody expects it any more.
    """

    def __init__(self, url: str, size: int = 10) -> None:
        self._url = url
        self._turns = anyio.Semaphore(size)
        self._idle: list[Connection] = []
        self._closed = False

    async def run(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        """Does work on a connection that nobody else uses meanwhile. Raises psycopg.Error or TimeoutError."""
        try:
            with anyio.fail_after(PATIENCE_SECONDS):
                async with self._turns:
                    connection = await self._take()
                    try:
                        return await work(connection)
                    finally:
                        await self._give_back(connection)
        except TimeoutError:
            raise TimeoutError(f"no answer within {PATIENCE_SECONDS} s") from None

    async def close(self) -> None:
        """Closes what is idle at once, and the rest when it is given back."""
        self._closed = True
        while self._idle:
            await self._idle.pop().close()

    async def _take(self) -> Connection:
        while self._idle:
            connection = self._idle.pop()
            if not _has_hung_up(connection):
                return connection
            await connection.close()
        return await connect(self._url)

    async def _give_back(self, connection: Connection) -> None:
        # Unless it has broken, or its caller has gone in the middle of something.
        if connection.pgconn.transaction_status == TransactionStatus.IDLE and not self._closed:
            self._idle.append(connection)
        else:
            await connection.close()


def _has_hung_up(connection: Connection) -> bool:
    """On a connection that is not in use there is nothing to hear but a farewell."""
    with selectors.DefaultSelector() as selector:
        selector.register(connection.fileno(), selectors.EVENT_READ)
        return len(selector.select(0)) > 0


async def connect(url: str) -> Connection:
    """Every statement commits by itself, and none is prepared under a name, because poolers refuse that."""
    return await psycopg.AsyncConnection.connect(
        url, autocommit=True, prepare_threshold=None, connect_timeout=PATIENCE_SECONDS
    )


def reason_of(error: Exception) -> str:
    """What is wrong, without the address or what is in it."""
    if isinstance(error, psycopg.Error) and error.diag.message_primary is not None:
        return error.diag.message_primary
    lines = str(error).splitlines()
    # `connection to server at "localhost", port 5432 failed: Connection refused`
    return lines[0].rsplit(": ", 1)[-1].strip() if lines else "no connection"
