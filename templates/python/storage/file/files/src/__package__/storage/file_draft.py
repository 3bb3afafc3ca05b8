"""Changes of a file that other processes change as well, one at a time. All of it blocks: it belongs into a thread."""

import os
import random
import secrets
import socket
import sys
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

STALE_SECONDS = 10  # longer than any change takes: what is seen for so long is of a process that is no more

_ours: set[str] = set()  # names of the drafts of this process


class Drafts:
    """Whoever wants to write puts a draft into a folder beside the file, and may go on once no other draft is there.

    The draft becomes the file by being renamed, so publishing it and letting the next one in is one step. The draft of
    a process that has died is deleted; names are never used twice, so no other is hit by mistake. Whoever was taken for
    dead, having been asleep, finds its draft gone and publishes nothing.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._folder = Path(f"{path}.drafts")
        self._seen: dict[str, float] = {}  # since when, by a clock that nobody sets

    @contextmanager
    def turn(self) -> Generator[Path]:
        """An empty draft, while no other is there. Raises BlockingIOError when another process has one."""
        # Looking first keeps the crowd out of the way of the one that is at work.
        if self._living():
            raise BlockingIOError(f"another process keeps writing ({self._folder})")
        draft = self._folder / f"{MACHINE}.{os.getpid()}.{secrets.token_hex(8)}"
        _ours.add(draft.name)
        try:
            draft.touch(0o600, exist_ok=False)
            self._contend(draft.name)
            yield draft
        finally:
            draft.unlink(missing_ok=True)
            _ours.discard(draft.name)

    def publish(self, draft: Path, text: str) -> BinaryIO:
        """Makes the draft the file: readers see the old content or the new, even after a power cut."""
        with ExitStack() as failing:
            file = failing.enter_context(draft.open("r+b"))
            # Half a character, which somebody may have written as an escape, becomes one again.
            file.write(text.encode(errors="backslashreplace"))
            file.flush()
            os.fsync(file.fileno())
            if sys.platform == "win32":
                file.close()
            try:
                os.replace(draft, self._path)
            except PermissionError as error:
                if sys.platform != "win32":
                    raise
                raise BlockingIOError("another process is reading") from error
            if sys.platform != "win32":
                folder = os.open(self._path.parent, os.O_RDONLY)
                try:
                    os.fsync(folder)
                finally:
                    os.close(folder)
            failing.pop_all()
            return file

    def _contend(self, name: str) -> None:
        deadline = time.monotonic() + 0.1
        while others := [other for other in self._living() if other != name]:
            # The first in alphabetical order waits for the others to withdraw, so one of a crowd always gets through.
            if min(others) < name or time.monotonic() > deadline:
                raise BlockingIOError(f"another process keeps writing ({self._folder})")
            time.sleep(0.001 + random.random() * 0.003)

    def _living(self) -> list[str]:
        """The drafts of processes that live. Those of dead ones are deleted."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        now = time.monotonic()
        self._seen = {name: self._seen.get(name, now) for name in os.listdir(self._folder)}
        living: list[str] = []
        for name, since in self._seen.items():
            if name in _ours or (now - since < STALE_SECONDS and not _is_dead(name)):
                living.append(name)
            else:
                with suppress(OSError):
                    (self._folder / name).unlink()
        return living


def _is_dead(name: str) -> bool:
    """Whether the process is known to be gone. One with our own id is: containers give every server the same."""
    machine, _, rest = name.partition(".")
    pid = rest.partition(".")[0]
    if machine != MACHINE or not pid.isdecimal():
        return False
    if int(pid) == os.getpid() or sys.platform == "win32":  # where to ask would be to end it
        return int(pid) == os.getpid()
    try:
        os.kill(int(pid), 0)
    except (ProcessLookupError, OverflowError):
        return True
    except OSError:  # it belongs to somebody else
        return False
    return False


def _machine() -> str:
    """Names the set of processes whose ids can be looked up from here: a machine, or a container's view of it."""
    namespace = ""
    with suppress(OSError):  # only Linux has one
        namespace = os.readlink("/proc/self/ns/pid")
    return sha256(f"{socket.gethostname()} {namespace}".encode()).hexdigest()[:8]


MACHINE = _machine()
