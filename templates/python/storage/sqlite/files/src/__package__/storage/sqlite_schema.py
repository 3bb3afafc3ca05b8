"""The tables of the SQLite backend, from version to version."""

import sqlite3
from collections.abc import Sequence

from .store import StoreError

MIGRATIONS = (
    # Rows are small and read by key, so the table is its own index. Files older than the counting have it already.
    """
    CREATE TABLE IF NOT EXISTS entries (
        key TEXT PRIMARY KEY,
        value TEXT NOT NULL,
        version TEXT NOT NULL,
        updated_at TEXT NOT NULL,
        expires_at INTEGER
    ) WITHOUT ROWID
    """,
    "CREATE INDEX IF NOT EXISTS entries_expiry ON entries (expires_at) WHERE expires_at IS NOT NULL",
)
"""What makes the schema of each version out of the one before.

Only ever add to the end: files out there have run the earlier ones, and are brought up to date when a newer server
opens them.
"""


def migrate(connection: sqlite3.Connection, migrations: Sequence[str] = MIGRATIONS) -> None:
    """Makes the tables in a new file, and changes those of an earlier version.

    Raises `unavailable` when the file is of a later version.
    """
    if _version_of(connection) == len(migrations):
        return
    # Several processes may open the file at once: the first does the work, the others wait here and find it done.
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = _version_of(connection)
        if version > len(migrations):
            raise StoreError("unavailable", f"It is of version {version}, newer than {len(migrations)}.")
        for migration in migrations[version:]:
            connection.execute(migration)
        connection.execute(f"PRAGMA user_version = {len(migrations)}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _version_of(connection: sqlite3.Connection) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return version
