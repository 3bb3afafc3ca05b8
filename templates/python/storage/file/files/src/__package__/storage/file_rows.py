"""The text of the file: JSON that people can read as well."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from ..clock import milliseconds, now_ms
from .store import Entry, Json, StoreError

_FORMAT = 1
"""Counts up when the layout changes; files of earlier versions are to be brought up to date when they are read."""


@dataclass(frozen=True)
class Row:
    """An entry without its key."""

    value: Json
    version: str
    updated_at: str
    expires_at: str | None

    def to_entry(self, key: str) -> Entry:
        """The entry as the port has it."""
        return Entry(key, self.value, self.version, self.updated_at, self.expires_at)


def to_text(rows: Mapping[str, Row]) -> str:
    """The text of a file with these entries."""
    entries = {key: _to_json(row) for key, row in rows.items()}
    return json.dumps({"format": _FORMAT, "entries": entries}, ensure_ascii=False, indent=1) + "\n"


def read_rows(path: Path) -> dict[str, Row]:
    """Everything that has not expired. A file that is not there yet is an empty one.

    The file stays as it is, whatever is wrong with it: somebody may want to repair it.

    Raises:
        StoreError: `corrupt` for a file that is not one of this store.
        OSError: It cannot be read.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return {}
    try:
        return _live(_parse(json.loads(data.decode(), parse_constant=_refuse)))
    except (ValueError, RecursionError) as error:
        advice = "It was left as it is: repair it, or move it away to start anew."
        raise StoreError("corrupt", f"{path} is not a store: {error}. {advice}") from error


def _live(rows: Mapping[str, Row]) -> dict[str, Row]:
    now = now_ms()
    return {key: row for key, row in rows.items() if row.expires_at is None or milliseconds(row.expires_at) > now}


def _parse(document: Any) -> dict[str, Row]:
    fields = _object(document, "it")
    if fields.get("format") != _FORMAT:
        raise ValueError(f"it is of format {json.dumps(fields.get('format'))}, and this server knows {_FORMAT}")
    entries = _object(fields.get("entries"), "what it has as entries")
    return {key: _to_row(key, _object(entry, f"the entry {json.dumps(key)}")) for key, entry in entries.items()}


def _object(value: Any, what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"{what} is no JSON object")
    return cast("dict[str, Any]", value)


def _to_row(key: str, entry: dict[str, Any]) -> Row:
    if not isinstance(entry.get("version"), str) or "value" not in entry:
        raise ValueError(f"the entry {json.dumps(key)} has no value or no version")
    return Row(entry["value"], entry["version"], entry.get("updatedAt", ""), entry.get("expiresAt"))


def _to_json(row: Row) -> dict[str, Json]:
    bare: dict[str, Json] = {"value": row.value, "version": row.version, "updatedAt": row.updated_at}
    return bare if row.expires_at is None else {**bare, "expiresAt": row.expires_at}


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")
