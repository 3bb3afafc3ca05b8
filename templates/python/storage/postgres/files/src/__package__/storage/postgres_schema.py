"""The tables of the PostgreSQL backend, from version to version."""

import re
from collections.abc import Sequence

from psycopg.sql import SQL, Identifier

from ..about import NAME
from ..config import Config
from .postgres_pool import Connection, Pool
from .store import StoreError

MIGRATIONS = (
    # Text, not jsonb, keeps numbers and the order of keys as they are. "C" sorts by UTF-8 bytes, as the port promises.
    SQL("""CREATE TABLE {entries} (
        key text COLLATE "C" PRIMARY KEY,
        value text NOT NULL,
        version text NOT NULL,
        updated_at timestamptz NOT NULL,
        expires_at timestamptz
    )"""),
    SQL("CREATE INDEX entries_expiry ON {entries} (expires_at) WHERE expires_at IS NOT NULL"),
)
"""What makes the schema of each version out of the one before.

Only ever add to the end: databases out there have run the earlier ones, and are brought up to date when a newer server
starts.
"""

_LOCK = 7_236_091
"""Any number, as long as it is always the same."""


def schema_of(config: Config) -> str:
    """The schema of this server: it may not be the only one that keeps its data in this database."""
    name = re.sub(r"[^a-z0-9]+", "_", NAME.lower())
    return config.postgres_schema or f"mcp_{name.strip('_')}"[:41]


async def migrate(pool: Pool, schema: str, migrations: Sequence[SQL] = MIGRATIONS) -> None:
    """Makes the tables at the first start, and changes those of an earlier version.

    Raises `unavailable` when the database is of a later version, or cannot hold all texts.
    """

    async def advance(connection: Connection) -> None:
        # Mostly there is nothing to do, and then no right to change the schema is needed either.
        if await _version_of(connection, schema) == len(migrations):
            return
        async with connection.transaction():
            # Several instances may start at once: the first does the work, the others wait here and find it done.
            await connection.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", (_LOCK, schema))
            await _advance(connection, schema, migrations)

    await pool.run(advance)


async def _advance(connection: Connection, schema: str, migrations: Sequence[SQL]) -> None:
    version, known = await _version_of(connection, schema), len(migrations)
    if version > known:
        raise StoreError("unavailable", f'The schema "{schema}" is of version {version}, newer than {known}.')
    if version == known:
        return
    table = Identifier(schema, "schema_version")
    if version == 0:
        found = await connection.execute("SELECT FROM pg_namespace WHERE nspname = %s", (schema,))
        if found.rowcount == 0:
            await connection.execute(SQL("CREATE SCHEMA {}").format(Identifier(schema)))
        await connection.execute(SQL("CREATE TABLE {} (version integer NOT NULL)").format(table))
    for migration in migrations[version:]:
        await connection.execute(migration.format(entries=Identifier(schema, "entries")))
    await connection.execute(SQL("DELETE FROM {}").format(table))
    await connection.execute(SQL("INSERT INTO {} VALUES (%s)").format(table), (known,))


async def _version_of(connection: Connection, schema: str) -> int:
    """0 when there is nothing yet."""
    # Asked of the catalogue's tables: what its functions know, such as to_regclass, may be of before the lock was ours.
    facts = await connection.execute(
        """SELECT current_setting('server_encoding'),
            EXISTS (SELECT FROM pg_tables WHERE schemaname = %s AND tablename = 'schema_version')""",
        (schema,),
    )
    encoding, made = await facts.fetchone() or ("", False)
    if encoding != "UTF8":
        raise StoreError("unavailable", f"The database's encoding is {encoding}, not UTF8.")
    if not made:
        return 0
    rows = await connection.execute(SQL("SELECT version FROM {}").format(Identifier(schema, "schema_version")))
    row = await rows.fetchone()
    return row[0] if row else 0
