"""The SQL of the SQLite backend."""

_LIVE = "(expires_at IS NULL OR expires_at > :now)"

GET = f"SELECT key, value, version, updated_at, expires_at FROM entries WHERE key = :key AND {_LIVE}"

PUT = """
    INSERT INTO entries (key, value, version, updated_at, expires_at)
    VALUES (:key, :value, :version, :updated_at, :expires_at)
    ON CONFLICT (key) DO UPDATE
    SET value = :value, version = :version, updated_at = :updated_at, expires_at = :expires_at
"""

CREATE = f"{PUT} WHERE entries.expires_at <= :now"
"""Only if the key is absent or its entry has expired."""

SWAP = f"""
    UPDATE entries SET value = :value, version = :version, updated_at = :updated_at, expires_at = :expires_at
    WHERE key = :key AND version = :current AND {_LIVE}
"""
"""Only if the version is the current one."""

REMOVE = "DELETE FROM entries WHERE key = :key RETURNING expires_at"

LIST = f"""
    SELECT key FROM entries
    WHERE key > :after AND key >= :prefix AND key < :prefix || char(0x10FFFF) AND {_LIVE}
    ORDER BY key LIMIT :limit
"""
"""SQLite compares text by its UTF-8 bytes, which is the order the port promises.

U+10FFFF is no character, so no key holds it and every key with the prefix sorts before the prefix followed by it.
"""

SWEEP = "DELETE FROM entries WHERE expires_at <= :now"
