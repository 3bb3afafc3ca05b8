"""The statements of the PostgreSQL backend. All times come from the database's clock."""

from psycopg.sql import SQL, Composed, Identifier

_LIVE = SQL("(expires_at IS NULL OR expires_at > now())")
# Without a time to live it is null, and so is the sum.
_EXPIRY = SQL("now() + %(ttl)s::float8 * interval '1 millisecond'")
_NONE = SQL("")
_TIMES = SQL("updated_at, expires_at")
_UPSERT = SQL(
    """INSERT INTO {table} AS present (key, value, version, updated_at, expires_at)
    VALUES (%(key)s, %(value)s, %(version)s, now(), {expiry})
    ON CONFLICT (key) DO UPDATE SET value = %(value)s, version = %(version)s, updated_at = now(), expires_at = {expiry}
    {condition} RETURNING {times}"""
)


class Statements:
    """For the table in one schema."""

    def __init__(self, schema: str) -> None:
        table = Identifier(schema, "entries")

        def fill(text: SQL, condition: SQL = _NONE) -> bytes:
            parts = {"table": table, "live": _LIVE, "expiry": _EXPIRY, "times": _TIMES, "condition": condition}
            return Composed([text.format(**parts)]).as_bytes(None)

        self.get = fill(SQL("SELECT value, version, {times} FROM {table} WHERE key = %(key)s AND {live}"))
        self.put = fill(_UPSERT)
        # Only if the key is absent or its entry has expired.
        self.create = fill(_UPSERT, SQL("WHERE present.expires_at <= now()"))
        # Only if the version is the current one.
        self.swap = fill(
            SQL(
                """UPDATE {table}
                SET value = %(value)s, version = %(version)s, updated_at = now(), expires_at = {expiry}
                WHERE key = %(key)s AND version = %(current)s AND {live} RETURNING {times}"""
            )
        )
        self.remove = fill(SQL("DELETE FROM {table} WHERE key = %(key)s RETURNING {live}"))
        # U+10FFFF is no character, so no key holds it and every key with the prefix sorts before the prefix and it.
        self.list = fill(
            SQL(
                """SELECT key FROM {table} WHERE key > %(after)s AND key >= %(prefix)s
                AND key < %(prefix)s::text || chr(1114111) AND {live} ORDER BY key LIMIT %(limit)s"""
            )
        )
        # Rows that somebody else is at are left to them, so that two sweeps never wait for each other.
        self.sweep = fill(
            SQL(
                """DELETE FROM {table} WHERE key IN (
                SELECT key FROM {table} WHERE expires_at <= now() LIMIT 1000 FOR UPDATE SKIP LOCKED)"""
            )
        )
