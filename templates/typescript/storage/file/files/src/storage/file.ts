import { randomUUID } from 'node:crypto';
import { readFile, realpath } from 'node:fs/promises';
import type { Config } from '../config.js';
import { makeDraftFolder, replaceFile } from './file-draft.js';
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

type Row = Omit<Entry, 'key'>;
type Rows = Map<string, Row>;

/** What came of a change. */
type Outcome = Entry | boolean;

/** One operation that waits for its turn. */
interface Change {
  readonly apply: (rows: Rows) => Outcome;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
}

/** @throws StoreError `corrupt` when the file is there, but is not one of this store; `unavailable` when it cannot be used. */
export async function openStore({ FILE_PATH }: Config): Promise<Store> {
  try {
    // The file is replaced by renaming, which would replace a link, not what it leads to.
    const path = await realpath(FILE_PATH).catch(() => FILE_PATH);
    // Better now than at the first write.
    await makeDraftFolder(path);
    await readRows(path);
    return new FileStore(path);
  } catch (error) {
    const { code, message } = toStoreError(error, FILE_PATH);
    throw new StoreError(code, `${message}\nThe file is what FILE_PATH names.`, { cause: error });
  }
}

/**
 * One JSON file, which people can read as well. Several processes of one machine may use it at once: it is never changed
 * in place but replaced as a whole, by one process at a time. So it suits data of up to a few megabytes.
 */
export class FileStore implements Store {
  readonly maxValueBytes = 1024 * 1024;
  readonly #path: string;
  #waiting: Change[] = [];
  #working: Promise<void> | undefined;
  #closed = false;

  constructor(path: string) {
    this.#path = path;
  }

  async get(key: string): Promise<Entry | undefined> {
    checkKey(key);
    const row = (await this.#read()).get(key);
    return row && { key, ...row };
  }

  async put(key: string, value: Json, { ifVersion, ttlMs }: PutOptions = {}): Promise<Entry> {
    checkKey(key);
    const text = encode(value, this.maxValueBytes);
    return this.#change((rows) => {
      if (ifVersion !== undefined && ifVersion !== (rows.get(key)?.version ?? null)) {
        throw new StoreError('conflict', `Version conflict on ${key}`);
      }
      const now = Date.now();
      const written = { value: JSON.parse(text) as Json, version: randomUUID(), updatedAt: iso(now) };
      const row = ttlMs === undefined ? written : { ...written, expiresAt: iso(now + ttlMs) };
      rows.set(key, row);
      return { key, ...row };
    });
  }

  async delete(key: string): Promise<boolean> {
    checkKey(key);
    return this.#change((rows) => rows.delete(key));
  }

  async list({ prefix = '', cursor, limit }: ListOptions = {}): Promise<Page> {
    const size = checkLimit(limit);
    const after = Buffer.from(decodeCursor(cursor));
    const found = [...(await this.#read()).keys()]
      .filter((key) => key.startsWith(prefix) && Buffer.compare(Buffer.from(key), after) > 0)
      .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    const keys = found.slice(0, size);
    const last = keys.at(-1);
    return last !== undefined && found.length > size ? { keys, nextCursor: encodeCursor(last) } : { keys };
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#working;
  }

  #read(): Promise<Rows> {
    if (this.#closed) throw new StoreError('closed', 'The store is closed.');
    return readRows(this.#path);
  }

  #change<T extends Outcome>(apply: (rows: Rows) => T): Promise<T> {
    if (this.#closed) throw new StoreError('closed', 'The store is closed.');
    return new Promise((resolve, reject) => {
      // What `apply` returns is what `resolve` gets.
      this.#waiting.push({ apply, resolve: resolve as Change['resolve'], reject });
      this.#working ??= this.#work();
    });
  }

  /** Writes until nothing waits, each time with all the changes that have come up meanwhile. */
  async #work(): Promise<void> {
    while (this.#waiting.length > 0) {
      let changes: readonly Change[] = this.#waiting;
      try {
        let outcomes: readonly (() => void)[] = [];
        await replaceFile(this.#path, async () => {
          const rows = await readRows(this.#path);
          changes = this.#waiting.splice(0);
          const before = new Map(rows);
          outcomes = changes.map((change) => applyTo(rows, change));
          return isSame(before, rows) ? undefined : toText(rows);
        });
        for (const tell of outcomes) tell();
      } catch (error) {
        if (changes === this.#waiting) this.#waiting = [];
        for (const { reject } of changes) reject(toStoreError(error, this.#path));
      }
    }
    this.#working = undefined;
  }
}

/** Applies a change, and returns what tells its caller so once it is written. */
function applyTo(rows: Rows, { apply, resolve, reject }: Change): () => void {
  try {
    const outcome = apply(rows);
    return () => resolve(outcome);
  } catch (error) {
    return () => reject(error);
  }
}

const isSame = (before: Rows, after: Rows): boolean =>
  before.size === after.size && [...after].every(([key, row]) => before.get(key) === row);

/** Everything that has not expired. A file that is not there yet is an empty one. */
async function readRows(path: string): Promise<Rows> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
    throw toStoreError(error, path);
  }
  const now = Date.now();
  return new Map(parse(text, path).filter(([, { expiresAt }]) => !expiresAt || Date.parse(expiresAt) > now));
}

/** Counts up when the layout changes; files of earlier versions are to be brought up to date when they are read. */
const FORMAT = 1;

/** The file stays as it is, whatever is wrong with it: somebody may want to repair it. */
function parse(text: string, path: string): [string, Row][] {
  try {
    const { format, entries } = JSON.parse(text) as { format: unknown; entries: Record<string, Row> };
    if (format !== FORMAT) throw new Error(`it is of format ${String(format)}, and this server knows ${FORMAT}`);
    const rows = Object.entries(entries);
    const odd = rows.find(([, row]) => typeof row.version !== 'string' || row.value === undefined);
    if (odd !== undefined) throw new Error(`the entry ${JSON.stringify(odd[0])} has no value or no version`);
    return rows;
  } catch (error) {
    const advice = 'It was left as it is: repair it, or move it away to start anew.';
    throw new StoreError('corrupt', `${path} is not a store: ${(error as Error).message}. ${advice}`, { cause: error });
  }
}

const toText = (rows: Rows): string =>
  `${JSON.stringify({ format: FORMAT, entries: Object.fromEntries(rows) }, null, 1)}\n`;

const iso = (time: number): string => new Date(time).toISOString();

function toStoreError(error: unknown, path: string): StoreError {
  if (error instanceof StoreError) return error;
  return new StoreError('unavailable', `Cannot use ${path}: ${(error as Error).message}`, { cause: error });
}
