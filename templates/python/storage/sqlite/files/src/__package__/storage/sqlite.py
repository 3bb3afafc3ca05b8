"""A store in one SQLite file, which several processes may use at once."""

import random
import sqlite3
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import anyio
import anyio.to_thread

from ..config import Config
from .encoding import check_key, check_version, decode, encode, iso, make_page, now_ms, start_page
from .store import Entry, IfVersion, Page, Store, StoreError

T = TypeVar("T")
Row = tuple[str, str, str, str, int | None]
PATIENCE_SECONDS = 5  # for another process that is writing

SCHEMA_VERSION = 2
SCHEMA = """
CREATE TABLE IF NOT EXISTS entries (key TEXT PRIMARY KEY, value TEXT NOT NULL, version TEXT NOT NULL,
    updated_at TEXT NOT NULL, expires_at INTEGER) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS entries_expiry ON entries (expires_at) WHERE expires_at IS NOT NULL;
"""
LIVE = "SELECT * FROM entries WHERE (expires_at IS NULL OR expires_at > :now)"
GET = f"{LIVE} AND key = :key"
# SQLite compares UTF-8 bytes. No key holds U+10FFFF, so this ends what begins with the prefix.
LIST = f"{LIVE} AND key > :after AND key >= :prefix AND key < :prefix || char(0x10FFFF) ORDER BY key LIMIT :limit"


async def open_store(config: Config) -> Store:
    """Opens the file, and makes it where there is none."""
    store = SqliteStore(config.sqlite_path)
    await store.list(limit=1)
    return store


class SqliteStore(Store):
    """With a write-ahead log readers wait for nobody. SQLite works in a thread, so the event loop waits for nothing."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._db: sqlite3.Connection | None = None
        self._inode = 0
        self._turn = anyio.CapacityLimiter(1)  # a connection serves one thread at a time
        self._closed = False

    async def get(self, key: str) -> Entry | None:
        check_key(key)
        row = await self._run(lambda db: db.execute(GET, {"key": key, "now": now_ms()}).fetchone())
        return None if row is None else _to_entry(row)

    async def put(
        self, key: str, value: Any, *, if_version: IfVersion = ..., ttl_ms: int | None = None, updated_at: str = ""
    ) -> Entry:
        check_key(key)
        end = None if ttl_ms is None else now_ms() + ttl_ms
        row = (key, encode(value), str(uuid.uuid4()), updated_at or iso(now_ms()), end)
        await self._write(key, if_version, row)
        return _to_entry(row)

    async def delete(self, key: str, *, if_version: IfVersion = ...) -> bool:
        check_key(key)
        return await self._write(key, if_version, None)

    async def list(self, *, prefix: str = "", cursor: str | None = None, limit: int = 100) -> Page:
        values = {"after": start_page(prefix, cursor, limit), "prefix": prefix, "limit": limit + 1, "now": now_ms()}
        return await self._run(lambda db: make_page(db.execute(LIST, values).fetchall(), limit, _to_entry))

    async def close(self) -> None:
        self._closed = True
        await anyio.to_thread.run_sync(lambda: self._db and self._db.close(), limiter=self._turn)

    async def _write(self, key: str, if_version: IfVersion, row: Row | None) -> bool:
        # Replaces or deletes the current row; whether there was one.
        def write(db: sqlite3.Connection) -> bool:
            db.execute("DELETE FROM entries WHERE expires_at <= ?", (now_ms(),))
            current = db.execute("SELECT version FROM entries WHERE key = ?", (key,)).fetchone()
            if row or current:
                check_version(key, current and current[0], if_version)
            db.execute("DELETE FROM entries WHERE key = ?", (key,))
            if row:
                db.execute("INSERT INTO entries VALUES (?, ?, ?, ?, ?)", row)
            return current is not None

        return await self._run(write, "BEGIN IMMEDIATE")

    async def _run(self, work: Callable[[sqlite3.Connection], T], begin: str = "BEGIN") -> T:
        def transact() -> T:
            with self._connect() as db:
                db.execute(begin)
                return work(db)

        deadline = anyio.current_time() + PATIENCE_SECONDS
        while not self._closed:
            try:
                return await anyio.to_thread.run_sync(transact, limiter=self._turn)
            except (OSError, sqlite3.Error) as error:
                if "locked" not in str(error) or anyio.current_time() > deadline:
                    # Only what is damaged, or no database, is an error of the base class.
                    code = "corrupt" if type(error) is sqlite3.DatabaseError else "unavailable"
                    raise StoreError(code, f"Cannot use {self._path} (SQLITE_PATH): {error}") from error
            # Not in the thread, where others would have to wait as well.
            await anyio.sleep(0.002 + random.random() * 0.01)
        raise StoreError("closed", "The store is closed.")

    def _connect(self) -> sqlite3.Connection:
        if self._db is None:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._path.touch(mode=0o600)
            self._inode = self._path.stat().st_ino
            db = sqlite3.connect(self._path, timeout=0, isolation_level=None, check_same_thread=False)
            try:
                _prepare(db)
            except BaseException:
                db.close()
                raise
            self._db = db
        elif self._path.stat().st_ino != self._inode:
            raise OSError("the file has been replaced; restart the server")
        return self._db


def _prepare(db: sqlite3.Connection) -> None:
    db.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL")
    if db.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
        raise sqlite3.DatabaseError("the database is damaged")
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if version > SCHEMA_VERSION:
        raise StoreError("unavailable", f"The data is of version {version}: start a newer server.")
    if version < SCHEMA_VERSION:
        db.executescript(f"BEGIN IMMEDIATE; {SCHEMA} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT")


def _to_entry(row: Row) -> Entry:
    key, text, version, updated_at, expires_at = row
    ends = None if expires_at is None else iso(expires_at)
    return Entry(key, decode(text, f"The entry {key}"), version, updated_at, ends)
