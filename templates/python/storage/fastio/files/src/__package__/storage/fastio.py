"""A store in notes of a Fast.io workspace."""

import asyncio
import json
import random
import uuid
from collections import defaultdict
from collections.abc import Callable
from hashlib import sha256
from typing import Any, cast
from urllib.parse import quote

import anyio

from ..config import Config
from .encoding import check_key, check_version, encode, iso, make_page, now_ms, start_page
from .fastio_api import FastioApi, Fields, StaleNoteError
from .fastio_note import Place, Row, from_text, to_text
from .store import Entry, IfVersion, Page, Store, StoreError

PATIENCE_SECONDS = 9  # for an operation with all its calls

Rows = dict[str, Row]


async def open_store(config: Config) -> Store:
    """Reads every note at once, so that a wrong setting is told at start."""
    store = FastioStore(FastioApi(config.fastio_api_url, config.fastio_api_key.get_secret_value()), config)
    try:
        await store.list(limit=1)
    except BaseException:
        await store.close()
        raise
    return store


class FastioStore(Store):
    """Entries in a few notes, each note one JSON document that is changed by compare-and-set.

    Only reading and updating of notes is used, which is what the API's documentation describes in full.
    """

    max_value_bytes = 16 * 1024

    def __init__(self, api: FastioApi, config: Config) -> None:
        self._api = api
        self._storage = f"/workspace/{config.fastio_workspace_id}/storage"
        self._notes = config.fastio_note_ids.split(",")
        self._prefix = config.fastio_prefix
        # Changes of one process wait for each other, instead of failing and trying again.
        self._turns: dict[int, anyio.Lock] = defaultdict(anyio.Lock)

    async def get(self, key: str) -> Entry | None:
        check_key(key)
        rows, _ = await self._read(self._note_of(key), _deadline())
        row = rows.get(self._prefix + key)
        return None if row is None else row.to_entry(key)

    async def put(
        self, key: str, value: Any, *, if_version: IfVersion = ..., ttl_ms: int | None = None, updated_at: str = ""
    ) -> Entry:
        check_key(key)
        text, version, now = encode(value, self.max_value_bytes), str(uuid.uuid4()), now_ms()
        end = None if ttl_ms is None else iso(now + ttl_ms)
        row = Row(json.loads(text), version, updated_at or iso(now), end)
        name = self._prefix + key

        def change(rows: Rows, may_be_done: bool) -> bool:
            present = rows.get(name)
            if present and present.version == version:
                return False
            try:
                check_version(key, present and present.version, if_version)
            except StoreError:
                if not may_be_done:
                    raise
                raise StoreError("unavailable", f"Fast.io: nobody knows whether {key} was written") from None
            rows[name] = row
            return True

        await self._change(key, change)
        return row.to_entry(key)

    async def delete(self, key: str, *, if_version: IfVersion = ...) -> bool:
        check_key(key)
        was_there = False

        def change(rows: Rows, _: bool) -> bool:
            nonlocal was_there
            present = rows.pop(self._prefix + key, None)
            if present is None:
                return False
            check_version(key, present.version, if_version)
            was_there = True
            return True

        await self._change(key, change)
        return was_there

    async def list(self, *, prefix: str = "", cursor: str | None = None, limit: int = 100) -> Page:
        after, until = start_page(prefix, cursor, limit), _deadline()
        notes = await asyncio.gather(*(self._read(index, until) for index in range(len(self._notes))))
        names = {name: row for rows, _ in notes for name, row in rows.items() if name.startswith(self._prefix + prefix)}
        found = sorted((name[len(self._prefix) :], row) for name, row in names.items())
        rest = [(key, row) for key, row in found if key > after]
        return make_page(rest[: limit + 1], limit, lambda found: found[1].to_entry(found[0]))

    async def close(self) -> None:
        await self._api.close()

    def _note_of(self, key: str) -> int:
        digest = sha256((self._prefix + key).encode()).digest()
        return int.from_bytes(digest[:4], "big") % len(self._notes)

    async def _read(self, index: int, until: float) -> tuple[Rows, str]:
        """The entries of a note, and its version."""
        fields = await self._call(index, "readnote", until)
        content, note = fields.get("content"), fields.get("note")
        version = cast("Fields", note).get("version") if isinstance(note, dict) else None
        if not isinstance(content, str) or not isinstance(version, str):
            raise StoreError("unavailable", "Fast.io: a note was answered without its content or its version")
        return from_text(content, Place(index, len(self._notes))), version

    async def _change(self, key: str, change: Callable[[Rows, bool], bool]) -> None:
        """Reads the note of a key, changes it and writes it, again from the start when somebody else was faster.

        `change` returns whether there is something to write; it is told whether an earlier round may have written it.
        """
        index, until = self._note_of(key), _deadline()
        may_be_done = False
        async with self._turns[index]:
            for attempt in range(1, 1000):
                rows, version = await self._read(index, until)
                if not change(rows, may_be_done):
                    return
                form = {"content": to_text(Place(index, len(self._notes)), rows), "if_version_id": version}
                try:
                    await self._call(index, "updatenote", until, form)
                    return
                except StaleNoteError as error:
                    may_be_done = may_be_done or error.is_repeated
                await anyio.sleep(random.random() * min(1, 0.01 * 2 ** min(attempt, 7)))

    async def _call(self, index: int, action: str, until: float, form: dict[str, str] | None = None) -> Fields:
        path = f"{self._storage}/{quote(self._notes[index], safe='')}/{action}/"
        return await self._api.call("POST" if form else "GET", path, until, form)


def _deadline() -> float:
    return anyio.current_time() + PATIENCE_SECONDS
