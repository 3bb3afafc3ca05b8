"""What an object holds: an entry, and what is said about it."""

import json
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from .encoding import decode, now_ms
from .store import Entry, StoreError

STALE = f'"{"0" * 32}"'  # the ETag of no object


@dataclass(frozen=True)
class Found:
    """An object as it was read."""

    etag: str
    nonce: str  # makes equal values differ, and with them their ETags, which are hashes
    entry: Entry

    @property
    def is_live(self) -> bool:
        """Whether the entry counts as present."""
        return not _is_over(self.entry.expires_at)


def to_body(nonce: str, updated_at: str, expires_at: str | None, value: str) -> bytes:
    """The JSON of an object.

    What expires has an odd number of bytes and all else an even one, so that listings tell one from the other.
    """
    fields = {"nonce": nonce, "updatedAt": updated_at, **({"expiresAt": expires_at} if expires_at else {})}
    body = f'{json.dumps(fields, separators=(",", ":"))[:-1]},"value":{value}}}'.encode()
    return body if len(body) % 2 == (expires_at is not None) else body + b"\n"


def from_body(key: str, body: bytes, etag: str) -> Found:
    """Raises `corrupt` when it is not the body of an entry."""
    try:
        fields = decode(body.decode(), f"The object of {key}")
        expires_at = fields.get("expiresAt")
        # With its end in the version, a write needs no reading to know that this version counts as absent by now.
        version = f"{etag}@{expires_at}" if expires_at else etag
        _is_over(expires_at)
        return Found(etag, fields["nonce"], Entry(key, fields["value"], version, fields["updatedAt"], expires_at))
    except (KeyError, AttributeError, TypeError, ValueError) as error:
        raise StoreError("corrupt", f"S3: the object of {key} is not an entry") from error


def etag_of(version: str) -> str:
    """The ETag of a version, or that of no object for one that cannot be the current one."""
    found = re.fullmatch(r'("[\x21\x23-\x7E]+")(?:@(.+))?', version)
    with suppress(ValueError):
        if found and not _is_over(found[2]):
            return found[1]
    return STALE


def _is_over(expires_at: str | None) -> bool:
    if expires_at is None:
        return False
    return datetime.fromisoformat(expires_at.replace("Z", "+00:00")).timestamp() * 1000 <= now_ms()
