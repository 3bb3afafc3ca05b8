"""What an object holds: an entry, and what is said about it."""

import json
import re
from dataclasses import dataclass
from typing import Any, cast

from ..clock import milliseconds, now_ms
from .store import Entry, Json

STALE = f'"{"0" * 32}"'
"""The ETag of no object."""


@dataclass(frozen=True)
class Meta:
    """What an object says about its entry besides the value."""

    nonce: str
    """Makes equal values differ, and with them the ETags, which are hashes."""
    updated_at: str
    expires_at: str | None

    @property
    def is_expired(self) -> bool:
        """Whether the entry counts as absent."""
        return self.expires_at is not None and milliseconds(self.expires_at) <= now_ms()


@dataclass(frozen=True)
class Found:
    """An object as it was read."""

    meta: Meta
    etag: str
    value: Json

    def to_entry(self, key: str) -> Entry:
        """The entry as the port has it."""
        expires_at = self.meta.expires_at
        # With the moment in it, a write needs no reading to know that this version counts as absent by now.
        version = self.etag if expires_at is None else f"{self.etag}@{expires_at}"
        return Entry(key, self.value, version, self.meta.updated_at, expires_at)


def to_body(meta: Meta, value: str) -> bytes:
    """The JSON of an object.

    What expires has an odd number of bytes and all else an even one: a listing tells how long objects are but not what
    is in them, so it has to open only those that may have expired.
    """
    bare = {"nonce": meta.nonce, "updatedAt": meta.updated_at}
    fields = bare if meta.expires_at is None else {**bare, "expiresAt": meta.expires_at}
    body = f'{json.dumps(fields, separators=(",", ":"))[:-1]},"value":{value}}}'.encode()
    return body if may_expire(len(body)) == (meta.expires_at is not None) else body + b"\n"


def may_expire(size: int) -> bool:
    """Whether an object of so many bytes can be one that expires."""
    return size % 2 == 1


def from_body(body: bytes, etag: str) -> Found:
    """Raises ValueError when it is no body."""
    document: Any = json.loads(body)
    if not isinstance(document, dict) or not {"nonce", "updatedAt", "value"} <= document.keys():
        raise ValueError("a field is missing")
    fields = cast("dict[str, Any]", document)
    expires_at = fields.get("expiresAt")
    if expires_at is not None:
        milliseconds(str(expires_at))
    return Found(Meta(fields["nonce"], fields["updatedAt"], expires_at), etag, fields["value"])


def condition_of(version: str | None) -> dict[str, str]:
    """The header that makes a write conditional: on a version, or on there being none.

    A version that cannot be the current one becomes an ETag that is none.
    """
    if version is None:
        return {"if-none-match": "*"}
    found = re.fullmatch(r'("[\x21\x23-\x7E]+")(?:@(.+))?', version)
    if found is None:
        return {"if-match": STALE}
    etag, expires_at = found.groups()
    try:
        is_current = not Meta("", "", expires_at).is_expired
    except ValueError:
        is_current = False
    return {"if-match": etag if is_current else STALE}
