"""A store in a bucket of an S3-compatible service, for any number of processes and machines."""

import asyncio
import logging
import uuid
from contextlib import suppress
from typing import Any

import anyio.to_thread

from ..config import Config
from .encoding import check_key, cursor_of, encode, iso, now_ms, start_page
from .s3_bucket import Bucket, ConditionError
from .s3_object import Found, etag_of, from_body, to_body
from .s3_start import check_bucket, is_probe
from .store import Entry, IfVersion, Page, Store, StoreError


async def open_store(config: Config) -> Store:
    """Reaches the bucket at once, so that a wrong setting is told at start."""
    bucket = await anyio.to_thread.run_sync(Bucket, config)
    folder = config.s3_prefix.strip("/")
    prefix = f"{folder}/" if folder else ""
    return S3Store(bucket, prefix, await check_bucket(bucket, prefix, config))


class S3Store(Store):
    """One object an entry. The service compares ETags before it writes."""

    def __init__(self, bucket: Bucket, prefix: str, deletes_on_condition: bool) -> None:
        self._bucket = bucket
        self._prefix = prefix
        self._deletes_on_condition = deletes_on_condition
        self._closed = False

    async def get(self, key: str) -> Entry | None:
        check_key(key)
        found = await self._find(key)
        return found.entry if found and found.is_live else None

    async def put(
        self, key: str, value: Any, *, if_version: IfVersion = ..., ttl_ms: int | None = None, updated_at: str = ""
    ) -> Entry:
        check_key(key)
        text, nonce, now = encode(value), str(uuid.uuid4()), now_ms()
        ends = None if ttl_ms is None else iso(now + ttl_ms)
        body = to_body(nonce, updated_at or iso(now), ends, text)
        return from_body(key, body, await self._write(key, body, nonce, if_version)).entry

    async def delete(self, key: str, *, if_version: IfVersion = ...) -> bool:
        check_key(key)
        found = await self._find(key)
        if not found or not found.is_live:
            return False
        if if_version is ...:
            return await self._bucket.delete(self._prefix + key)
        if found.entry.version != if_version:
            raise StoreError("conflict", f"Version conflict on {key}")
        if self._deletes_on_condition:
            with suppress(ConditionError):
                return await self._bucket.delete(self._prefix + key, IfMatch=found.etag)
            raise StoreError("conflict", f"Version conflict on {key}")
        # What has expired counts as absent.
        nonce = str(uuid.uuid4())
        await self._write(key, to_body(nonce, iso(now_ms()), iso(0), "null"), nonce, if_version)
        return True

    async def list(self, *, prefix: str = "", cursor: str | None = None, limit: int = 100) -> Page:
        after = start_page(prefix, cursor, limit)
        while True:
            self._check_open()
            listing = await self._bucket.list(self._prefix + prefix, after and self._prefix + after, limit)
            keys = [name[len(self._prefix) :] for name in listing.names]
            found = await asyncio.gather(*(self._look(key) for key in keys if _is_key(key)))
            entries = [entry for entry in found if entry]
            if entries or not listing.is_truncated:
                return Page(entries, cursor_of(entries[-1].key) if listing.is_truncated else None)
            # A page of nothing but what has expired, or what somebody else has put here.
            after = keys[-1]

    async def close(self) -> None:
        self._closed = True

    async def _find(self, key: str) -> Found | None:
        self._check_open()
        answer = await self._bucket.get(self._prefix + key)
        return None if answer is None else from_body(key, *answer)

    async def _look(self, key: str) -> Entry | None:
        try:
            found = await self._find(key)
        except StoreError as error:
            if error.code != "corrupt":
                raise
            logging.getLogger(__name__).warning("left out of a list: %s", error)
            return None
        if found and not found.is_live and self._deletes_on_condition:
            with suppress(ConditionError):
                await self._bucket.delete(self._prefix + key, IfMatch=found.etag)
        return found.entry if found and found.is_live else None

    async def _write(self, key: str, body: bytes, nonce: str, if_version: IfVersion) -> str:
        """Returns the new ETag."""
        self._check_open()
        name = self._prefix + key
        if if_version is ...:
            return await self._bucket.put(name, body)
        try:
            if if_version is not None:
                return await self._bucket.put(name, body, IfMatch=etag_of(if_version))
            try:
                return await self._bucket.put(name, body, IfNoneMatch="*")
            except ConditionError:
                found = await self._find(key)
                if not found or found.is_live:
                    raise
                return await self._bucket.put(name, body, IfMatch=found.etag)
        except ConditionError as error:
            # An attempt that got no answer may have been done all the same, and be what stands in the way.
            found = await self._find(key) if error.is_repeated else None
            if found and found.nonce == nonce:
                return found.etag
            if error.is_repeated:
                raise StoreError("unavailable", f"S3: nobody knows whether {key} was written") from None
            raise StoreError("conflict", f"Version conflict on {key}") from None

    def _check_open(self) -> None:
        if self._closed:
            raise StoreError("closed", "The store is closed.")


def _is_key(name: str) -> bool:
    """Others may keep objects in the same folder: consoles, for one, make empty ones that end in a slash."""
    with suppress(StoreError):
        check_key(name)
        return not is_probe(name)
    return False
