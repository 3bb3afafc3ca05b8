"""A store in one table of a PostgreSQL database."""

import asyncio
import json
import time
import uuid
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timezone
from typing import Any

import psycopg

from ..config import Config
from .keys import check_key, check_limit, decode_cursor, encode, encode_cursor
from .postgres_pool import Connection, Pool, reason_of
from .postgres_schema import migrate, schema_of
from .postgres_statements import Statements
from .store import ALWAYS, Condition, Entry, Json, Page, Store, StoreError

_SWEEP_SECONDS = 60
_ADVICE = (
    "Set DATABASE_URL to a database that answers, such as postgres://user:password@localhost:5432/mydb; "
    "see https://www.postgresql.org/docs/current/libpq-connect.html"
)
_CORRUPT = ("XX001", "XX002")
"""data_corrupted, index_corrupted"""


async def open_store(config: Config) -> Store:
    """Connects, and makes the table where there is none.

    Raises:
        StoreError: `unavailable`, with what to set, when the database cannot be used.
    """
    pool = Pool(config.database_url.get_secret_value())
    schema = schema_of(config)
    try:
        await migrate(pool, schema)
    except (psycopg.Error, TimeoutError, StoreError) as error:
        await pool.close()
        reason = str(error) if isinstance(error, StoreError) else reason_of(error)
        raise StoreError("unavailable", f"Cannot use PostgreSQL: {reason}\n{_ADVICE}") from None
    return PostgresStore(pool, schema)


class PostgresStore(Store):
    """One table, one statement an operation. Any number of processes, on any number of machines, may use it at once."""

    max_value_bytes = 1024 * 1024

    def __init__(self, pool: Pool, schema: str) -> None:
        self._pool = pool
        self._sql = Statements(schema)
        self._closed = False
        self._sweep_at = 0.0
        self._sweeping: asyncio.Task[None] | None = None

    async def get(self, key: str) -> Entry | None:
        check_key(key)
        rows = await self._query(self._sql.get, {"key": key})
        return _to_entry(key, *rows[0]) if rows else None

    async def put(self, key: str, value: Json, *, if_version: Condition = ALWAYS, ttl_ms: int | None = None) -> Entry:
        check_key(key)
        text = encode(value, self.max_value_bytes)
        version = str(uuid.uuid4())
        sql = self._sql
        statement = sql.put if if_version is ALWAYS else sql.create if if_version is None else sql.swap
        current = if_version if isinstance(if_version, str) else None
        values = {"key": key, "value": text, "version": version, "ttl": ttl_ms, "current": current}
        rows = await self._query(statement, values)
        if not rows:
            raise StoreError("conflict", f"Version conflict on {key}")
        if ttl_ms is not None:
            self._sweep()
        return _to_entry(key, text, version, *rows[0])

    async def delete(self, key: str) -> bool:
        check_key(key)
        rows = await self._query(self._sql.remove, {"key": key})
        return bool(rows and rows[0][0])

    async def list_keys(self, *, prefix: str = "", cursor: str | None = None, limit: int = 100) -> Page:
        size = check_limit(limit)
        values = {"after": decode_cursor(cursor), "prefix": prefix, "limit": size + 1}
        found = [key for (key,) in await self._query(self._sql.list, values)]
        keys = found[:size]
        return Page(keys, encode_cursor(keys[-1]) if len(found) > size else None)

    async def close(self) -> None:
        self._closed = True
        await self._pool.close()

    async def _query(self, statement: bytes, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        if self._closed:
            raise StoreError("closed", "The store is closed.")

        async def execute(connection: Connection) -> list[tuple[Any, ...]]:
            cursor = await connection.execute(statement, values)
            return await cursor.fetchall() if cursor.description else []

        try:
            return await self._pool.run(execute)
        except psycopg.Error as error:
            code = "corrupt" if error.sqlstate in _CORRUPT else "unavailable"
            # What the driver says names the address.
            raise StoreError(code, f"PostgreSQL: {reason_of(error)}") from None
        except TimeoutError as error:
            raise StoreError("unavailable", f"PostgreSQL: {error}") from None

    def _sweep(self) -> None:
        """Expired rows count as absent everywhere; taking them out now and then keeps the table small."""
        now = time.monotonic()
        if now < self._sweep_at:
            return
        self._sweep_at = now + _SWEEP_SECONDS
        self._sweeping = asyncio.create_task(self._sweep_now())

    async def _sweep_now(self) -> None:
        # What fails is done another time.
        with suppress(StoreError):
            await self._query(self._sql.sweep, {})


def _to_entry(key: str, text: str, version: str, updated_at: datetime, expires_at: datetime | None) -> Entry:
    ends = None if expires_at is None else _iso(expires_at)
    return Entry(key, json.loads(text), version, _iso(updated_at), ends)


def _iso(moment: datetime) -> str:
    return moment.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
