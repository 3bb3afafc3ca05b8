"""The storage port: the one interface that every backend implements and every tool uses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final, Literal, Protocol, TypeAlias, Union

Json: TypeAlias = Union[bool, int, float, str, Sequence["Json"], Mapping[str, "Json"], None]


class Always(Enum):
    """The type of `ALWAYS`."""

    ALWAYS = "always"


ALWAYS: Final = Always.ALWAYS
"""Write whatever is there."""

Condition: TypeAlias = Union[str, Literal[Always.ALWAYS], None]
"""When to write: `ALWAYS`; `None`: only if the key is absent; a version: only if it is the current one."""


@dataclass(frozen=True)
class Entry:
    """A value under its key."""

    key: str
    value: Json
    version: str
    """Opaque. New on every write, and never used again for a key, not even after delete and put."""
    updated_at: str
    """ISO 8601, by the writer's clock: to show, not to order by."""
    expires_at: str | None = None


@dataclass(frozen=True)
class Page:
    """A part of a list of keys."""

    keys: Sequence[str]
    next_cursor: str | None = None
    """`None` on the last page."""


class Store(Protocol):
    """Every method raises StoreError. An expired entry counts as absent."""

    max_value_bytes: int
    """Largest value, as UTF-8 JSON."""
    warnings: Sequence[str] = ()
    """What whoever runs the server should know about the place where data is kept."""

    async def get(self, key: str) -> Entry | None:
        """The latest committed write, or `None`."""
        ...

    async def put(self, key: str, value: Json, *, if_version: Condition = ALWAYS, ttl_ms: int | None = None) -> Entry:
        """Writes. Raises `conflict` when `if_version` does not hold; nothing was written then.

        `ttl_ms` is the time to live in milliseconds; `None`: never expires, also when an earlier write had a limit.
        """
        ...

    async def delete(self, key: str) -> bool:
        """Unconditional and idempotent; true if there was an entry."""
        ...

    async def list_keys(self, *, prefix: str = "", cursor: str | None = None, limit: int = 100) -> Page:
        """Keys in UTF-8 byte order, 1 to 1000 a page. A key that exists during the whole walk is seen exactly once."""
        ...

    async def close(self) -> None:
        """Idempotent; later calls raise `closed`."""
        ...


StoreErrorCode: TypeAlias = Literal[
    "conflict",
    "invalid_key",
    "invalid_value",
    "too_large",
    # After a write the outcome is unknown: repeat it only with a version.
    "unavailable",
    "corrupt",
    "closed",
]


class StoreError(Exception):
    """What a store cannot do, and why."""

    def __init__(self, code: StoreErrorCode, message: str) -> None:
        super().__init__(message)
        self.code: StoreErrorCode = code
