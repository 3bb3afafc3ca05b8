"""What `/readyz` tells a load balancer."""

import anyio

from ..storage.store import Store, StoreError

_PATIENCE_SECONDS = 2
"""Probes give up after a few seconds, and so does what they ask for."""
_FRESH_SECONDS = 1
"""How long an answer stays true, so that probes, which anybody can send, do not burden the store."""


class Readiness:
    """Knows whether the store answers."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._turn = anyio.Lock()
        self._ready = False
        self._fresh_until = 0.0

    async def check(self) -> bool:
        """The answer of the store, at most a second old."""
        async with self._turn:
            if anyio.current_time() >= self._fresh_until:
                self._ready = await self._ask()
                self._fresh_until = anyio.current_time() + _FRESH_SECONDS
            return self._ready

    async def _ask(self) -> bool:
        with anyio.move_on_after(_PATIENCE_SECONDS):
            try:
                await self._store.get("server/ready")
            except StoreError:
                return False
            return True
        return False
