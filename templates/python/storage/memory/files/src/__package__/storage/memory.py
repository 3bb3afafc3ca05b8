"""A store in this process, for tests and for data that may be forgotten."""

import heapq
import uuid
from bisect import bisect_left, bisect_right, insort
from typing import Any

from ..config import Config
from .encoding import check_key, check_version, decode, encode, iso, make_page, now_ms, start_page
from .store import Entry, IfVersion, Page, Store, StoreError

Row = tuple[str, str, str, str, int | None]
"""Key, JSON text, version, when it was written, and when it ends."""


async def open_store(_: Config) -> Store:
    """A new and empty store."""
    return MemoryStore()


class MemoryStore(Store):
    """Keeps values as text, so nobody can change them from outside."""

    def __init__(self) -> None:
        self._rows: dict[str, Row] = {}
        self._keys: list[str] = []  # in order: that of code points is that of UTF-8
        self._ends: list[tuple[int, str]] = []
        self._closed = False

    async def get(self, key: str) -> Entry | None:
        check_key(key)
        row = self._find(key)
        return row and _to_entry(row)

    async def put(
        self, key: str, value: Any, *, if_version: IfVersion = ..., ttl_ms: int | None = None, updated_at: str = ""
    ) -> Entry:
        check_key(key)
        text = encode(value)
        current = self._find(key)
        check_version(key, current and current[2], if_version)
        now = now_ms()
        if current is None:
            insort(self._keys, key)
        if ttl_ms is not None:
            heapq.heappush(self._ends, (now + ttl_ms, key))
        end = None if ttl_ms is None else now + ttl_ms
        row = self._rows[key] = (key, text, str(uuid.uuid4()), updated_at or iso(now), end)
        return _to_entry(row)

    async def delete(self, key: str, *, if_version: IfVersion = ...) -> bool:
        check_key(key)
        current = self._find(key)
        if current:
            check_version(key, current[2], if_version)
            self._forget(key)
        return current is not None

    async def list(self, *, prefix: str = "", cursor: str | None = None, limit: int = 100) -> Page:
        after = start_page(prefix, cursor, limit)
        self._find(prefix)
        first = max(bisect_right(self._keys, after), bisect_left(self._keys, prefix))
        keys = self._keys[first : first + limit + 1]
        return make_page([self._rows[key] for key in keys if key.startswith(prefix)], limit, _to_entry)

    async def close(self) -> None:
        self._closed = True

    def _find(self, key: str) -> Row | None:
        if self._closed:
            raise StoreError("closed", "The store is closed.")
        now = now_ms()
        while self._ends and self._ends[0][0] <= now:
            end, expired = heapq.heappop(self._ends)
            if expired in self._rows and self._rows[expired][4] == end:  # not written since
                self._forget(expired)
        return self._rows.get(key)

    def _forget(self, key: str) -> None:
        del self._rows[key]
        del self._keys[bisect_left(self._keys, key)]


def _to_entry(row: Row) -> Entry:
    key, text, version, written, end = row
    return Entry(key, decode(text, f"The entry {key}"), version, written, None if end is None else iso(end))
