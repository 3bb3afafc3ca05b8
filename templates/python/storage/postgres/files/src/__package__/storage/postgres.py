"""A store in one table of a PostgreSQL database, for any number of processes and machines."""

import asyncio
import time
import uuid
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import psycopg

from ..config import Config
from .encoding import check_key, decode, encode, iso, make_page, start_page
from .postgres_pool import Connection, Pool, reason_of
from .postgres_schema import migrate, schema_of
from .store import Entry, IfVersion, Page, Store, StoreError

Rows = list[tuple[Any, ...]]

SWEEP_SECONDS = 60
ADVICE = (
    "Set DATABASE_URL to a database that answers, such as postgres://user:password@localhost:5432/mydb; "
    "see https://www.postgresql.org/docs/current/libpq-connect.html"
)

# One statement an operation, and all times by the database's clock. Without a time to live the sum is null.
LIVE = "(expires_at IS NULL OR expires_at > now())"
EXPIRY = "now() + %(ttl)s::float8 * interval '1 millisecond'"
UPDATED = "coalesce(nullif(%(updated_at)s, '')::timestamptz, now())"
COLUMNS = "key, value, version, updated_at, expires_at"
SET = f"SET value = %(value)s, version = %(version)s, updated_at = {UPDATED}, expires_at = {EXPIRY}"
GET = f"SELECT {COLUMNS} FROM {{entries}} WHERE key = %(key)s AND {LIVE}"
PUT = f"""INSERT INTO {{entries}} AS present ({COLUMNS})
    VALUES (%(key)s, %(value)s, %(version)s, {UPDATED}, {EXPIRY}) ON CONFLICT (key) DO UPDATE {SET}"""
CREATE = f"{PUT} WHERE present.expires_at <= now()"
SWAP = f"UPDATE {{entries}} {SET} WHERE key = %(key)s AND version = %(if_version)s AND {LIVE}"
DELETE = f"""DELETE FROM {{entries}}
    WHERE key = %(key)s AND version = coalesce(%(if_version)s::text, version) AND {LIVE} RETURNING key"""
# No key holds U+10FFFF, so this ends what begins with the prefix.
LIST = f"""SELECT {COLUMNS} FROM {{entries}} WHERE key > %(after)s AND key >= %(prefix)s
    AND key < %(prefix)s::text || chr(1114111) AND {LIVE} ORDER BY key LIMIT %(limit)s"""
# Rows that somebody else is at are left to them, so that two sweeps never wait for each other.
SWEEP = """DELETE FROM {entries} WHERE key IN
    (SELECT key FROM {entries} WHERE expires_at <= now() LIMIT 1000 FOR UPDATE SKIP LOCKED)"""


async def open_store(config: Config) -> Store:
    """Connects, and makes the table where there is none. Raises `unavailable` with what to set."""
    pool = Pool(config.database_url.get_secret_value())
    schema = schema_of(config)
    try:
        await migrate(pool, schema)
    except (psycopg.Error, TimeoutError, StoreError) as error:
        await pool.close()
        reason = str(error) if isinstance(error, StoreError) else reason_of(error)
        raise StoreError("unavailable", f"Cannot use PostgreSQL: {reason}\n{ADVICE}") from None
    return PostgresStore(pool, f'"{schema}".entries')


class PostgresStore(Store):
    """See `postgres_schema.py` for the table."""

    def __init__(self, pool: Pool, table: str) -> None:
        self._pool = pool
        self._table = table
        self._closed = False
        self._sweep_at = 0.0
        self._sweeping: asyncio.Task[None] | None = None

    async def get(self, key: str) -> Entry | None:
        check_key(key)
        rows = await self._query(GET, {"key": key})
        return _to_entry(rows[0]) if rows else None

    async def put(
        self, key: str, value: Any, *, if_version: IfVersion = ..., ttl_ms: int | None = None, updated_at: str = ""
    ) -> Entry:
        check_key(key)
        statement = PUT if if_version is ... else CREATE if if_version is None else SWAP
        current = None if if_version is ... else if_version
        values = {"value": encode(value), "version": str(uuid.uuid4()), "ttl": ttl_ms, "if_version": current}
        rows = await self._query(f"{statement} RETURNING {COLUMNS}", {"key": key, "updated_at": updated_at, **values})
        if not rows:
            raise StoreError("conflict", f"Version conflict on {key}")
        if ttl_ms is not None and time.monotonic() > self._sweep_at:
            self._sweep_at = time.monotonic() + SWEEP_SECONDS
            self._sweeping = asyncio.create_task(self._sweep())
        return _to_entry(rows[0])

    async def delete(self, key: str, *, if_version: IfVersion = ...) -> bool:
        check_key(key)
        current = None if if_version is ... else if_version
        rows = await self._query(DELETE, {"key": key, "if_version": current})
        if not rows and current is not None and await self.get(key):
            raise StoreError("conflict", f"Version conflict on {key}")
        return bool(rows)

    async def list(self, *, prefix: str = "", cursor: str | None = None, limit: int = 100) -> Page:
        values = {"after": start_page(prefix, cursor, limit), "prefix": prefix, "limit": limit + 1}
        return make_page(await self._query(LIST, values), limit, _to_entry)

    async def close(self) -> None:
        self._closed = True
        await self._pool.close()

    async def _query(self, statement: str, values: Mapping[str, Any]) -> Rows:
        if self._closed:
            raise StoreError("closed", "The store is closed.")

        async def execute(connection: Connection) -> Rows:
            cursor = await connection.execute(statement.format(entries=self._table).encode(), values)
            return await cursor.fetchall() if cursor.description else []

        try:
            return await self._pool.run(execute)
        except psycopg.Error as error:
            code = "corrupt" if error.sqlstate in ("XX001", "XX002") else "unavailable"  # the data, or an index
            # Without its cause: what the driver says names the address.
            raise StoreError(code, f"PostgreSQL: {reason_of(error)}") from None
        except TimeoutError as error:
            raise StoreError("unavailable", f"PostgreSQL: {error}") from None

    async def _sweep(self) -> None:
        # Expired rows count as absent anyway; what fails is done another time.
        with suppress(StoreError):
            await self._query(SWEEP, {})


def _to_entry(row: tuple[Any, ...]) -> Entry:
    key, text, version, updated_at, expires_at = row
    ends = None if expires_at is None else iso(expires_at.timestamp() * 1000)
    return Entry(key, decode(text, f"The entry {key}"), version, iso(updated_at.timestamp() * 1000), ends)
