"""A store in a bucket of an S3-compatible service."""

import json
import uuid
from collections.abc import Mapping, Sequence

import anyio
import httpx2

from ..clock import iso, now_ms
from ..config import Config
from ..outbound import tls
from .keys import check_key, check_limit, decode_cursor, encode, encode_cursor
from .s3_bucket import Answer, Request, S3Bucket
from .s3_object import Found, Meta, condition_of, from_body, may_expire, to_body
from .s3_start import Abilities, check_bucket, is_probe
from .s3_xml import Listed, Listing, parse_listing
from .store import ALWAYS, Condition, Entry, Json, Page, Store, StoreError

_AT_ONCE = 32
"""How many objects are opened at the same time."""


async def open_store(config: Config) -> Store:
    """Reaches the bucket at once, so that a wrong setting is told at start."""
    bucket = S3Bucket(httpx2.AsyncClient(verify=await tls(), timeout=None), config)
    folder = config.s3_prefix.strip("/")
    prefix = f"{folder}/" if folder else ""
    try:
        return S3Store(bucket, prefix, await check_bucket(bucket, prefix, config))
    except BaseException:
        await bucket.close()
        raise


class S3Store(Store):
    """One object an entry. The service compares ETags before it writes, so any number of servers can share a bucket."""

    max_value_bytes = 1024 * 1024

    def __init__(self, bucket: S3Bucket, prefix: str, abilities: Abilities) -> None:
        self._bucket = bucket
        self._prefix = prefix
        self._abilities = abilities

    async def get(self, key: str) -> Entry | None:
        check_key(key)
        found = await self._find(key)
        return None if found is None or found.meta.is_expired else found.to_entry(key)

    async def put(self, key: str, value: Json, *, if_version: Condition = ALWAYS, ttl_ms: int | None = None) -> Entry:
        check_key(key)
        text = encode(value, self.max_value_bytes)
        now = now_ms()
        meta = Meta(str(uuid.uuid4()), iso(now), None if ttl_ms is None else iso(now + ttl_ms))
        etag = await self._write(key, to_body(meta, text), meta.nonce, if_version)
        return Found(meta, etag, json.loads(text)).to_entry(key)

    async def delete(self, key: str) -> bool:
        # The service does not say whether there was something.
        present = await self.get(key)
        await self._send(Request("DELETE", self._prefix + key), 404)
        return present is not None

    async def list_keys(self, *, prefix: str = "", cursor: str | None = None, limit: int = 100) -> Page:
        size = check_limit(limit)
        after = decode_cursor(cursor)
        while True:
            listing = await self._page(prefix, after, size)
            keys = await self._keys_of(listing.objects)
            if not listing.is_truncated:
                return Page(keys)
            if keys:
                return Page(keys, encode_cursor(keys[-1]))
            # A page of nothing but what has expired, or what somebody else has put here.
            after = self._key_of(listing.objects[-1])

    async def close(self) -> None:
        await self._bucket.close()

    async def _find(self, key: str) -> Found | None:
        answer = await self._send(Request("GET", self._prefix + key), 404)
        if answer.status == 404:
            return None
        try:
            return from_body(answer.body, answer.etag)
        except (ValueError, RecursionError) as error:
            raise StoreError("corrupt", f"S3: the object of {key} is not an entry") from error

    async def _write(self, key: str, body: bytes, nonce: str, condition: Condition) -> str:
        """Returns the new ETag."""
        answer = await self._put(key, body, {} if condition is ALWAYS else condition_of(condition))
        if not answer.is_success and condition is None:
            present = await self._find(key)
            if present is not None and present.meta.is_expired:
                answer = await self._put(key, body, {"if-match": present.etag})
        if answer.is_success:
            return answer.etag
        if not answer.is_repeated:
            raise StoreError("conflict", f"Version conflict on {key}")
        # An earlier attempt got no answer. It may have been done all the same, and be what stood in the way of this.
        present = await self._find(key)
        if present is not None and present.meta.nonce == nonce:
            return present.etag
        raise StoreError("unavailable", f"S3: nobody knows whether {key} was written")

    async def _put(self, key: str, body: bytes, condition: Mapping[str, str]) -> Answer:
        headers = {**condition, "content-type": "application/json"}
        return await self._send(Request("PUT", self._prefix + key, headers=headers, body=body), 404, 412)

    async def _page(self, prefix: str, after: str, size: int) -> Listing:
        query = {"list-type": "2", "max-keys": str(size), "prefix": self._prefix + prefix}
        if after:
            query["start-after"] = self._prefix + after
        answer = await self._send(Request("GET", query=query))
        try:
            return parse_listing(answer.body.decode())
        except ValueError as error:
            raise StoreError("unavailable", f"S3: {error}") from error

    async def _keys_of(self, objects: Sequence[Listed]) -> list[str]:
        """The keys of those objects that are entries and have not expired."""
        is_live = [False] * len(objects)
        failures: list[StoreError] = []
        turns = anyio.CapacityLimiter(_AT_ONCE)

        async def look(index: int, listed: Listed) -> None:
            async with turns:
                try:
                    is_live[index] = await self._is_live(listed)
                except StoreError as error:
                    failures.append(error)

        async with anyio.create_task_group() as tasks:
            for index, listed in enumerate(objects):
                tasks.start_soon(look, index, listed)
        if failures:
            raise failures[0]
        return [self._key_of(listed) for listed, live in zip(objects, is_live, strict=True) if live]

    async def _is_live(self, listed: Listed) -> bool:
        key = self._key_of(listed)
        if not _is_key(key):
            return False
        if not may_expire(listed.size):
            return True
        found = await self._find(key)
        if found is None or not found.meta.is_expired:
            return found is not None
        # Only where nothing new can be hit: somebody may write the key at this moment.
        if self._abilities.deletes_on_condition:
            await self._send(Request("DELETE", listed.name, headers={"if-match": found.etag}), 404, 412)
        return False

    def _key_of(self, listed: Listed) -> str:
        return listed.name[len(self._prefix) :]

    async def _send(self, request: Request, *expected: int) -> Answer:
        """Raises `unavailable` for failures other than the expected ones; a bucket that is gone never is expected."""
        answer = await self._bucket.send(request)
        if answer.is_success or (answer.status in expected and answer.failure.code != "NoSuchBucket"):
            return answer
        raise StoreError("unavailable", f"S3: {request.method} answered {answer}")


def _is_key(name: str) -> bool:
    """Others may keep objects in the same folder: consoles, for one, make empty ones that end in a slash."""
    try:
        check_key(name)
    except StoreError:
        return False
    return not is_probe(name)
