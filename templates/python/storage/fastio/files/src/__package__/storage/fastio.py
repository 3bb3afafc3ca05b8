"""A store in notes of a Fast.io workspace."""

import json
import random
import uuid
from collections import defaultdict
from collections.abc import Callable
from hashlib import sha256
from urllib.parse import quote

import anyio
import httpx2

from ..clock import iso, now_ms
from ..config import Config
from ..outbound import tls
from .fastio_api import Call, FastioApi, Fields, StaleNoteError
from .fastio_note import Place, Row, from_text, to_text
from .keys import check_key, check_limit, decode_cursor, encode, encode_cursor
from .store import ALWAYS, Condition, Entry, Json, Page, Store, StoreError

_PATIENCE_SECONDS = 9
"""How long an operation may take, with all its calls."""

_Rows = dict[str, Row]
_Change = Callable[[_Rows, bool], bool]


async def open_store(config: Config) -> Store:
    """Reads every note at once, so that a wrong setting is told at start."""
    client = httpx2.AsyncClient(verify=await tls(), timeout=None)
    store = FastioStore(FastioApi(client, config.fastio_api_url, config.fastio_api_key.get_secret_value()), config)
    try:
        await store.list_keys(limit=1)
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

    async def put(self, key: str, value: Json, *, if_version: Condition = ALWAYS, ttl_ms: int | None = None) -> Entry:
        check_key(key)
        text = encode(value, self.max_value_bytes)
        now = now_ms()
        expires_at = None if ttl_ms is None else iso(now + ttl_ms)
        row = Row(json.loads(text), str(uuid.uuid4()), iso(now), expires_at)
        name = self._prefix + key

        def change(rows: _Rows, may_be_done: bool) -> bool:
            present = rows.get(name)
            version = None if present is None else present.version
            if version == row.version:
                return False
            if if_version is not ALWAYS and if_version != version:
                if may_be_done:
                    raise StoreError("unavailable", f"Fast.io: nobody knows whether {key} was written")
                raise StoreError("conflict", f"Version conflict on {key}")
            rows[name] = row
            return True

        await self._change(key, change)
        return row.to_entry(key)

    async def delete(self, key: str) -> bool:
        check_key(key)
        was_there = False

        def change(rows: _Rows, _: bool) -> bool:
            nonlocal was_there
            is_there = rows.pop(self._prefix + key, None) is not None
            was_there = was_there or is_there
            return is_there

        await self._change(key, change)
        return was_there

    async def list_keys(self, *, prefix: str = "", cursor: str | None = None, limit: int = 100) -> Page:
        size = check_limit(limit)
        after = decode_cursor(cursor).encode()
        wanted = self._prefix + prefix
        names = [name for name in await self._names() if name.startswith(wanted)]
        found = sorted(name[len(self._prefix) :].encode() for name in names)
        rest = [key.decode() for key in found if key > after]
        keys = rest[:size]
        return Page(keys, encode_cursor(keys[-1]) if len(rest) > size else None)

    async def close(self) -> None:
        await self._api.close()

    def _note_of(self, key: str) -> int:
        digest = sha256((self._prefix + key).encode()).digest()
        return int.from_bytes(digest[:4], "big") % len(self._notes)

    async def _names(self) -> list[str]:
        """The names in all notes, which are read at the same time."""
        names: list[str] = []
        failures: list[StoreError] = []
        until = _deadline()

        async def read(index: int) -> None:
            try:
                rows, _ = await self._read(index, until)
                names.extend(rows)
            except StoreError as error:
                failures.append(error)

        async with anyio.create_task_group() as tasks:
            for index in range(len(self._notes)):
                tasks.start_soon(read, index)
        if failures:
            raise failures[0]
        return names

    async def _read(self, index: int, until: float) -> tuple[_Rows, str]:
        """The entries of a note, and its version."""
        fields = await self._call(index, "readnote", until)
        content, note = fields.get("content"), fields.get("note")
        version = note.get("version") if isinstance(note, dict) else None  # pyright: ignore
        if not isinstance(content, str) or not isinstance(version, str):
            raise StoreError("unavailable", "Fast.io: a note was answered without its content or its version")
        return from_text(content, self._place_of(index)), version

    async def _change(self, key: str, change: _Change) -> None:
        """Reads the note of a key, changes it and writes it, again from the start when somebody else was faster.

        Args:
            key: The key.
            change: Returns whether there is something to write; its second argument is whether an earlier round may
                have written it already.
        """
        index = self._note_of(key)
        until = _deadline()
        may_be_done = False
        attempt = 0
        async with self._turns[index]:
            while True:
                rows, version = await self._read(index, until)
                if not change(rows, may_be_done):
                    return
                form = {"content": to_text(self._place_of(index), rows), "if_version_id": version}
                try:
                    await self._call(index, "updatenote", until, form)
                    return
                except StaleNoteError as error:
                    may_be_done = may_be_done or error.is_repeated
                attempt += 1
                await anyio.sleep(random.random() * min(1, 0.01 * 2**attempt))

    def _place_of(self, index: int) -> Place:
        return Place(index, len(self._notes))

    async def _call(self, index: int, action: str, until: float, form: dict[str, str] | None = None) -> Fields:
        path = f"{self._storage}/{quote(self._notes[index], safe='')}/{action}/"
        return await self._api.call(Call("POST" if form else "GET", path, until, form))


def _deadline() -> float:
    return anyio.current_time() + _PATIENCE_SECONDS
