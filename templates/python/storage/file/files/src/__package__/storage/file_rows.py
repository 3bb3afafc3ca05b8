"""The file of the store, which other processes replace as well. Everything here blocks, so it belongs into a thread."""

import json
import os
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from math import inf
from pathlib import Path
from typing import Any, cast

from .encoding import decode
from .store import StoreError

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            raise BlockingIOError("another process is writing") from error
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BlockingIOError("another process is writing") from error


FORMAT = 1


@dataclass(frozen=True)
class Row:
    """An entry as it stands in the file. One that somebody has damaged stays there, but has no version."""

    text: str
    version: str = ""
    end: float = inf


@contextmanager
def locked(path: Path) -> Generator[None]:
    """Keeps other processes from writing. The system takes the lock from a process that has died.

    Raises BlockingIOError when another process has it.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _lock(descriptor)
        yield
    finally:
        os.close(descriptor)


def read_rows(path: Path) -> dict[str, Row]:
    """Raises `corrupt` when it is not a file of this store, and leaves it to whoever may want to repair it."""
    try:
        document = decode(path.read_bytes().decode("utf-8-sig"), str(path))
    except UnicodeDecodeError as error:
        raise StoreError("corrupt", f"{path} is not UTF-8: {error}") from error
    fields = cast("dict[str, Any]", document) if isinstance(document, dict) else {}
    entries = fields.get("entries")
    if fields.get("format") != FORMAT or not isinstance(entries, dict):
        raise StoreError("corrupt", f'{path} is not a store: it needs "format": {FORMAT} and "entries": {{…}}.')
    return {key: to_row(entry) for key, entry in cast("dict[str, Any]", entries).items()}


def to_row(entry: Any) -> Row:
    """The row of a JSON object."""
    text = json.dumps(entry, ensure_ascii=False, separators=(",", ":"))
    try:
        end = entry.get("expiresAt")
        seconds = inf if end is None else datetime.fromisoformat(end.replace("Z", "+00:00")).timestamp()
        return Row(text, entry["version"] if "value" in entry and isinstance(entry["version"], str) else "", seconds)
    except (AttributeError, KeyError, ValueError, OverflowError):
        return Row(text)


def write_rows(path: Path, rows: dict[str, Row]) -> None:
    """Replaces the file: readers see the old content or the new, even after a power cut."""
    lines = ",\n".join(f"  {json.dumps(key, ensure_ascii=False)}: {row.text}" for key, row in rows.items())
    text = f'{{\n "format": {FORMAT},\n "entries": {{\n{lines}\n }}\n}}\n'
    draft = Path(f"{path}.new")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        # Half a character, which somebody may have written as an escape, becomes one again.
        file.write(text.encode(errors="backslashreplace"))
        file.flush()
        os.fsync(file.fileno())
    # Two versions never have the same time, however quickly they follow and whatever becomes of the clock.
    before = path.stat().st_mtime_ns if path.exists() else 0
    os.utime(draft, ns=(time.time_ns(), max(time.time_ns(), before + 1000)))
    try:
        os.replace(draft, path)
    except PermissionError as error:
        if sys.platform != "win32":
            raise
        raise BlockingIOError("another process is reading") from error
    if sys.platform != "win32":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
