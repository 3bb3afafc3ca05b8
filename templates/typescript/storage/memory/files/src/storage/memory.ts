import { randomUUID } from 'node:crypto';
import type { Config } from '../config.js';
import {
  checkKey,
  checkList,
  conflict,
  encode,
  endOf,
  indexOf,
  keysFrom,
  type Store,
  StoreError,
  toEntry,
  toPage,
} from './store.js';

/** The longest time that a timer takes. */
const LONGEST_MS = 2 ** 31 - 1;

interface Row {
  key: string;
  /** As text, so that nobody can change it from outside. */
  value: string;
  version: string;
  updatedAt: number;
  expiresAt: number | undefined;
}

/** Keeps everything in this process, as long as it runs. */
export async function openStore(_config: Config): Promise<Store> {
  const rows = new Map<string, Row>();
  /** Sorted, so that a page is found without looking at every key. */
  const keys: string[] = [];
  let closed = false;

  const read = (row: Row) => toEntry(row.key, row.value, row.version, row.updatedAt, row.expiresAt);
  const find = (key: string): Row | undefined => {
    if (closed) throw new StoreError('closed', 'The store is closed.');
    const row = rows.get(key);
    return row !== undefined && (row.expiresAt ?? Infinity) > Date.now() ? row : undefined;
  };
  const remove = (key: string): void => {
    if (rows.delete(key)) keys.splice(indexOf(keys, key), 1);
  };

  return {
    async get(key) {
      checkKey(key);
      const row = find(key);
      return row && read(row);
    },
    async put(key, value, { ifVersion, ttlMs } = {}) {
      checkKey(key);
      const now = Date.now();
      const text = encode(value);
      const row: Row = { key, value: text, version: randomUUID(), updatedAt: now, expiresAt: endOf(ttlMs, now) };
      const present = find(key);
      if (ifVersion !== undefined && ifVersion !== (present?.version ?? null)) throw conflict(key);
      if (!rows.has(key)) keys.splice(indexOf(keys, key), 0, key);
      rows.set(key, row);
      const end = () => rows.get(key) === row && remove(key);
      // What lives longer than a timer counts as absent afterwards, but stays in memory.
      if (ttlMs !== undefined && ttlMs < LONGEST_MS) setTimeout(end, ttlMs).unref();
      return read(row);
    },
    async delete(key, { ifVersion } = {}) {
      checkKey(key);
      const row = find(key);
      if (row !== undefined && ifVersion !== undefined && row.version !== ifVersion) throw conflict(key);
      remove(key);
      return row !== undefined;
    },
    async list(options) {
      const { limit, ...wanted } = checkList(options);
      const found: Row[] = [];
      for (const key of keysFrom(keys, wanted)) {
        const row = find(key);
        if (row !== undefined) found.push(row);
        if (found.length > limit) break;
      }
      return toPage(found, limit, read);
    },
    async close() {
      closed = true;
      rows.clear();
    },
  };
}
