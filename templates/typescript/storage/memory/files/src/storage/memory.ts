import type { Config } from '../config.js';
import {
  byBytes,
  checkKey,
  checkList,
  conflict,
  encode,
  endOf,
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
  updatedAt: number | string;
  expiresAt: number | undefined;
}

/** Keeps everything in this process, as long as it runs. */
export async function openStore(_config: Config): Promise<Store> {
  let rows = new Map<string, Row>();
  /** Sorted; undefined when one has come since the last list. */
  let keys: string[] | undefined;
  let closed = false;

  const read = (row: Row) => toEntry(row.key, row.value, row.version, row.updatedAt, row.expiresAt);
  const checkOpen = (): void => {
    if (closed) throw new StoreError('closed', 'The store is closed.');
  };
  const find = (key: string): Row | undefined => {
    checkOpen();
    const row = rows.get(key);
    return row !== undefined && (row.expiresAt ?? Infinity) > Date.now() ? row : undefined;
  };

  return {
    async get(key) {
      checkKey(key);
      const row = find(key);
      return row && read(row);
    },
    async put(key, value, { ifVersion, ttlMs, updatedAt } = {}) {
      checkKey(key);
      const now = Date.now();
      const text = encode(value);
      const [version, expiresAt] = [crypto.randomUUID(), endOf(ttlMs, now)];
      const row: Row = { key, value: text, version, updatedAt: updatedAt ?? now, expiresAt };
      const present = find(key);
      if (ifVersion !== undefined && ifVersion !== (present?.version ?? null)) throw conflict(key);
      if (!rows.has(key)) keys = undefined;
      rows.set(key, row);
      const end = () => rows.get(key) === row && rows.delete(key);
      // What lives longer than a timer counts as absent afterwards, but stays in memory.
      if (ttlMs !== undefined && ttlMs < LONGEST_MS) setTimeout(end, ttlMs).unref();
      return read(row);
    },
    async delete(key, { ifVersion } = {}) {
      checkKey(key);
      const row = find(key);
      if (row !== undefined && ifVersion !== undefined && row.version !== ifVersion) throw conflict(key);
      rows.delete(key);
      return row !== undefined;
    },
    async list(options) {
      const { limit, ...wanted } = checkList(options);
      checkOpen();
      // Nearly sorted is quick to sort again.
      if (keys === undefined) rows = new Map([...rows].sort(([a], [b]) => byBytes(a, b)));
      keys ??= [...rows.keys()];
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
