import type { ClientBase, Pool } from 'pg';
import manifest from '../../package.json' with { type: 'json' };
import type { Config } from '../config.js';
import { StoreError } from './store.js';

/** The schema of this server: it may not be the only one that keeps its data in this database. */
export function schemaOf({ POSTGRES_SCHEMA }: Config): string {
  const name = manifest.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_');
  return POSTGRES_SCHEMA ?? `mcp_${name.replaceAll(/^_|_$/g, '')}`.slice(0, 41);
}

/**
 * What makes each version of the schema out of the one before. Only ever add to the end: databases out there have run
 * the earlier ones, and are brought up to date when a newer server starts.
 */
const MIGRATIONS = [
  // Text, not jsonb, keeps numbers and the order of keys as they are. "C" sorts by UTF-8 bytes, as the port promises.
  (schema: string) => `CREATE TABLE "${schema}".entries (
    key text COLLATE "C" PRIMARY KEY,
    value text NOT NULL,
    version text NOT NULL,
    updated_at timestamptz NOT NULL,
    expires_at timestamptz
  )`,
  (schema: string) => `CREATE INDEX entries_expiry ON "${schema}".entries (expires_at) WHERE expires_at IS NOT NULL`,
];

/** Any number, as long as it is always the same. */
const LOCK = 7_236_091;

/**
 * Makes the tables at the first start, and changes those of an earlier version.
 *
 * @throws StoreError `unavailable` when the database is of a later version, or cannot hold all texts
 */
export async function migrate(pool: Pool, schema: string): Promise<void> {
  // Mostly there is nothing to do, and then no right to change the schema is needed either.
  if ((await versionOf(pool, schema)) === MIGRATIONS.length) return;
  const client = await pool.connect();
  let failed = true;
  try {
    await client.query('BEGIN');
    // Several instances may start at once: the first does the work, the others wait here and find it done.
    await client.query('SELECT pg_advisory_xact_lock($1, hashtext($2))', [LOCK, schema]);
    await advance(client, schema, await versionOf(client, schema));
    await client.query('COMMIT');
    failed = false;
  } finally {
    // A connection in the middle of a transaction is closed, which takes back all of it.
    client.release(failed);
  }
}

async function advance(client: ClientBase, schema: string, version: number): Promise<void> {
  const latest = MIGRATIONS.length;
  if (version === latest) return;
  if (version > latest) throw new StoreError('unavailable', `The schema "${schema}" was made by a newer server.`);
  if (version === 0) {
    const { rowCount } = await client.query('SELECT FROM pg_namespace WHERE nspname = $1', [schema]);
    if (rowCount === 0) await client.query(`CREATE SCHEMA "${schema}"`);
    await client.query(`CREATE TABLE "${schema}".schema_version (version integer NOT NULL)`);
  }
  for (const migration of MIGRATIONS.slice(version)) await client.query(migration(schema));
  await client.query(`DELETE FROM "${schema}".schema_version`);
  await client.query(`INSERT INTO "${schema}".schema_version VALUES ($1)`, [latest]);
}

/** 0 when there is nothing yet. */
async function versionOf(client: ClientBase | Pool, schema: string): Promise<number> {
  // Asked of the catalogue's tables: what its functions know, such as to_regclass, may be of before the lock was ours.
  const { rows: facts } = await client.query<{ made: boolean; encoding: string }>(
    `SELECT current_setting('server_encoding') AS encoding,
      EXISTS (SELECT FROM pg_tables WHERE schemaname = $1 AND tablename = 'schema_version') AS made`,
    [schema],
  );
  const [{ made, encoding } = { made: false, encoding: '' }] = facts;
  if (encoding !== 'UTF8') throw new StoreError('unavailable', `The database's encoding is ${encoding}, not UTF8.`);
  if (!made) return 0;
  const { rows } = await client.query<{ version: number }>(`SELECT version FROM "${schema}".schema_version`);
  return rows[0]?.version ?? 0;
}
