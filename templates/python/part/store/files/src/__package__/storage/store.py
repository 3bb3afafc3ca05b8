"""The storage port: the interface that every backend implements and every tool uses."""

from collections.abc import Sequence
from dataclasses import dataclass
from types import EllipsisType
from typing import Any, Literal, Protocol

MAX_KEY_BYTES = 512
MAX_VALUE_BYTES = 1024 * 1024

# After a write `unavailable` leaves the outcome open: repeat it only with a version.
StoreErrorCode = Literal["conflict", "invalid_key", "invalid_value", "too_large", "unavailable", "corrupt", "closed"]

# Write only over this version; `None`: only if there is no entry; left out: always.
IfVersion = str | EllipsisType | None


class StoreError(Exception):
    """What a store cannot do, and why."""

    def __init__(self, code: StoreErrorCode, message: str) -> None:
        super().__init__(message)
        self.code: StoreErrorCode = code


@dataclass(frozen=True)
class Entry:
    """A JSON value under its key. Times are ISO 8601, to show, not to order by."""

    key: str
    value: Any
    version: str  # opaque: new on every write, never used again
    updated_at: str
    expires_at: str | None = None


@dataclass(frozen=True)
class Page:
    """A part of a list; `next` is the cursor of the following part."""

    entries: Sequence[Entry]
    next: str | None = None


class Store(Protocol):
    """Every method raises StoreError. An entry that has expired counts as absent."""

    max_value_bytes: int = MAX_VALUE_BYTES

    async def get(self, key: str) -> Entry | None:
        """The latest committed write."""
        ...

    async def put(
        self, key: str, value: Any, *, if_version: IfVersion = ..., ttl_ms: int | None = None, updated_at: str = ""
    ) -> Entry:
        """Writes, or raises `conflict`. Without `ttl_ms` it never expires; `updated_at` is for copies, else now."""
        ...

    async def delete(self, key: str, *, if_version: IfVersion = ...) -> bool:
        """Whether there was an entry. Raises `conflict` if it has another version."""
        ...

    async def list(self, *, prefix: str = "", cursor: str | None = None, limit: int = 100) -> Page:
        """Entries by key in UTF-8 order, 1 to 1000 a page. A walk sees whatever exists during all of it just once."""
        ...

    async def close(self) -> None:
        """May be called twice. Other calls raise `closed` from then on."""
