"""HTTP connections of clients that send nothing, or half a request, or do not read."""

import asyncio
import errno
import logging
import math
import sys
import time
from typing import Any, cast

from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

PATIENCE = 60
"""Seconds that a client has to send a request, or to read what it asked for."""

log = logging.getLogger(__name__)


class Connection(H11Protocol):
    """uvicorn's, with an end to its patience, and an upper limit."""

    most = 8192
    warned = -math.inf
    request: asyncio.TimerHandle | None = None
    reading: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client has connected."""
        super().connection_made(transport)
        self.request = self.loop.call_later(PATIENCE, transport.abort)
        if len(self.connections) > self.most:
            transport.abort()
            self.warn()

    def data_received(self, data: bytes) -> None:
        """A client has sent something: a whole request, or a part."""
        super().data_received(data)
        cycle = cast("RequestResponseCycle | None", self.cycle)
        if cycle is not None and not cycle.response_complete and not cycle.more_body:
            self.stop(self.request)
            self.request = None
        elif self.request is None:
            self.request = self.loop.call_later(PATIENCE, self.transport.abort)

    def pause_writing(self) -> None:
        """The client does not read."""
        super().pause_writing()
        self.reading = self.loop.call_later(PATIENCE, self.transport.abort)

    def resume_writing(self) -> None:
        """It does again."""
        super().resume_writing()
        self.stop(self.reading)

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is closed."""
        super().connection_lost(exc)
        self.stop(self.request)
        self.stop(self.reading)

    @classmethod
    def limit(cls, loop: asyncio.AbstractEventLoop) -> None:
        """Allows as many as there are descriptors, but for a quarter that storage and calls to others need."""
        if sys.platform != "win32":
            import resource

            soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
            wanted = 8192 if hard == resource.RLIM_INFINITY else min(hard, 8192)
            if soft < wanted:
                resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            cls.most = max(soft, wanted) * 3 // 4

        def on_error(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
            if getattr(context.get("exception"), "errno", None) in (errno.EMFILE, errno.ENFILE):
                # asyncio tries again in a second.
                cls.warn()
            else:
                loop.default_exception_handler(context)

        loop.set_exception_handler(on_error)

    @classmethod
    def warn(cls) -> None:
        """Tells, not more often than once a minute, that there are too many."""
        if time.monotonic() > cls.warned + 60:
            cls.warned = time.monotonic()
            log.warning("too many connections: new ones are closed, or wait")

    def stop(self, timer: asyncio.TimerHandle | None) -> None:
        """Stops a timer."""
        if timer is not None:
            timer.cancel()
