"""Keys, values and pages: what is the same in every backend."""

import base64
import json
import logging
import re
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timezone
from typing import Any
from unicodedata import is_normalized

from .store import MAX_KEY_BYTES, MAX_VALUE_BYTES, Entry, IfVersion, Page, StoreError

# Not every backend can hold controls, surrogates, and what Unicode says is no character.
_NO_CHARACTERS = "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
_FORBIDDEN = re.compile(f"[\0-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef{_NO_CHARACTERS}]")


def check_key(key: str) -> None:
    """Raises `invalid_key` for what not every backend could hold."""
    odd = _FORBIDDEN.search(key) or not is_normalized("NFC", key) or len(key.encode()) > MAX_KEY_BYTES
    if odd or not {"", ".", ".."}.isdisjoint(key.split("/")):
        raise StoreError("invalid_key", f"Invalid key: {json.dumps(key[:80])}")


def check_version(key: str, current: str | None, if_version: IfVersion) -> None:
    """Raises `conflict` when the current version is not the wanted one."""
    if if_version is not ... and if_version != current:
        raise StoreError("conflict", f"Version conflict on {key}")


def encode(value: Any, max_bytes: int = MAX_VALUE_BYTES) -> str:
    """The JSON text of a value. Raises `invalid_value` or `too_large`."""
    try:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        size = len(text.encode())
    except (TypeError, ValueError, RecursionError) as error:
        raise StoreError("invalid_value", f"Not a JSON value: {error}") from error
    if "\\u0000" in text.replace("\\\\", ""):
        raise StoreError("invalid_value", "The value holds U+0000.")
    if size > max_bytes:
        raise StoreError("too_large", f"The value is larger than {max_bytes} bytes.")
    return text


def decode(text: str, what: str) -> Any:
    """The value of a JSON text. Raises `corrupt`."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise StoreError("corrupt", f"{what} is damaged: {error}") from error


def start_page(prefix: str, cursor: str | None, limit: int) -> str:
    """The key after which a page begins. Raises `invalid_key`, and ValueError for a bad limit."""
    if not 1 <= limit <= 1000:
        raise ValueError("limit must be from 1 to 1000")
    if _FORBIDDEN.search(prefix):
        raise StoreError("invalid_key", f"No key begins with {json.dumps(prefix[:80])}")
    if cursor is None:
        return ""
    with suppress(ValueError):
        after = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        if cursor_of(after) == cursor:
            check_key(after)
            return after
    raise StoreError("invalid_key", "Not a cursor of this list.")


def make_page(rows: Sequence[Any], limit: int, read: Callable[[Any], Entry]) -> Page:
    """A page of rows that begin with their keys, one more than `limit` if there are more. A bad row is left out."""
    entries: list[Entry] = []
    for row in rows[:limit]:
        try:
            entries.append(read(row))
        except StoreError as error:
            logging.getLogger(__name__).warning("left out of a list: %s", error)
    return Page(entries, cursor_of(rows[limit - 1][0]) if len(rows) > limit else None)


def cursor_of(last_key: str) -> str:
    """Names the last key of a page: a walk goes on correctly whatever is deleted meanwhile."""
    return base64.urlsafe_b64encode(last_key.encode()).decode().rstrip("=")


def iso(milliseconds: float) -> str:
    """ISO 8601 in UTC, with milliseconds."""
    return datetime.fromtimestamp(milliseconds / 1000, timezone.utc).isoformat(timespec="milliseconds")[:-6] + "Z"


def now_ms() -> int:
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000
