"""A store in Redis, or Valkey."""

import json
import math
import uuid
from collections.abc import Sequence
from typing import Any

from redis.exceptions import ResponseError

from ..about import NAME
from ..clock import iso
from ..config import Config
from .keys import check_key, check_limit, decode_cursor, encode, encode_cursor
from .redis_connection import REDIS_ERRORS, RedisConnection, reason_of
from .redis_fitness import check_fitness
from .redis_scripts import LAYOUT, LIST, PREPARE, PUT, REMOVE, Script, evaluate
from .store import ALWAYS, Condition, Entry, Json, Page, Store, StoreError

_ADVICE = (
    "Set REDIS_URL to a server that answers, such as redis://:password@localhost:6379; "
    "see https://redis.io/docs/latest/operate/oss_and_stack/install/"
)


def namespace_of(config: Config) -> str:
    """What all keys of this server begin with. In a cluster, braces keep such keys on one node, as scripts need it."""
    return "{" + (config.redis_namespace or NAME) + "}:"


async def open_store(config: Config) -> Store:
    """Connects, and looks at what is there.

    Raises:
        StoreError: `unavailable`, with what to set, when there is no server that can keep data.
    """
    connection = RedisConnection(config.redis_url.get_secret_value())
    try:
        await connection.run("PING")
    except REDIS_ERRORS as error:
        await connection.close()
        raise StoreError("unavailable", f"Cannot use Redis: {reason_of(error)}\n{_ADVICE}") from None
    store = RedisStore(connection, namespace_of(config))
    try:
        await store.prepare()
    except BaseException:
        await store.close()
        raise
    return store


class RedisStore(Store):
    """Each operation is one command or one script.

    Any number of processes, on any number of machines, may use it at once.
    """

    max_value_bytes = 1024 * 1024

    def __init__(self, connection: RedisConnection, namespace: str) -> None:
        self._connection = connection
        self._layout = f"{namespace}layout"
        self._entries = f"{namespace}entry:"
        self._sets = [f"{namespace}keys", f"{namespace}expiry"]
        self._closed = False

    async def prepare(self) -> None:
        """Makes sure that data can be kept here, by this version of the server."""
        try:
            self.warnings = await check_fitness(self._connection)
        except REDIS_ERRORS as error:
            raise _failure(error) from None
        version = await self._evaluate(PREPARE, [self._layout], [str(LAYOUT)])
        if version != LAYOUT:
            message = f"The data in Redis is of version {version}, newer than {LAYOUT}: start a newer server."
            raise StoreError("unavailable", message)

    async def get(self, key: str) -> Entry | None:
        check_key(key)
        self._check_open()
        fields = ("value", "version", "updatedAt", "expiresAt")
        try:
            row = await self._connection.run("HMGET", self._entries + key, *fields)
        except REDIS_ERRORS as error:
            raise _failure(error) from None
        value, version, updated_at, expires_at = row
        if value is None or version is None:
            return None
        return _to_entry(key, value, version, [int(updated_at), *([int(expires_at)] if expires_at else [])])

    async def put(self, key: str, value: Json, *, if_version: Condition = ALWAYS, ttl_ms: int | None = None) -> Entry:
        check_key(key)
        text = encode(value, self.max_value_bytes)
        version = str(uuid.uuid4())
        condition = "none" if if_version is ALWAYS else "absent" if if_version is None else "same"
        wanted = if_version if isinstance(if_version, str) else ""
        ttl = "" if ttl_ms is None else str(math.ceil(ttl_ms))
        arguments = [key, text, version, condition, wanted, ttl, self._entries]
        times = await self._evaluate(PUT, [self._entries + key, *self._sets], arguments)
        if times is None:
            raise StoreError("conflict", f"Version conflict on {key}")
        return _to_entry(key, text, version, times)

    async def delete(self, key: str) -> bool:
        check_key(key)
        return await self._evaluate(REMOVE, [self._entries + key, *self._sets], [key]) == 1

    async def list_keys(self, *, prefix: str = "", cursor: str | None = None, limit: int = 100) -> Page:
        size = check_limit(limit)
        after = decode_cursor(cursor)
        start = f"({after}" if cursor is not None and after.encode() >= prefix.encode() else f"[{prefix}"
        # U+10FFFF is no character, so no key holds it and every key with the prefix sorts before the prefix and it.
        arguments = [start, f"({prefix}\U0010ffff", str(size + 1), self._entries]
        found = await self._evaluate(LIST, self._sets, arguments)
        keys = found[:size]
        return Page(keys, encode_cursor(keys[-1]) if len(found) > size else None)

    async def close(self) -> None:
        if not self._closed:
            self._closed = True
            await self._connection.close()

    async def _evaluate(self, script: Script, keys: list[str], arguments: list[str]) -> Any:
        self._check_open()
        try:
            return await evaluate(self._connection, script, keys, arguments)
        except REDIS_ERRORS as error:
            raise _failure(error) from None

    def _check_open(self) -> None:
        if self._closed:
            raise StoreError("closed", "The store is closed.")


def _failure(error: Exception) -> StoreError:
    """Without its cause, for what the driver says names the address."""
    # Something else has been written under our names.
    is_foreign = isinstance(error, ResponseError) and "WRONGTYPE" in str(error)
    return StoreError("corrupt" if is_foreign else "unavailable", f"Redis: {reason_of(error)}")


def _to_entry(key: str, text: str, version: str, times: Sequence[int]) -> Entry:
    """Times of the write and, with a time to live, of the end; both by the clock of Redis."""
    try:
        value = json.loads(text)
    except ValueError as error:
        raise StoreError("corrupt", f"Redis: what is kept under {key} is no JSON") from error
    return Entry(key, value, version, *map(iso, times))
