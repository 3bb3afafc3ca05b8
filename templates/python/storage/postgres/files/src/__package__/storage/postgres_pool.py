"""Connections to PostgreSQL."""

import logging
import selectors
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias, TypeVar

import anyio
import psycopg
from psycopg.pq import TransactionStatus

from .running import PATIENCE_SECONDS, Running

Connection: TypeAlias = psycopg.AsyncConnection[tuple[Any, ...]]

_T = TypeVar("_T")

# It names addresses in what it logs.
logging.getLogger("psycopg").setLevel(logging.CRITICAL)


class Pool:
    """Some connections, opened when they are needed.

    A call that cannot be served is answered within seconds, and at once where nobody listens: its client would not wait
    longer, and what is queued for a database that is down would be written when nobody expects it any more. So nothing
    connects in the background here, and waiting for a free connection is not waiting for the database.
    """

    def __init__(self, url: str, size: int = 10) -> None:
        self._url = url
        self._turns = anyio.Semaphore(size)
        self._idle: list[Connection] = []
        self._running = Running()
        self._closed = False

    async def run(self, work: Callable[[Connection], Awaitable[_T]]) -> _T:
        """Does work on a connection that nobody else uses meanwhile.

        Raises:
            psycopg.Error: The database does not take it.
            TimeoutError: It does not answer, or all connections are busy.
        """
        try:
            with anyio.fail_after(PATIENCE_SECONDS):
                await self._turns.acquire()
        except TimeoutError:
            raise TimeoutError("all connections are busy") from None
        return await self._running.answer(self._do(work))

    async def close(self) -> None:
        """Lets running work finish, for a moment."""
        self._closed = True
        await self._running.end()
        while self._idle:
            await self._idle.pop().close()

    async def _do(self, work: Callable[[Connection], Awaitable[_T]]) -> _T:
        try:
            connection = await self._take()
            try:
                return await work(connection)
            finally:
                if connection.pgconn.transaction_status == TransactionStatus.IDLE and not self._closed:
                    self._idle.append(connection)
                else:
                    # It has broken, or is in the middle of something.
                    await connection.close()
        finally:
            self._turns.release()

    async def _take(self) -> Connection:
        while self._idle:
            connection = self._idle.pop()
            if not _has_hung_up(connection):
                return connection
            await connection.close()
        return await connect(self._url)


def _has_hung_up(connection: Connection) -> bool:
    """On a connection that is not in use there is nothing to hear but a farewell."""
    with selectors.DefaultSelector() as selector:
        selector.register(connection.fileno(), selectors.EVENT_READ)
        return len(selector.select(0)) > 0


async def connect(url: str) -> Connection:
    """A connection on which every statement commits by itself.

    Statements are not prepared under names, because connection poolers refuse that.
    """
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
