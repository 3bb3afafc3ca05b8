"""A store in one JSON file, which people can read and several processes may use at once."""

import json
import os
import random
import stat
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import anyio
import anyio.to_thread

from ..config import Config
from .encoding import check_key, check_version, encode, iso, make_page, start_page
from .file_draft import Drafts
from .file_rows import Row, to_row, to_rows, to_text
from .store import Entry, IfVersion, Page, Store, StoreError

T = TypeVar("T")

PATIENCE_SECONDS = 20  # for another process that is writing


async def open_store(config: Config) -> Store:
    """Reads the file; its folder is made when it does not exist."""
    store = FileStore(config.file_path)
    await store.open()
    return store


class FileStore(Store):
    """The file is replaced as a whole, and read again only when others have done so; a worker thread waits for it."""

    def __init__(self, path: Path) -> None:
        self._path = Path(os.path.realpath(path))  # what a link leads to is replaced, not the link
        self._rows: dict[str, Row] = {}
        self._mark: tuple[int, ...] = ()  # what the file was like when its rows were read
        self._file: BinaryIO | None = None  # kept open, since no other can then get the number of the one that was read
        self._drafts = Drafts(self._path)
        self._turn = anyio.CapacityLimiter(1)
        self._closed = False

    async def open(self) -> None:
        """Raises StoreError when the file cannot be used, now rather than at the first write."""
        await self._run(self._open)

    async def get(self, key: str) -> Entry | None:
        check_key(key)
        row = (await self._run(self._read)).get(key)
        return None if row is None or row.end <= time.time() else self._to_entry((key, row))

    async def put(
        self, key: str, value: Any, *, if_version: IfVersion = ..., ttl_ms: int | None = None, updated_at: str = ""
    ) -> Entry:
        check_key(key)
        text, version, now = encode(value), str(uuid.uuid4()), time.time() * 1000
        end = {} if ttl_ms is None else {"expiresAt": iso(now + ttl_ms)}
        row = to_row({"value": json.loads(text), "version": version, "updatedAt": updated_at or iso(now), **end})
        await self._run(lambda: self._write(key, if_version, row))
        return self._to_entry((key, row))

    async def delete(self, key: str, *, if_version: IfVersion = ...) -> bool:
        check_key(key)
        return await self._run(lambda: self._write(key, if_version, None))

    async def list(self, *, prefix: str = "", cursor: str | None = None, limit: int = 100) -> Page:
        after, now = start_page(prefix, cursor, limit), time.time()

        def read() -> Page:
            rows = self._read()
            keys = sorted(key for key in rows if key > after and key.startswith(prefix) and rows[key].end > now)
            return make_page([(key, rows[key]) for key in keys[: limit + 1]], limit, self._to_entry)

        return await self._run(read)

    async def close(self) -> None:
        self._closed = True
        async with self._turn:  # what has begun is written
            if self._file:
                self._file.close()

    async def _run(self, work: Callable[[], T]) -> T:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self._closed:
            try:
                return await anyio.to_thread.run_sync(work, limiter=self._turn)
            except OSError as error:
                if not isinstance(error, BlockingIOError) or time.monotonic() > deadline:
                    raise StoreError("unavailable", f"Cannot use {self._path} (FILE_PATH): {error}") from error
            # Not in the thread: nobody has to wait behind who waits for another process.
            await anyio.sleep(0.001 + random.random() * 0.01)
        raise StoreError("closed", "The store is closed.")

    def _open(self) -> None:
        with self._drafts.turn():
            self._read()

    def _read(self) -> dict[str, Row]:
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return {}
        if not stat.S_ISREG(found.st_mode):
            raise OSError("it is not a regular file")
        if _mark_of(found) != self._mark:
            file = self._path.open("rb")
            try:
                self._keep(to_rows(file.read(), str(self._path)), file)
            except BaseException:
                file.close()
                raise
        return self._rows

    def _write(self, key: str, if_version: IfVersion, row: Row | None) -> bool:
        """Replaces or deletes the current row; whether there was one."""
        with self._drafts.turn() as draft:
            now = time.time()
            rows = {key: row for key, row in self._read().items() if row.end > now}
            current = rows.pop(key, None)
            if row or current:
                check_version(key, current and current.version, if_version)
                if row:
                    rows[key] = row
                self._keep(rows, self._drafts.publish(draft, to_text(rows)))
            return current is not None

    def _keep(self, rows: dict[str, Row], file: BinaryIO) -> None:
        """Remembers the rows of a file. Windows replaces none that is open: one that is closed is read again."""
        if self._file:
            self._file.close()
        self._file, self._rows = file, rows
        self._mark = () if file.closed else _mark_of(os.fstat(file.fileno()))
        if sys.platform == "win32":  # where numbers are not used again
            file.close()

    def _to_entry(self, found: tuple[str, Row]) -> Entry:
        key, row = found
        if not row.version:
            raise StoreError("corrupt", f"{self._path}: the entry {json.dumps(key)} is damaged")
        fields = json.loads(row.text)
        return Entry(key, fields["value"], row.version, str(fields.get("updatedAt", "")), fields.get("expiresAt"))


def _mark_of(found: os.stat_result) -> tuple[int, ...]:
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns
