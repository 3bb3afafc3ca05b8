"""What Redis does in one go.

A Lua script runs alone from its first to its last command, and is written to the log as one.
"""

import hashlib
from typing import Any

from redis.exceptions import NoScriptError

from .redis_connection import RedisConnection

LAYOUT = 1
"""The version of the layout below."""


class Script:
    """A script, and the name under which Redis knows it once it has run."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.sha1 = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


async def evaluate(connection: RedisConnection, script: Script, keys: list[str], arguments: list[str]) -> Any:
    """Runs a script.

    Redis forgets scripts when it restarts or another takes its place; whoever asks first then sends the text again.
    """
    rest = [str(len(keys)), *keys, *arguments]
    try:
        return await connection.run("EVALSHA", script.sha1, *rest)
    except NoScriptError:
        return await connection.run("EVAL", script.text, *rest)


PREPARE = Script(
    """
local version = tonumber(redis.call('GET', KEYS[1]) or 0)
if version < tonumber(ARGV[1]) then
  redis.call('SET', KEYS[1], ARGV[1])
  return tonumber(ARGV[1])
end
return version
"""
)
"""Writes down the version of the layout at the first start, and answers the one in force.

A later version adds its steps here (`if version < 2 then … end`): a script needs no lock against other instances.
"""

# Entries are hashes that Redis itself removes when their time is over. What is left of them then is their name in two
# sorted sets: `keys`, where every name has the same score and Redis sorts by bytes, and `expiry`, scored by time.
_SWEEP = """
local function sweep(keys, expiry, prefix, now, most)
  local due = redis.call('ZRANGE', expiry, '-inf', '(' .. string.format('%.0f', now), 'BYSCORE', 'LIMIT', 0, most)
  local gone = 0
  for _, key in ipairs(due) do
    if redis.call('EXISTS', prefix .. key) == 0 then
      redis.call('ZREM', keys, key)
      redis.call('ZREM', expiry, key)
      gone = gone + 1
    end
  end
  return gone
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
"""

PUT = Script(
    _SWEEP
    + """
local current = redis.call('HGET', KEYS[1], 'version')
if ARGV[4] == 'absent' and current then return false end
if ARGV[4] == 'same' and current ~= ARGV[5] then return false end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'value', ARGV[2], 'version', ARGV[3], 'updatedAt', string.format('%.0f', now))
redis.call('ZADD', KEYS[2], 0, ARGV[1])
if ARGV[6] == '' then
  redis.call('ZREM', KEYS[3], ARGV[1])
  return { now }
end
local ends = now + tonumber(ARGV[6])
local score = string.format('%.0f', ends)
redis.call('HSET', KEYS[1], 'expiresAt', score)
redis.call('PEXPIREAT', KEYS[1], score)
redis.call('ZADD', KEYS[3], score, ARGV[1])
sweep(KEYS[2], KEYS[3], ARGV[7], now, 100)
return { now, ends }
"""
)
"""KEYS: entry, keys, expiry. ARGV: key, value, version, condition, wanted version, time to live, prefix of entries.

Answers the time of the write and that of the end, or nothing when the condition does not hold.
"""

REMOVE = Script(
    """
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('ZREM', KEYS[3], ARGV[1])
return redis.call('DEL', KEYS[1])
"""
)
"""KEYS: entry, keys, expiry. ARGV: key. Answers 1 if there was an entry."""

LIST = Script(
    _SWEEP
    + """
while sweep(KEYS[1], KEYS[2], ARGV[4], now, 1000) == 1000 do end
return redis.call('ZRANGE', KEYS[1], ARGV[1], ARGV[2], 'BYLEX', 'LIMIT', 0, ARGV[3])
"""
)
"""KEYS: keys, expiry. ARGV: from, to, number, prefix of entries. Answers keys in the order of their bytes."""
