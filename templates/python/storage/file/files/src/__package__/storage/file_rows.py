"""What is in the file of the store."""

import json
from dataclasses import dataclass
from datetime import datetime
from math import inf
from typing import Any, cast

from .encoding import decode
from .store import StoreError

FORMAT = 1
# Made once: for every row it would take longer than the row itself.
encoded = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True)
class Row:
    """An entry as it stands in the file. One that somebody has damaged stays there, but has no version."""

    text: str
    version: str = ""
    end: float = inf


def to_rows(content: bytes, path: str) -> dict[str, Row]:
    """Raises `corrupt` when it is not a file of this store, and leaves it to whoever may want to repair it."""
    try:
        document = decode(content.decode("utf-8-sig"), path)
    except UnicodeDecodeError as error:
        raise StoreError("corrupt", f"{path} is not UTF-8: {error}") from error
    fields = cast("dict[str, Any]", document) if isinstance(document, dict) else {}
    entries = fields.get("entries")
    if fields.get("format") != FORMAT or not isinstance(entries, dict):
        raise StoreError("corrupt", f'{path} is not a store: it needs "format": {FORMAT} and "entries": {{…}}.')
    return {key: to_row(entry) for key, entry in cast("dict[str, Any]", entries).items()}


def to_row(entry: Any) -> Row:
    """The row of a JSON object."""
    text = encoded(entry)
    try:
        end = entry.get("expiresAt")
        seconds = inf if end is None else datetime.fromisoformat(end.replace("Z", "+00:00")).timestamp()
        return Row(text, entry["version"] if "value" in entry and isinstance(entry["version"], str) else "", seconds)
    except (AttributeError, KeyError, ValueError, OverflowError):
        return Row(text)


def to_text(rows: dict[str, Row]) -> str:
    """The content of the file."""
    lines = ",\n".join([f"  {encoded(key)}: {row.text}" for key, row in rows.items()])
    return f'{{\n "format": {FORMAT},\n "entries": {{\n{lines}\n }}\n}}\n'
