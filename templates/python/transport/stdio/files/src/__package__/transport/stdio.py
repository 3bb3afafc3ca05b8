"""stdio: the client that started this process is served, in the protocol era of its first message."""

import os

import anyio

from ..app import App
from ..server import create_server
from ..shutdown import until_told_to_stop

_LAST_WORDS = 0.1
"""Seconds in which the answers of calls that have just ended are written."""


async def serve_stdio(app: App) -> None:
    """Serves until the client hangs up, or this process is told to stop."""
    async with anyio.create_task_group() as tasks:

        async def stop() -> None:
            await until_told_to_stop(app)
            await anyio.sleep(_LAST_WORDS)
            await app.close()
            # A thread waits for the next line of input, and nothing can wake it: the process ends under it.
            os._exit(0)

        tasks.start_soon(stop)
        await create_server(app).run_stdio_async()
        app.log.info("stopping", why="the client closed the connection")
        tasks.cancel_scope.cancel()
