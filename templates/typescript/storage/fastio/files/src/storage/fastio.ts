import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../config.js';
import { callFastio, type Fields, StaleNoteError } from './fastio-api.js';
import { fromText, type Row, type Rows, toText } from './fastio-note.js';
import {
  byBytes,
  checkKey,
  checkList,
  conflict,
  encode,
  endOf,
  type Json,
  keysFrom,
  type Store,
  StoreError,
  toEntry,
  toPage,
} from './store.js';

const MAX_VALUE_BYTES = 16 * 1024;
/** How long an operation may take, with all its calls. */
const PATIENCE_MS = 9_000;

/**
 * Entries in a few notes, each note one JSON document that is changed by compare-and-set. Only reading and updating of
 * notes is used, which is what the API's documentation describes in full.
 */
export async function openStore(config: Config): Promise<Store> {
  const { FASTIO_API_URL: url, FASTIO_API_KEY: apiKey, FASTIO_NOTE_IDS: ids, FASTIO_PREFIX: prefix } = config;
  /** The last change of each note: changes of one process wait for each other, instead of failing and trying again. */
  const turns: Promise<unknown>[] = [];
  let closed = false;

  function call(index: number, action: 'readnote' | 'updatenote', deadline: number, form?: Record<string, string>) {
    if (closed) throw new StoreError('closed', 'The store is closed.');
    const note = encodeURIComponent(ids[index] ?? '');
    const path = `/workspace/${config.FASTIO_WORKSPACE_ID}/storage/${note}/${action}/`;
    return callFastio({ url, key: apiKey }, { method: form ? 'POST' : 'GET', path, deadline, form });
  }

  const noteOf = (key: string): number => {
    const hash = createHash('sha256').update(prefix + key);
    return hash.digest().readUInt32BE() % ids.length;
  };

  async function readNote(index: number, deadline: number): Promise<{ rows: Rows; version: string }> {
    const { content, note } = await call(index, 'readnote', deadline);
    const version = (note as Fields | undefined)?.version;
    if (typeof content === 'string' && typeof version === 'string') {
      return { rows: fromText(content, { index, count: ids.length }), version };
    }
    throw new StoreError('unavailable', 'Fast.io: a note was answered without its content or its version');
  }

  /**
   * Reads the note of a key, changes it and writes it, again from the start when somebody else was faster.
   *
   * @param work answers whether there is something to write; `mayBeDone`: an earlier round may have written it already
   */
  function change(key: string, work: (rows: Rows, mayBeDone: boolean) => boolean): Promise<void> {
    const index = noteOf(key);
    const until = deadline();
    const turn = (turns[index] ?? Promise.resolve()).then(async () => {
      let mayBeDone = false;
      for (let round = 1; ; round++) {
        const { rows, version } = await readNote(index, until);
        if (!work(rows, mayBeDone)) return;
        const content = toText({ index, count: ids.length }, rows);
        try {
          await call(index, 'updatenote', until, { content, if_version_id: version });
          return;
        } catch (error) {
          if (!(error instanceof StaleNoteError)) throw error;
          mayBeDone ||= error.isRepeated;
        }
        await sleep(Math.random() * Math.min(1000, 10 * 2 ** round));
      }
    });
    // Whoever waits for the turn does not care how it ended.
    turns[index] = turn.catch(() => {});
    return turn;
  }

  /** @throws StoreError unless `ifVersion` holds */
  function check(key: string, present: string | null, ifVersion: string | null | undefined, mayBeDone: boolean): void {
    if (ifVersion === undefined || ifVersion === present) return;
    if (mayBeDone) throw new StoreError('unavailable', `Fast.io: nobody knows whether ${key} was written`);
    throw conflict(key);
  }

  const store: Store = {
    async get(key) {
      checkKey(key);
      const { rows } = await readNote(noteOf(key), deadline());
      const row = rows.get(prefix + key);
      return row && read(key, row);
    },
    async put(key, value, { ifVersion, ttlMs, updatedAt = new Date().toISOString() } = {}) {
      checkKey(key);
      const text = encode(value, MAX_VALUE_BYTES);
      const end = endOf(ttlMs);
      const row: Row = { value: JSON.parse(text) as Json, version: randomUUID(), updatedAt };
      if (end !== undefined) row.expiresAt = new Date(end).toISOString();
      await change(key, (rows, mayBeDone) => {
        const present = rows.get(prefix + key)?.version ?? null;
        if (present === row.version) return false;
        check(key, present, ifVersion, mayBeDone);
        rows.set(prefix + key, row);
        return true;
      });
      return read(key, row);
    },
    async delete(key, { ifVersion } = {}) {
      checkKey(key);
      let wasThere = false;
      await change(key, (rows, mayBeDone) => {
        const row = rows.get(prefix + key);
        // If it is gone by now, that may have been an earlier round of our own.
        if (row === undefined) wasThere &&= mayBeDone;
        if (row === undefined) return false;
        check(key, row.version, ifVersion, mayBeDone);
        wasThere = true;
        return rows.delete(prefix + key);
      });
      return wasThere;
    },
    async list(options) {
      const { limit, ...wanted } = checkList(options);
      const until = deadline();
      const notes = await Promise.all(ids.map((_, index) => readNote(index, until)));
      const all = notes.flatMap(({ rows }) => [...rows].filter(([name]) => name.startsWith(prefix)));
      const rows = new Map(all.map(([name, row]) => [name.slice(prefix.length), row]));
      const found = [...keysFrom([...rows.keys()].sort(byBytes), wanted)].map((key) => ({ key }));
      return toPage(found, limit, ({ key }) => read(key, rows.get(key) as Row));
    },
    async close() {
      closed = true;
    },
  };
  // A wrong setting is told at start.
  await store.list({ limit: 1 });
  return store;
}

const deadline = (): number => performance.now() + PATIENCE_MS;

const read = (key: string, row: Row) =>
  toEntry(key, String(JSON.stringify(row.value)), row.version, row.updatedAt, row.expiresAt);
