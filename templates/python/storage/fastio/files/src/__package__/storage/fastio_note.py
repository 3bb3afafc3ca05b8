"""The text of a note, which holds entries."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from .encoding import decode, now_ms
from .store import Entry, StoreError

FORMAT = 1
MAX_NOTE_CHARS = 100_000  # the service takes 100 KB; what is written is ASCII


@dataclass(frozen=True)
class Row:
    """One entry within a note."""

    value: Any
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
    """The text of a note: Markdown for people, JSON in a fence for the server. Raises `too_large`.

    The service strips some characters and may treat others as markup, so all but plain ASCII is written as escapes.
    """
    entries = {name: _to_json(row) for name, row in rows.items()}
    document = {"format": FORMAT, "index": place.index, "count": place.count, "entries": entries}
    ascii_only = json.dumps(document, separators=(",", ":"))
    fenced = re.sub(r"[<>&`\x7F]", lambda found: f"\\u{ord(found[0]):04x}", ascii_only)
    text = f"# State of an MCP server\n\nWritten by the server: do not edit.\n\n```json\n{fenced}\n```\n"
    if len(text) > MAX_NOTE_CHARS:
        advice = "Delete something, or make more notes with scripts/storage_setup.py and migrate the data to them."
        raise StoreError("too_large", f"Fast.io: the note is full (100 KB). {advice}")
    return text


def from_text(text: str, place: Place) -> dict[str, Row]:
    """The entries of a note that have not expired. An empty note has none.

    Raises `corrupt` for a note that is somebody's own, or belongs elsewhere.
    """
    if text.strip() == "":
        return {}
    note = f"Fast.io: note {place.index + 1} of {place.count} in FASTIO_NOTE_IDS"
    try:
        rows, written_as = _parse(text)
        live = {name: row for name, row in rows.items() if not _is_over(row)}
    except (ValueError, LookupError, TypeError, AttributeError, StoreError) as error:
        raise StoreError("corrupt", f"{note} holds something that is not the server's.") from error
    # Notes that were never written to may stand anywhere.
    if rows and written_as != place:
        found = f"was written as number {written_as.index + 1} of {written_as.count}"
        advice = "List the same notes in the same order; to have more of them, migrate the data to a new set."
        raise StoreError("corrupt", f"{note} {found}. {advice}")
    return live


def _is_over(row: Row) -> bool:
    if row.expires_at is None:
        return False
    return datetime.fromisoformat(row.expires_at.replace("Z", "+00:00")).timestamp() * 1000 <= now_ms()


def _parse(text: str) -> tuple[dict[str, Row], Place]:
    found = re.search(r"^```json\n(.*)\n```\s*$", text.replace("\r\n", "\n"), re.MULTILINE | re.DOTALL)
    if found is None:
        raise ValueError("no JSON in a fence")
    document = decode(found[1], "The note")
    if document["format"] != FORMAT:
        raise ValueError("another format")
    entries = cast("dict[str, Any]", document["entries"])
    rows = {name: _to_row(entry) for name, entry in entries.items()}
    return rows, Place(int(document["index"]), int(document["count"]))


def _to_row(entry: Any) -> Row:
    return Row(entry["value"], entry["version"], entry["updatedAt"], entry.get("expiresAt"))


def _to_json(row: Row) -> dict[str, Any]:
    bare = {"value": row.value, "version": row.version, "updatedAt": row.updated_at}
    return bare if row.expires_at is None else {**bare, "expiresAt": row.expires_at}
