"""A store in one JSON file."""

import json
import os
import uuid
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Generic, TypeVar

import anyio
import anyio.to_thread

from ..clock import iso, now_ms
from ..config import Config
from .file_draft import make_draft_folder, replace_file
from .file_rows import Row, read_rows, to_text
from .keys import check_key, check_limit, decode_cursor, encode, encode_cursor
from .store import ALWAYS, Condition, Entry, Json, Page, Store, StoreError

_T = TypeVar("_T")
_Rows = dict[str, Row]


class _Change(Generic[_T]):
    """One operation that waits for its turn."""

    def __init__(self, apply: Callable[[_Rows], _T]) -> None:
        self._apply = apply
        self._outcome: Callable[[], _T] | None = None
        self.is_wanted = True

    @property
    def is_done(self) -> bool:
        return self._outcome is not None

    def run(self, rows: _Rows) -> None:
        """Applies it to the rows. What comes of it is told only when the rows are written."""
        try:
            outcome = self._apply(rows)
            self._outcome = lambda: outcome
        except StoreError as error:
            self.fail(error)

    def fail(self, error: StoreError) -> None:
        def tell() -> _T:
            # Each caller gets an error of its own, for each has a traceback of its own.
            raise StoreError(error.code, str(error)) from error

        self._outcome = tell

    def outcome(self) -> _T:
        """What it has come to, or its error."""
        assert self._outcome is not None
        return self._outcome()


async def open_store(config: Config) -> Store:
    """Opens the file; its folder is made when it does not exist.

    Raises:
        StoreError: `corrupt` when the file is not one of this store; `unavailable` when it cannot be used.
    """
    try:
        return FileStore(await anyio.to_thread.run_sync(_prepare, config.file_path))
    except (OSError, StoreError) as error:
        failure = _to_store_error(error, config.file_path)
        raise StoreError(failure.code, f"{failure}\nThe file is what FILE_PATH names.") from error


def _prepare(named: Path) -> Path:
    try:
        # The file is replaced by renaming, which would replace a link, not what it leads to.
        path = Path(os.path.realpath(named, strict=True))
    except OSError:
        path = named
    # Better now than at the first write.
    make_draft_folder(path)
    read_rows(path)
    return path


class FileStore(Store):
    """One JSON file, which people can read as well. Several processes of one machine may use it at once.

    It is never changed in place but replaced as a whole, by one process at a time, so it suits data of up to a few
    megabytes. Files are read and written in worker threads: the event loop never waits for a disk or another process.
    """

    max_value_bytes = 1024 * 1024

    def __init__(self, path: Path) -> None:
        self._path = path
        self._waiting: deque[_Change[Any]] = deque()
        self._turn = anyio.Lock()
        self._closed = False

    async def get(self, key: str) -> Entry | None:
        check_key(key)
        row = (await self._read()).get(key)
        return None if row is None else row.to_entry(key)

    async def put(self, key: str, value: Json, *, if_version: Condition = ALWAYS, ttl_ms: int | None = None) -> Entry:
        check_key(key)
        text = encode(value, self.max_value_bytes)

        def apply(rows: _Rows) -> Entry:
            present = rows.get(key)
            if if_version is not ALWAYS and if_version != (present and present.version):
                raise StoreError("conflict", f"Version conflict on {key}")
            now = now_ms()
            expires_at = None if ttl_ms is None else iso(now + ttl_ms)
            row = rows[key] = Row(json.loads(text), str(uuid.uuid4()), iso(now), expires_at)
            return row.to_entry(key)

        return await self._change(_Change(apply))

    async def delete(self, key: str) -> bool:
        check_key(key)
        return await self._change(_Change(lambda rows: rows.pop(key, None) is not None))

    async def list_keys(self, *, prefix: str = "", cursor: str | None = None, limit: int = 100) -> Page:
        size = check_limit(limit)
        after = decode_cursor(cursor).encode()
        found = sorted(
            (key for key in await self._read() if key.startswith(prefix) and key.encode() > after),
            key=lambda key: key.encode(),
        )
        keys = found[:size]
        return Page(keys, encode_cursor(keys[-1]) if len(found) > size else None)

    async def close(self) -> None:
        self._closed = True
        # Whatever was asked for before is written.
        async with self._turn:
            pass

    async def _read(self) -> _Rows:
        self._check_open()
        try:
            return await anyio.to_thread.run_sync(read_rows, self._path)
        except OSError as error:
            raise _to_store_error(error, self._path) from error

    async def _change(self, change: _Change[_T]) -> _T:
        """Writes, with all the other changes that have come up meanwhile, unless one of those does it."""
        self._check_open()
        self._waiting.append(change)
        try:
            async with self._turn:
                if not change.is_done:
                    await anyio.to_thread.run_sync(self._write)
        finally:
            change.is_wanted = False
        return change.outcome()

    def _write(self) -> None:
        changes: list[_Change[Any]] = []

        def apply() -> str | None:
            rows = read_rows(self._path)
            before = dict(rows)
            changes.extend(_drain(self._waiting))
            for change in changes:
                change.run(rows)
            return None if rows == before else to_text(rows)

        try:
            replace_file(self._path, apply)
        except (OSError, StoreError) as error:
            for change in changes or list(_drain(self._waiting)):
                change.fail(_to_store_error(error, self._path))

    def _check_open(self) -> None:
        if self._closed:
            raise StoreError("closed", "The store is closed.")


def _drain(waiting: deque[_Change[Any]]) -> Iterator[_Change[Any]]:
    """What waits, without that whose caller has gone. The event loop may add to it at the same time."""
    while waiting:
        change = waiting.popleft()
        if change.is_wanted:
            yield change


def _to_store_error(error: OSError | StoreError, path: Path) -> StoreError:
    if isinstance(error, StoreError):
        return error
    return StoreError("unavailable", f"Cannot use {path}: {error}")
