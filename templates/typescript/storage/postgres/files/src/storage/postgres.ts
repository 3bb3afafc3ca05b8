import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Config } from '../config.js';
import { checkKey, checkLimit, decodeCursor, encode, encodeCursor } from './keys.js';
import { migrate, schemaOf } from './postgres-schema.js';
import { statements } from './postgres-statements.js';
import {
  type Entry,
  type Json,
  type ListOptions,
  type Page,
  type PutOptions,
  type Store,
  StoreError,
} from './store.js';

interface Row {
  readonly key: string;
  readonly value: string;
  readonly version: string;
  readonly updated_at: Date;
  readonly expires_at: Date | null;
}

const SWEEP_MS = 60_000;
const GOODBYE_MS = 2000;

/** @throws StoreError `unavailable`, with what to set, when the database cannot be used. */
export async function openStore(config: Config): Promise<Store> {
  const pool = openPool(config.DATABASE_URL);
  const schema = schemaOf(config);
  try {
    await migrate(pool, schema);
    return new PostgresStore(pool, schema);
  } catch (error) {
    pool.end().catch(() => {});
    const advice =
      'Set DATABASE_URL to a database that answers, such as postgres://user:password@localhost:5432/mydb; see https://www.postgresql.org/docs/current/libpq-connect.html';
    throw new StoreError('unavailable', `Cannot use PostgreSQL: ${reasonOf(error)}\n${advice}`, { cause: error });
  }
}

/**
 * A call that cannot be served is answered within seconds: its client would not wait longer, and what is queued for a
 * database that is down would be written when nobody expects it any more.
 *
 * Limits are kept on this side, and statements have no names, because connection poolers refuse either.
 */
export function openPool(connectionString: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString,
    max: 10,
    connectionTimeoutMillis: 5000,
    query_timeout: 5000,
    keepAlive: true,
  });
  // An idle connection has died. The pool has dropped it already, and opens another when it needs one.
  pool.on('error', () => {});
  return pool;
}

/** One table, one statement an operation. Any number of processes, on any number of machines, may use it at once. */
export class PostgresStore implements Store {
  readonly maxValueBytes = 1024 * 1024;
  readonly #pool: pg.Pool;
  readonly #sql: ReturnType<typeof statements>;
  readonly #running = new Set<Promise<unknown>>();
  #closing: Promise<void> | undefined;
  #sweptAt = 0;

  constructor(pool: pg.Pool, schema: string) {
    this.#pool = pool;
    this.#sql = statements(schema);
  }

  async get(key: string): Promise<Entry | undefined> {
    checkKey(key);
    const [row] = await this.#query<Row>(this.#sql.get, [key]);
    return row && toEntry(row);
  }

  async put(key: string, value: Json, { ifVersion, ttlMs }: PutOptions = {}): Promise<Entry> {
    checkKey(key);
    const values = [key, encode(value, this.maxValueBytes), randomUUID(), ttlMs ?? null];
    const { put, create, swap } = this.#sql;
    const [row] =
      typeof ifVersion === 'string'
        ? await this.#query<Row>(swap, [...values, ifVersion])
        : await this.#query<Row>(ifVersion === null ? create : put, values);
    if (row === undefined) throw new StoreError('conflict', `Version conflict on ${key}`);
    if (ttlMs !== undefined) this.#sweep();
    return toEntry(row);
  }

  async delete(key: string): Promise<boolean> {
    checkKey(key);
    const [row] = await this.#query<{ live: boolean }>(this.#sql.remove, [key]);
    return row?.live ?? false;
  }

  async list({ prefix = '', cursor, limit }: ListOptions = {}): Promise<Page> {
    const size = checkLimit(limit);
    const rows = await this.#query<Row>(this.#sql.list, [decodeCursor(cursor), prefix, size + 1]);
    const keys = rows.slice(0, size).map((row) => row.key);
    const last = keys.at(-1);
    return last !== undefined && rows.length > size ? { keys, nextCursor: encodeCursor(last) } : { keys };
  }

  close(): Promise<void> {
    this.#closing ??= this.#shutDown();
    return this.#closing;
  }

  async #shutDown(): Promise<void> {
    // The pool would forget queries that still wait for a connection.
    await Promise.allSettled(this.#running);
    // A database that is stuck never says goodbye.
    await Promise.race([this.#pool.end(), sleep(GOODBYE_MS, undefined, { ref: false })]);
  }

  async #query<R extends pg.QueryResultRow>(text: string, values: unknown[]): Promise<R[]> {
    if (this.#closing !== undefined) throw new StoreError('closed', 'The store is closed.');
    const query = this.#pool.query<R>(text, values);
    this.#running.add(query);
    try {
      return (await query).rows;
    } catch (error) {
      // XX001 is data_corrupted, XX002 index_corrupted.
      const code = /^XX00[12]$/.test((error as pg.DatabaseError).code ?? '') ? 'corrupt' : 'unavailable';
      throw new StoreError(code, `PostgreSQL: ${reasonOf(error)}`, { cause: error });
    } finally {
      this.#running.delete(query);
    }
  }

  /** Expired rows count as absent everywhere; taking them out now and then keeps the table small. */
  #sweep(): void {
    const now = performance.now();
    if (this.#sweptAt !== 0 && now - this.#sweptAt < SWEEP_MS) return;
    this.#sweptAt = now;
    this.#query(this.#sql.sweep, []).catch(() => {});
  }
}

function reasonOf(error: unknown): string {
  const { message, code } = error as Error & { code?: string };
  // A name that leads to several addresses fails with an error for each, and no message of its own.
  return message || (code ?? 'no connection');
}

function toEntry({ key, value, version, updated_at, expires_at }: Row): Entry {
  const entry = { key, value: JSON.parse(value) as Json, version, updatedAt: updated_at.toISOString() };
  return expires_at === null ? entry : { ...entry, expiresAt: expires_at.toISOString() };
}
