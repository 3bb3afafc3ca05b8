"""A store in one SQLite file."""

import json
import sqlite3
import time
import uuid
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import anyio
import anyio.to_thread

from ..clock import iso, now_ms
from ..config import Config
from . import sqlite_statements as sql
from .keys import check_key, check_limit, decode_cursor, encode, encode_cursor
from .sqlite_schema import migrate
from .store import ALWAYS, Condition, Entry, Json, Page, Store, StoreError, StoreErrorCode

_T = TypeVar("_T")
_Values = Mapping[str, str | int | None]

_OPENING_SECONDS = 5


class _Row(NamedTuple):
    key: str
    value: str
    version: str
    updated_at: str
    expires_at: int | None


async def open_store(config: Config) -> Store:
    """Opens the database file, and makes it where it does not exist."""
    return await SqliteStore.open(config.sqlite_path)


class SqliteStore(Store):
    """One database file. Several processes may use it at once.

    The journal is a write-ahead log and every operation is one statement, so nothing is held between calls. Statements
    run in a worker thread, one at a time: another process that holds the lock keeps nobody waiting but the caller.
    """

    max_value_bytes = 1024 * 1024

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._turn = anyio.CapacityLimiter(1)
        self._closed = False

    @classmethod
    async def open(cls, path: Path) -> "SqliteStore":
        """Opens a file; its folder is made when it does not exist."""
        return cls(await anyio.to_thread.run_sync(_connect, path))

    async def get(self, key: str) -> Entry | None:
        check_key(key)
        rows = await self._run(partial(self._rows, sql.GET, {"key": key, "now": now_ms()}))
        return _to_entry(_Row(*rows[0])) if rows else None

    async def put(self, key: str, value: Json, *, if_version: Condition = ALWAYS, ttl_ms: int | None = None) -> Entry:
        check_key(key)
        now = now_ms()
        text = encode(value, self.max_value_bytes)
        row = _Row(key, text, str(uuid.uuid4()), iso(now), None if ttl_ms is None else now + ttl_ms)
        if await self._run(partial(self._write, row, if_version, now)) == 0:
            raise StoreError("conflict", f"Version conflict on {key}")
        return _to_entry(row)

    async def delete(self, key: str) -> bool:
        check_key(key)
        now = now_ms()
        rows = await self._run(partial(self._rows, sql.REMOVE, {"key": key}))
        return any(expires_at is None or expires_at > now for (expires_at,) in rows)

    async def list_keys(self, *, prefix: str = "", cursor: str | None = None, limit: int = 100) -> Page:
        size = check_limit(limit)
        values = {"after": decode_cursor(cursor), "prefix": prefix, "now": now_ms(), "limit": size + 1}
        found = [key for (key,) in await self._run(partial(self._rows, sql.LIST, values))]
        keys = found[:size]
        return Page(keys, encode_cursor(keys[-1]) if len(found) > size else None)

    async def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        await anyio.to_thread.run_sync(self._connection.close, limiter=self._turn)

    async def _run(self, work: Callable[[], _T]) -> _T:
        if self._closed:
            raise StoreError("closed", "The store is closed.")
        try:
            return await anyio.to_thread.run_sync(work, limiter=self._turn)
        except sqlite3.Error as error:
            raise StoreError(_code_of(error), f"SQLite: {error}") from error

    def _rows(self, statement: str, values: _Values) -> list[Any]:
        return self._connection.execute(statement, values).fetchall()

    def _write(self, row: _Row, condition: Condition, now: int) -> int:
        # Expired rows count as absent everywhere; taking them out now and then keeps the file small.
        if row.expires_at is not None:
            self._connection.execute(sql.SWEEP, {"now": now})
        statement = sql.PUT if condition is ALWAYS else sql.CREATE if condition is None else sql.SWAP
        current = condition if isinstance(condition, str) else None
        return self._connection.execute(statement, {**row._asdict(), "now": now, "current": current}).rowcount


def _connect(path: Path) -> sqlite3.Connection:
    """Blocks, so it belongs into a thread."""
    deadline = time.monotonic() + _OPENING_SECONDS
    while True:
        try:
            return _try_to_connect(path)
        except (OSError, sqlite3.Error, StoreError) as error:
            # Of processes that open a new file at once, one sets up the log, and others may fail without waiting.
            if not _is_busy(error) or time.monotonic() > deadline:
                code = _code_of(error)
                raise StoreError(code, f"Cannot use {path}, which SQLITE_PATH names: {error}") from error
            time.sleep(0.02)


def _try_to_connect(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Each statement commits by itself; which thread it runs in changes, but there is never more than one.
    connection = sqlite3.connect(path, timeout=5, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        migrate(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _is_busy(error: Exception) -> bool:
    # Python 3.10 has the result code in words only.
    return isinstance(error, sqlite3.OperationalError) and "locked" in str(error)


def _code_of(error: Exception) -> StoreErrorCode:
    # A file that is damaged, or no database, is an error of the base class; the rest (busy, full, I/O) may pass.
    return "corrupt" if type(error) is sqlite3.DatabaseError else "unavailable"


def _to_entry(row: _Row) -> Entry:
    expires_at = None if row.expires_at is None else iso(row.expires_at)
    return Entry(row.key, json.loads(row.value), row.version, row.updated_at, expires_at)
