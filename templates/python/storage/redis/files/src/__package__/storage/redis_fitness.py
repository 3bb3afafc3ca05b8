"""Whether a Redis can be trusted with data: many are set up as caches."""

import re
from collections.abc import Mapping
from typing import Any

from redis.exceptions import ResponseError

from .redis_connection import RedisConnection
from .store import StoreError

_OLDEST = 7
_ADVICE = "see https://redis.io/docs/latest/operate/oss_and_stack/management/"


async def check_fitness(connection: RedisConnection) -> list[str]:
    """What whoever runs it should know. Raises `unavailable` when it would throw entries away."""
    try:
        return judge(await connection.run("INFO"))
    except ResponseError:
        return ["Redis does not let this user see INFO: make sure that it does not evict, and persists what is written"]


def judge(facts: Mapping[str, Any]) -> list[str]:
    """The same of a server that describes itself so."""
    version = str(facts.get("redis_version", ""))
    number = re.match(r"\d+", version)
    if number and int(number[0]) < _OLDEST:
        raise StoreError("unavailable", f"Redis {version} is too old: use {_OLDEST} or newer, or Valkey.")
    policy = str(facts.get("maxmemory_policy", ""))
    evicts = str(facts.get("maxmemory")) != "0" and policy != "noeviction"
    if evicts and policy.startswith("allkeys"):
        message = f"Redis throws entries away when its memory is full (maxmemory-policy {policy}): set noeviction"
        raise StoreError("unavailable", f"{message}; {_ADVICE}eviction/")
    warnings: list[str] = []
    if evicts:
        warnings.append(f"Redis may drop entries with a time to live early (maxmemory-policy {policy})")
    if str(facts.get("aof_enabled")) == "0":
        warnings.append(f"Redis loses the last writes when it stops (appendonly no); {_ADVICE}persistence/")
    return warnings
