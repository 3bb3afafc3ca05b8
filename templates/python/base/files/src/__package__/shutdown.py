"""Stopping in good order: no new work, an end for what is running, then the store."""

import os
import signal
import sys
import threading

import anyio

from .app import App

_FAILED = 1


async def until_told_to_stop(app: App, told: anyio.Event | None = None, drain_seconds: float = 0) -> None:
    """Returns after SIGINT or SIGTERM, when the calls that were running have ended.

    Should they not end in time, the process does. `told` is set as soon as the signal comes, and until `drain_seconds`
    later new calls are welcome: whoever sends them has to see first that it should not any more.
    """
    if sys.platform == "win32":
        # Clients end a server there by closing its input; Ctrl-C raises KeyboardInterrupt.
        await anyio.sleep_forever()
    with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        async for number in signals:
            app.log.info("stopping", why=signal.Signals(number).name)
            break
    if told is not None:
        told.set()
    # A timer and not a timeout, for it must also end what blocks the event loop.
    timer = threading.Timer(app.config.shutdown_timeout_ms / 1000, os._exit, [_FAILED])
    timer.daemon = True
    timer.start()
    await anyio.sleep(drain_seconds)
    await app.calls.ended()
