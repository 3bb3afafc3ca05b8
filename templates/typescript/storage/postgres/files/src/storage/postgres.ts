import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Config } from '../config.js';
import { Pool, reasonOf } from './postgres-pool.js';
import { migrate, schemaOf } from './postgres-schema.js';
import { checkKey, checkList, conflict, encode, endOf, type Store, StoreError, toEntry, toPage } from './store.js';

type Row = Record<'key' | 'value' | 'version', string> & { updated_at: Date; expires_at: Date | null };

const SWEEP_MS = 60_000;
/** A database that is stuck never says goodbye. */
const GOODBYE_MS = 2000;

/**
 * One table, one statement an operation. Any number of processes, on any number of machines, may use it at once.
 *
 * @throws StoreError `unavailable`, with what to set, when the database cannot be used
 */
export async function openStore(config: Config): Promise<Store> {
  const pool = new Pool(config.DATABASE_URL);
  const sql = statements(schemaOf(config));
  await migrate(pool.pg, schemaOf(config)).catch((error: unknown) => {
    pool.pg.end().catch(() => {});
    const advice = 'Set DATABASE_URL to a database that answers, such as postgres://user:password@localhost:5432/mydb.';
    throw new StoreError('unavailable', `Cannot use PostgreSQL: ${reasonOf(error)}. ${advice}`, error);
  });
  const running = new Set<Promise<unknown>>();
  let closing: Promise<void> | undefined;
  let sweptAt = -Infinity;

  async function query<R extends pg.QueryResultRow = Row>(text: string, ...values: unknown[]): Promise<R[]> {
    if (closing !== undefined) throw new StoreError('closed', 'The store is closed.');
    const rows = pool.query<R>(text, values);
    running.add(rows);
    try {
      return await rows;
    } catch (error) {
      // XX001 is data_corrupted, XX002 index_corrupted.
      const code = /^XX00[12]$/.test((error as pg.DatabaseError).code ?? '') ? 'corrupt' : 'unavailable';
      throw new StoreError(code, `PostgreSQL: ${reasonOf(error)}`, error);
    } finally {
      running.delete(rows);
    }
  }
  const find = async (key: string) => (await query(sql.get, key))[0];

  /** Expired rows count as absent everywhere; taking them out now and then keeps the table small. */
  function sweep(): void {
    const now = performance.now();
    if (now - sweptAt < SWEEP_MS) return;
    sweptAt = now;
    query(sql.sweep).catch(() => {});
  }

  return {
    async get(key) {
      checkKey(key);
      const row = await find(key);
      return row && read(row);
    },
    async put(key, value, { ifVersion, ttlMs, updatedAt } = {}) {
      checkKey(key);
      endOf(ttlMs);
      const values = [key, encode(value), crypto.randomUUID(), ttlMs ?? null, updatedAt ?? null];
      if (typeof ifVersion === 'string') values.push(ifVersion);
      const [row] = await query(
        ifVersion === undefined ? sql.put : ifVersion === null ? sql.create : sql.swap,
        ...values,
      );
      if (row === undefined) throw conflict(key);
      if (ttlMs !== undefined) sweep();
      return read(row);
    },
    async delete(key, { ifVersion } = {}) {
      checkKey(key);
      const [row] = await query<{ live: boolean }>(sql.delete, key, ifVersion ?? null);
      if (row === undefined && ifVersion !== undefined && (await find(key)) !== undefined) throw conflict(key);
      return row?.live ?? false;
    },
    async list(options) {
      const { after, prefix, limit } = checkList(options);
      return toPage(await query(sql.list, after, prefix, limit + 1), limit, read);
    },
    close() {
      // The pool would forget queries that still wait.
      closing ??= Promise.allSettled(running).then(() =>
        Promise.race([pool.pg.end(), sleep(GOODBYE_MS, undefined, { ref: false })]),
      );
      return closing;
    },
  };
}

const read = (row: Row) => toEntry(row.key, row.value, row.version, row.updated_at, row.expires_at);

/** All times are by the database's clock. */
function statements(schema: string) {
  const table = `"${schema}".entries`;
  const live = '(expires_at IS NULL OR expires_at > now())';
  const columns = 'key, value, version, updated_at, expires_at';
  // Without a time to live $4 is null, and so is the sum.
  const expiry = "now() + $4::float8 * interval '1 millisecond'";
  const updated = 'coalesce($5::timestamptz, now())';
  const set = `value = $2, version = $3, updated_at = ${updated}, expires_at = ${expiry}`;
  const insert = `INSERT INTO ${table} AS present (${columns}) VALUES ($1, $2, $3, ${updated}, ${expiry})`;
  const put = `${insert} ON CONFLICT (key) DO UPDATE SET ${set}`;
  return {
    get: `SELECT ${columns} FROM ${table} WHERE key = $1 AND ${live}`,
    put: `${put} RETURNING ${columns}`,
    create: `${put} WHERE present.expires_at <= now() RETURNING ${columns}`,
    swap: `UPDATE ${table} SET ${set} WHERE key = $1 AND version = $6 AND ${live} RETURNING ${columns}`,
    delete: `DELETE FROM ${table} WHERE key = $1 AND ($2::text IS NULL OR version = $2) RETURNING ${live} AS live`,
    // U+10FFFF is in no key, and sorts after all that begin with the prefix.
    list: `SELECT ${columns} FROM ${table}
      WHERE key > $1 AND key >= $2 AND key < $2 || chr(1114111) AND ${live} ORDER BY key LIMIT $3`,
    // Rows that somebody else is at are left to them, so that two sweeps never wait for each other.
    sweep: `DELETE FROM ${table} WHERE key IN (
      SELECT key FROM ${table} WHERE expires_at <= now() LIMIT 1000 FOR UPDATE SKIP LOCKED)`,
  };
}
