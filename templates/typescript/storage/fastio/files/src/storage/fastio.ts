import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../config.js';
import { callFastio, type Fields, StaleNoteError } from './fastio-api.js';
import { fromText, type Row, type Rows, toText } from './fastio-note.js';
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

/** How long an operation may take, with all its calls. */
const PATIENCE_MS = 9_000;

/** Reads every note at once, so that a wrong setting is told at start. */
export async function openStore(config: Config): Promise<Store> {
  const store = new FastioStore(config);
  await store.list({ limit: 1 });
  return store;
}

/**
 * Entries in a few notes, each note one JSON document that is changed by compare-and-set. Only reading and updating of
 * notes is used, which is what the API's documentation describes in full.
 */
export class FastioStore implements Store {
  readonly maxValueBytes = 16 * 1024;
  readonly #config: Config;
  /** The last change of each note: changes of one process wait for each other, instead of failing and trying again. */
  readonly #turns: Promise<unknown>[] = [];
  #isClosed = false;

  constructor(config: Config) {
    this.#config = config;
  }

  async get(key: string): Promise<Entry | undefined> {
    checkKey(key);
    const { rows } = await this.#read(this.#noteOf(key), deadline());
    const row = rows.get(this.#config.FASTIO_PREFIX + key);
    return row && { key, ...row };
  }

  async put(key: string, value: Json, { ifVersion, ttlMs }: PutOptions = {}): Promise<Entry> {
    checkKey(key);
    const text = encode(value, this.maxValueBytes);
    const now = Date.now();
    const row: Row = {
      value: JSON.parse(text) as Json,
      version: randomUUID(),
      updatedAt: new Date(now).toISOString(),
      ...(ttlMs !== undefined && { expiresAt: new Date(now + ttlMs).toISOString() }),
    };
    const name = this.#config.FASTIO_PREFIX + key;
    await this.#change(key, (rows, mayBeDone) => {
      const present = rows.get(name)?.version;
      if (present === row.version) return false;
      if (ifVersion !== undefined && ifVersion !== (present ?? null)) {
        if (mayBeDone) throw new StoreError('unavailable', `Fast.io: nobody knows whether ${key} was written`);
        throw new StoreError('conflict', `Version conflict on ${key}`);
      }
      rows.set(name, row);
      return true;
    });
    return { key, ...row };
  }

  async delete(key: string): Promise<boolean> {
    checkKey(key);
    let wasThere = false;
    await this.#change(key, (rows) => {
      const isThere = rows.delete(this.#config.FASTIO_PREFIX + key);
      wasThere ||= isThere;
      return isThere;
    });
    return wasThere;
  }

  async list({ prefix = '', cursor, limit }: ListOptions = {}): Promise<Page> {
    const size = checkLimit(limit);
    const after = Buffer.from(decodeCursor(cursor));
    const { FASTIO_NOTE_IDS, FASTIO_PREFIX } = this.#config;
    const until = deadline();
    const notes = await Promise.all(FASTIO_NOTE_IDS.map((_, index) => this.#read(index, until)));
    const found = notes
      .flatMap(({ rows }) => [...rows.keys()])
      .filter((name) => name.startsWith(FASTIO_PREFIX + prefix))
      .map((name) => name.slice(FASTIO_PREFIX.length))
      .filter((key) => Buffer.compare(Buffer.from(key), after) > 0)
      .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    const keys = found.slice(0, size);
    const last = keys.at(-1);
    return last !== undefined && found.length > size ? { keys, nextCursor: encodeCursor(last) } : { keys };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
  }

  #noteOf(key: string): number {
    const hash = createHash('sha256')
      .update(this.#config.FASTIO_PREFIX + key)
      .digest();
    return hash.readUInt32BE() % this.#config.FASTIO_NOTE_IDS.length;
  }

  async #read(index: number, until: number): Promise<{ readonly rows: Rows; readonly version: string }> {
    const { content, note } = await this.#call(index, 'readnote', until);
    const version = (note as Fields | undefined)?.version;
    if (typeof content !== 'string' || typeof version !== 'string') {
      throw new StoreError('unavailable', 'Fast.io: a note was answered without its content or its version');
    }
    return { rows: fromText(content, this.#placeOf(index)), version };
  }

  /**
   * Reads the note of a key, changes it and writes it, again from the start when somebody else was faster.
   *
   * @param change answers whether there is something to write; `mayBeDone`: an earlier round may have written it already
   */
  #change(key: string, change: (rows: Rows, mayBeDone: boolean) => boolean): Promise<void> {
    const index = this.#noteOf(key);
    const until = deadline();
    const turn = (this.#turns[index] ?? Promise.resolve()).then(async () => {
      let mayBeDone = false;
      for (let round = 1; ; round++) {
        const { rows, version } = await this.#read(index, until);
        if (!change(rows, mayBeDone)) return;
        const form = { content: toText(this.#placeOf(index), rows), if_version_id: version };
        try {
          await this.#call(index, 'updatenote', until, form);
          return;
        } catch (error) {
          if (!(error instanceof StaleNoteError)) throw error;
          mayBeDone ||= error.isRepeated;
        }
        await sleep(Math.random() * Math.min(1000, 10 * 2 ** round));
      }
    });
    // Whoever waits for the turn does not care how it ended.
    this.#turns[index] = turn.catch(() => {});
    return turn;
  }

  #placeOf(index: number) {
    return { index, count: this.#config.FASTIO_NOTE_IDS.length };
  }

  #call(index: number, action: 'readnote' | 'updatenote', until: number, form?: Readonly<Record<string, string>>) {
    if (this.#isClosed) throw new StoreError('closed', 'The store is closed.');
    const { FASTIO_API_URL: url, FASTIO_API_KEY: key, FASTIO_WORKSPACE_ID, FASTIO_NOTE_IDS } = this.#config;
    const note = encodeURIComponent(FASTIO_NOTE_IDS[index] ?? '');
    const path = `/workspace/${FASTIO_WORKSPACE_ID}/storage/${note}/${action}/`;
    return callFastio({ url, key }, { method: form ? 'POST' : 'GET', path, deadline: until, ...(form && { form }) });
  }
}

const deadline = (): number => Date.now() + PATIENCE_MS;
