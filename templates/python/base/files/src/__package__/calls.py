"""Counts running work, so that it can be waited for when the server is told to stop."""

from collections.abc import Generator
from contextlib import contextmanager

import anyio


class Calls:
    """The tool calls that are running."""

    def __init__(self) -> None:
        self._running = 0
        self._idle = anyio.Event()
        self._idle.set()

    @contextmanager
    def running(self) -> Generator[None]:
        """One call."""
        if self._running == 0:
            self._idle = anyio.Event()
        self._running += 1
        try:
            yield
        finally:
            self._running -= 1
            if self._running == 0:
                self._idle.set()

    async def ended(self) -> None:
        """Returns when no call is running."""
        await self._idle.wait()
