"""Connections to Redis."""

import errno
from typing import Any, Protocol, cast

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ReadOnlyError, RedisError

from .running import PATIENCE_SECONDS, Running

REDIS_ERRORS = (RedisError, OSError)
"""What can happen to a command. A TimeoutError is an OSError."""


class _Client(Protocol):
    """What is needed of the driver's client."""

    async def execute_command(self, *args: str) -> Any:
        """Sends a command."""
        ...

    async def aclose(self) -> None:
        """Hangs up."""
        ...


class RedisConnection:
    """Some connections, opened when they are needed.

    The driver would try a command again, and for longer than its caller waits. Here it runs at once or not at all.
    """

    def __init__(self, url: str, size: int = 20) -> None:
        self._pool = pool_of(url, size)
        self._client = cast("_Client", Redis(connection_pool=self._pool))
        self._running = Running()

    async def run(self, *command: str) -> Any:
        """Runs a command. Raises one of REDIS_ERRORS."""
        return await self._running.answer(self._run(command))

    async def close(self) -> None:
        """Lets running commands finish, for a moment."""
        await self._running.end()
        await self._client.aclose()
        await self._pool.disconnect()

    async def _run(self, command: tuple[str, ...]) -> Any:
        try:
            return await self._client.execute_command(*command)
        except ReadOnlyError:
            # A replica that was the primary until a moment ago: the name in the address leads to another by now.
            await self._pool.disconnect()
            raise


def pool_of(url: str, size: int, patience: float | None = PATIENCE_SECONDS) -> BlockingConnectionPool:
    """Connections that answer within some seconds, or, without patience, whenever there is something to tell."""
    return BlockingConnectionPool.from_url(  # pyright: ignore[reportUnknownMemberType]
        url,
        max_connections=size,
        timeout=PATIENCE_SECONDS,
        socket_connect_timeout=PATIENCE_SECONDS,
        socket_timeout=patience,
        retry=Retry(NoBackoff(), 0),
        # Idle connections on which the other side has hung up are found out before they are used.
        protocol=2,
        decode_responses=True,
        encoding_errors="replace",
    )


def reason_of(error: BaseException) -> str:
    """What is wrong, without the address or what is in it."""
    cause: BaseException | None = error
    while cause is not None:
        # The driver's messages name the address, and so do those of the system.
        if isinstance(cause, OSError) and cause.errno is not None:
            return errno.errorcode.get(cause.errno) or cause.strerror or "no connection"
        cause = cause.__cause__ or cause.__context__
    return "no connection" if str(error).startswith("Error ") else str(error)
