"""The text of a note, which holds entries."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from ..clock import milliseconds, now_ms
from .store import Entry, Json, StoreError

MAX_NOTE_CHARS = 100_000
"""The service takes 100 KB; what is written is ASCII, so bytes and characters are the same."""

_FORMAT = 1


@dataclass(frozen=True)
class Row:
    """One entry within a note."""

    value: Json
    version: str
    updated_at: str
    expires_at: str | None

    def to_entry(self, key: str) -> Entry:
        """The entry as the port has it."""
        return Entry(key, self.value, self.version, self.updated_at, self.expires_at)


@dataclass(frozen=True)
class Place:
    """Which of how many notes one is. A key is found by it, so it must not change."""

    index: int
    count: int


def to_text(place: Place, rows: Mapping[str, Row]) -> str:
    """The text of a note: Markdown for people, JSON in a fence for the server.

    The service strips some characters and may treat others as markup, so all but plain ASCII is written as escapes.

    Raises:
        StoreError: `too_large`.
    """
    entries = {name: _to_json(row) for name, row in rows.items()}
    document = {"format": _FORMAT, "index": place.index, "count": place.count, "entries": entries}
    ascii_only = json.dumps(document, separators=(",", ":"))
    fenced = re.sub(r"[<>&`\x7F]", lambda found: f"\\u{ord(found[0]):04x}", ascii_only)
    text = f"# State of an MCP server\n\nWritten by the server: do not edit.\n\n```json\n{fenced}\n```\n"
    if len(text) <= MAX_NOTE_CHARS:
        return text
    raise StoreError(
        "too_large",
        "Fast.io: the note is full (100 KB). Delete something, or make more notes with scripts/storage_setup.py and "
        "copy the data to them with scripts/storage_migrate.py, or use another storage backend.",
    )


def from_text(text: str, place: Place) -> dict[str, Row]:
    """The entries of a note that have not expired. An empty note has none.

    Raises:
        StoreError: `corrupt` for a note that is somebody's own, or belongs elsewhere.
    """
    if text.strip() == "":
        return {}
    try:
        rows, written_as = _parse(text)
        live = _live(rows)
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        said = f"Fast.io: note {place.index + 1} of FASTIO_NOTE_IDS holds something that is not the server's."
        raise StoreError("corrupt", said) from error
    # Notes that were never written to may stand anywhere.
    if rows and written_as != place:
        raise StoreError(
            "corrupt",
            f"Fast.io: note {place.index + 1} of {place.count} in FASTIO_NOTE_IDS was written as number "
            f"{written_as.index + 1} of {written_as.count}. List the same notes in the same order; to have more of "
            "them, copy the data with scripts/storage_migrate.py.",
        )
    return live


def _live(rows: Mapping[str, Row]) -> dict[str, Row]:
    now = now_ms()
    return {name: row for name, row in rows.items() if row.expires_at is None or milliseconds(row.expires_at) > now}


def _parse(text: str) -> tuple[dict[str, Row], Place]:
    found = re.search(r"^```json\n(.*)\n```\s*$", text.replace("\r\n", "\n"), re.MULTILINE | re.DOTALL)
    if found is None:
        raise ValueError("no JSON in a fence")
    document: Any = json.loads(found[1])
    if document["format"] != _FORMAT:
        raise ValueError("another format")
    entries: Any = document["entries"]
    if not isinstance(entries, dict):
        raise ValueError("no entries")
    rows = {name: _to_row(entry) for name, entry in cast("dict[str, Any]", entries).items()}
    return rows, Place(int(document["index"]), int(document["count"]))


def _to_json(row: Row) -> dict[str, Json]:
    bare: dict[str, Json] = {"value": row.value, "version": row.version, "updatedAt": row.updated_at}
    return bare if row.expires_at is None else {**bare, "expiresAt": row.expires_at}


def _to_row(entry: Any) -> Row:
    return Row(entry["value"], entry["version"], entry["updatedAt"], entry.get("expiresAt"))
