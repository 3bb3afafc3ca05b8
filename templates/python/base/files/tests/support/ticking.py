"""Proof that the event loop goes on while something is waited for."""

from collections.abc import Awaitable

import anyio


async def ticks_during(work: Awaitable[object]) -> int:
    """How often the loop came round, at most every 5 ms, until the work was done."""
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await anyio.sleep(0.005)
            ticks += 1

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(tick)
        await work
        tasks.cancel_scope.cancel()
    return ticks
