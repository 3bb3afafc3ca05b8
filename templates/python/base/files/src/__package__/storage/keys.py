"""What all backends accept as keys, values and cursors."""

import base64
import json
import re
import unicodedata

from .store import Json, StoreError

MAX_KEY_BYTES = 512

_UNSTORABLE = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


def check_key(key: str) -> None:
    """Raises `invalid_key` for what not every backend could hold."""
    if not _is_valid(key):
        raise StoreError("invalid_key", f"Invalid key: {json.dumps(key[:80])}")


def _is_valid(key: str) -> bool:
    try:
        size = len(key.encode())
    except UnicodeEncodeError:
        return False
    return (
        size <= MAX_KEY_BYTES
        and unicodedata.is_normalized("NFC", key)
        and not any(unicodedata.category(character) == "Cc" or _is_nonchar(character) for character in key)
        and all(segment not in ("", ".", "..") for segment in key.split("/"))
    )


def _is_nonchar(character: str) -> bool:
    code = ord(character)
    return 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE


def encode(value: Json, max_bytes: int) -> str:
    """The JSON text of a value. Raises `invalid_value` or `too_large`."""
    try:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        size = len(text.encode())
    except (TypeError, ValueError, RecursionError) as error:
        raise StoreError("invalid_value", "The value is not JSON that every backend can hold.") from error
    # NUL is an escape in JSON, but databases cannot hold what it stands for.
    if _UNSTORABLE.search(text):
        raise StoreError("invalid_value", "The value holds U+0000.")
    if size > max_bytes:
        raise StoreError("too_large", f"The value is larger than {max_bytes} bytes.")
    return text


def check_limit(limit: int) -> int:
    """Raises ValueError outside of 1 to 1000."""
    if not 1 <= limit <= 1000:
        raise ValueError("limit must be from 1 to 1000")
    return limit


def encode_cursor(last_key: str) -> str:
    """Cursors hold the last key of a page, so a walk goes on correctly whatever was deleted meanwhile."""
    return base64.urlsafe_b64encode(last_key.encode()).decode().rstrip("=")


def decode_cursor(cursor: str | None) -> str:
    """The key behind which a page begins; empty for the first page. Raises `invalid_key` for what is no cursor."""
    if cursor is None:
        return ""
    try:
        key = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except ValueError as error:
        raise _not_a_cursor() from error
    if encode_cursor(key) != cursor:
        raise _not_a_cursor()
    check_key(key)
    return key


def _not_a_cursor() -> StoreError:
    return StoreError("invalid_key", "Not a cursor of this list.")
