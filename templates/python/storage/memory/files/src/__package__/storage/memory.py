"""A store in this process, for tests and for data that may be forgotten."""

import json
import uuid
from dataclasses import dataclass

from ..clock import iso, now_ms
from ..config import Config
from .keys import check_key, check_limit, decode_cursor, encode, encode_cursor
from .store import ALWAYS, Condition, Entry, Json, Page, Store, StoreError


@dataclass(frozen=True)
class _Row:
    text: str
    version: str
    updated_at: int
    expires_at: int | None


async def open_store(_: Config) -> Store:
    """A new and empty store."""
    return MemoryStore()


class MemoryStore(Store):
    """Keeps everything in this process. Values are kept as text, so nobody can change them from outside."""

    max_value_bytes = 1024 * 1024

    def __init__(self) -> None:
        self._rows: dict[str, _Row] | None = {}

    async def get(self, key: str) -> Entry | None:
        check_key(key)
        row = self._live().get(key)
        return None if row is None else _to_entry(key, row)

    async def put(self, key: str, value: Json, *, if_version: Condition = ALWAYS, ttl_ms: int | None = None) -> Entry:
        check_key(key)
        text = encode(value, self.max_value_bytes)
        rows = self._live()
        current = rows.get(key)
        if if_version is not ALWAYS and if_version != (current and current.version):
            raise StoreError("conflict", f"Version conflict on {key}")
        now = now_ms()
        row = _Row(text, str(uuid.uuid4()), now, None if ttl_ms is None else now + ttl_ms)
        rows[key] = row
        return _to_entry(key, row)

    async def delete(self, key: str) -> bool:
        check_key(key)
        return self._live().pop(key, None) is not None

    async def list_keys(self, *, prefix: str = "", cursor: str | None = None, limit: int = 100) -> Page:
        size = check_limit(limit)
        after = decode_cursor(cursor).encode()
        found = sorted(
            (key for key in self._live() if key.startswith(prefix) and key.encode() > after),
            key=lambda key: key.encode(),
        )
        keys = found[:size]
        return Page(keys, encode_cursor(keys[-1]) if len(found) > size else None)

    async def close(self) -> None:
        self._rows = None

    def _live(self) -> dict[str, _Row]:
        """The rows without those that have expired."""
        if self._rows is None:
            raise StoreError("closed", "The store is closed.")
        now = now_ms()
        for key, row in list(self._rows.items()):
            if row.expires_at is not None and row.expires_at <= now:
                del self._rows[key]
        return self._rows


def _to_entry(key: str, row: _Row) -> Entry:
    expires_at = None if row.expires_at is None else iso(row.expires_at)
    return Entry(key, json.loads(row.text), row.version, iso(row.updated_at), expires_at)
