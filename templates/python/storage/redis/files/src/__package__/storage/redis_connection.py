"""Connections to Redis, and whether it can be trusted with data: many are set up as caches."""

import errno
import logging
import re
from collections.abc import Mapping
from typing import Any, Protocol, cast

import anyio
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ReadOnlyError, RedisError, ResponseError

from .store import StoreError

REDIS_ERRORS = (RedisError, OSError)  # a TimeoutError is an OSError
PATIENCE_SECONDS = 5  # the client of a call would not wait much longer
OLDEST = 7
ADVICE = "see https://redis.io/docs/latest/operate/oss_and_stack/management/"


class _Client(Protocol):
    async def execute_command(self, *args: str) -> Any: ...

    async def aclose(self) -> None: ...


class RedisConnection:
    """Some connections, opened when they are needed.

    The driver would try a command again, and for longer than its caller waits. Here it runs at once or not at all.
    """

    def __init__(self, url: str, size: int = 20) -> None:
        self._pool = pool_of(url, size)
        self._client = cast("_Client", Redis(connection_pool=self._pool))

    async def run(self, *command: str) -> Any:
        """Runs a command. Raises one of REDIS_ERRORS."""
        try:
            with anyio.fail_after(PATIENCE_SECONDS):
                return await self._client.execute_command(*command)
        except TimeoutError:
            raise TimeoutError(f"no answer within {PATIENCE_SECONDS} s") from None
        except ReadOnlyError:
            # A replica that was the primary until a moment ago: the name in the address leads to another by now.
            await self._pool.disconnect()
            raise

    async def close(self) -> None:
        """Hangs up."""
        await self._client.aclose()
        await self._pool.disconnect()


def pool_of(url: str, size: int, patience: float | None = PATIENCE_SECONDS) -> BlockingConnectionPool:
    """Connections that answer within some seconds, or, without patience, whenever there is something to tell."""
    try:
        return BlockingConnectionPool.from_url(  # pyright: ignore[reportUnknownMemberType]
            url,
            max_connections=size,
            timeout=PATIENCE_SECONDS,
            socket_connect_timeout=PATIENCE_SECONDS,
            socket_timeout=patience,
            retry=Retry(NoBackoff(), 0),
            protocol=2,
            decode_responses=True,
            encoding_errors="replace",
        )
    except (ValueError, TypeError):
        # Without its cause: what the driver says holds the password.
        advice = "set it to a Redis or Valkey server, such as redis://:password@localhost:6379"
        raise StoreError("unavailable", f"REDIS_URL is not an address of Redis: {advice}") from None


async def check_fitness(connection: RedisConnection) -> None:
    """Logs what whoever runs Redis should know. Raises `unavailable` when it would throw entries away."""
    log = logging.getLogger(__name__)
    try:
        for warning in judge(await connection.run("INFO")):
            log.warning("%s", warning)
    except ResponseError:
        log.warning("This user may not see INFO: make sure that Redis does not evict, and persists what is written")


def judge(facts: Mapping[str, Any]) -> list[str]:
    """The same of a server that describes itself so."""
    version = str(facts.get("redis_version", ""))
    number = re.match(r"\d+", version)
    if number and int(number[0]) < OLDEST:
        raise StoreError("unavailable", f"Redis {version} is too old: use {OLDEST} or newer, or Valkey.")
    policy = str(facts.get("maxmemory_policy", ""))
    evicts = str(facts.get("maxmemory")) != "0" and policy != "noeviction"
    if evicts and policy.startswith("allkeys"):
        message = f"Redis throws entries away when its memory is full (maxmemory-policy {policy}): set noeviction"
        raise StoreError("unavailable", f"{message}; {ADVICE}eviction/")
    warnings: list[str] = []
    if evicts:
        warnings.append(f"Redis may drop entries with a time to live early (maxmemory-policy {policy})")
    if str(facts.get("aof_enabled")) == "0":
        warnings.append(f"Redis loses the last writes when it stops (appendonly no); {ADVICE}persistence/")
    return warnings


def reason_of(error: BaseException) -> str:
    """What is wrong, without the address or what is in it."""
    cause: BaseException | None = error
    while cause is not None:
        # The driver's messages name the address, and so do those of the system.
        if isinstance(cause, OSError) and cause.errno is not None:
            return errno.errorcode.get(cause.errno) or cause.strerror or "no connection"
        cause = cause.__cause__ or cause.__context__
    return "no connection" if str(error).startswith("Error ") else str(error)
