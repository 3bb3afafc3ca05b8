import { randomUUID } from 'node:crypto';
import type { Config } from '../config.js';
import { checkKey, checkLimit, decodeCursor, encode, encodeCursor } from './keys.js';
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
  readonly text: string;
  readonly version: string;
  readonly updatedAt: string;
  readonly expiresAt: number;
}

export const openStore = async (_config: Config): Promise<Store> => new MemoryStore();

/** Keeps everything in this process. Values are kept as text, so nobody can change them from outside. */
export class MemoryStore implements Store {
  readonly maxValueBytes = 1024 * 1024;
  #rows: Map<string, Row> | undefined = new Map();

  async get(key: string): Promise<Entry | undefined> {
    checkKey(key);
    const row = this.#live().get(key);
    return row && toEntry(key, row);
  }

  async put(key: string, value: Json, { ifVersion, ttlMs = Infinity }: PutOptions = {}): Promise<Entry> {
    checkKey(key);
    const text = encode(value, this.maxValueBytes);
    const rows = this.#live();
    if (ifVersion !== undefined && ifVersion !== (rows.get(key)?.version ?? null)) {
      throw new StoreError('conflict', `Version conflict on ${key}`);
    }
    const now = Date.now();
    const row = { text, version: randomUUID(), updatedAt: new Date(now).toISOString(), expiresAt: now + ttlMs };
    rows.set(key, row);
    return toEntry(key, row);
  }

  async delete(key: string): Promise<boolean> {
    checkKey(key);
    return this.#live().delete(key);
  }

  async list({ prefix = '', cursor, limit }: ListOptions = {}): Promise<Page> {
    const size = checkLimit(limit);
    const after = Buffer.from(decodeCursor(cursor));
    const found = [...this.#live().keys()]
      .filter((key) => key.startsWith(prefix) && Buffer.compare(Buffer.from(key), after) > 0)
      .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    const keys = found.slice(0, size);
    const last = keys.at(-1);
    return last !== undefined && found.length > size ? { keys, nextCursor: encodeCursor(last) } : { keys };
  }

  async close(): Promise<void> {
    this.#rows = undefined;
  }

  /** The rows without those that have expired. */
  #live(): Map<string, Row> {
    if (this.#rows === undefined) throw new StoreError('closed', 'The store is closed.');
    const now = Date.now();
    for (const [key, row] of this.#rows) if (row.expiresAt <= now) this.#rows.delete(key);
    return this.#rows;
  }
}

function toEntry(key: string, { text, version, updatedAt, expiresAt }: Row): Entry {
  const entry = { key, value: JSON.parse(text) as Json, version, updatedAt };
  return expiresAt === Infinity ? entry : { ...entry, expiresAt: new Date(expiresAt).toISOString() };
}
