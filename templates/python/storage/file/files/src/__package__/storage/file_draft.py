"""Changing a file that other processes change as well.

Everything here blocks, so it belongs into a thread.
"""

import os
import random
import secrets
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

_STALE_SECONDS = 10
"""Longer than any change takes. For drafts of machines whose processes cannot be asked, and for ids given out again."""
_PATIENCE_SECONDS = 20


def replace_file(path: Path, change: Callable[[], str | None]) -> None:
    """Changes a file, one process at a time; readers see the old content or the new.

    Whoever wants to write puts a draft of a name of its own into a folder beside the file, and may go on when it then
    sees no other draft there. The draft becomes the file by being renamed, so that publishing and letting the next one
    in are one step. A draft whose process has died is deleted, which no other process can mistake: names are never used
    twice. Whoever was taken for dead, having been asleep, finds its draft gone and publishes nothing.

    Args:
        path: The file.
        change: Gets to see the file as it stays until it is done; returns the new content, or `None` for none.
    """
    draft, file = _open_draft(path)
    published = False
    try:
        with file:
            text = change()
            if text is not None:
                file.write(text.encode())
                file.flush()
                os.fsync(file.fileno())
        if text is not None:
            _publish(draft, path)
            published = True
            _sync_folder(path.parent)
    finally:
        if not published:
            _remove(draft)


def make_draft_folder(path: Path) -> None:
    """Makes the folder for drafts of a file, and with it that of the file."""
    folder = _folder_of(path)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not os.access(folder, os.W_OK):
        raise PermissionError(f"{folder} cannot be written to")


def _folder_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.drafts")


def _open_draft(path: Path) -> tuple[Path, BinaryIO]:
    """Waits until no other draft is there."""
    folder = _folder_of(path)
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        # Looking first keeps the crowd out of the way of the one that is at work.
        rivals = _live_drafts(folder)
        draft = None if rivals else _contend(folder, deadline)
        if draft is not None:
            return draft
        if time.monotonic() > deadline:
            raise TimeoutError(f"another process has been writing for too long: {next(iter(rivals), folder)}")
        time.sleep(0.001 + random.random() * 0.005)


def _contend(folder: Path, deadline: float) -> tuple[Path, BinaryIO] | None:
    path = folder / f"{_machine()}.{os.getpid()}.{secrets.token_hex(8)}"
    file = os.fdopen(os.open(path, _NEW, 0o600), "wb")
    is_alone = False
    try:
        while time.monotonic() < deadline:
            others = [other for other in _live_drafts(folder) if other != path.name]
            is_alone = not others
            # The first in alphabetical order waits for the others to withdraw, so that one of a crowd always gets
            # through.
            if is_alone or any(other < path.name for other in others):
                break
            time.sleep(0.001 + random.random() * 0.003)
    finally:
        if not is_alone:
            file.close()
            _remove(path)
    return (path, file) if is_alone else None


_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
"""Windows would change line ends without the last of them."""


def _live_drafts(folder: Path) -> list[str]:
    """The drafts of processes that live. Those of dead ones are deleted."""
    try:
        names = os.listdir(folder)
    except FileNotFoundError:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return []
    live: list[str] = []
    for name in names:
        if _is_live(folder / name):
            live.append(name)
        else:
            _remove(folder / name)
    return live


def _is_live(path: Path) -> bool:
    host, _, rest = path.name.partition(".")
    number = rest.partition(".")[0]
    pid = int(number) if number.isdecimal() else 0
    is_here = host == _machine() and pid > 0
    if is_here and pid != os.getpid() and not _is_running(pid):
        return False
    try:
        made = path.stat().st_mtime
    except FileNotFoundError:
        return False
    # In a container every server has the same id, so one of our own id may be left from before the container restarted.
    if is_here and pid == os.getpid() and made < _LOADED:
        return False
    return time.time() - made < _STALE_SECONDS


_LOADED = time.time() - 0.02
"""No draft of this process is older, less what clocks and files are inexact by."""


def _is_running(pid: int) -> bool:
    if sys.platform == "win32":
        # Python cannot ask without ending it: drafts of the dead are found out by their age.
        return True
    try:
        os.kill(pid, 0)
    except PermissionError:
        # It belongs to somebody else.
        return True
    except (OSError, OverflowError) as error:
        return not isinstance(error, ProcessLookupError | OverflowError)
    return True


@cache
def _machine() -> str:
    """Names the set of processes whose ids can be looked up from here: a machine, or a container's view of it."""
    namespace = ""
    # Only Linux has one.
    with suppress(OSError):
        namespace = os.readlink("/proc/self/ns/pid")
    return sha256(f"{socket.gethostname()} {namespace}".encode()).hexdigest()[:8]


def _publish(draft: Path, path: Path) -> None:
    """On Windows a reader or a virus scanner may hold the file for a moment, so that is tried again."""
    wait = 0.005
    while True:
        try:
            os.replace(draft, path)
            return
        except PermissionError:
            if sys.platform != "win32" or wait > 1:
                raise
        time.sleep(wait)
        wait *= 2


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink()


def _sync_folder(path: Path) -> None:
    """The new name is only safe from a power cut when the folder is on the disk too. Windows cannot do that."""
    with suppress(OSError):
        folder = os.open(path, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
