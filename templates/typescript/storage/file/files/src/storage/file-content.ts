import { isUtf8 } from 'node:buffer';
import { type BigIntStats, existsSync, mkdirSync } from 'node:fs';
import { type FileHandle, lstat, open, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { byBytes, checkKey, type Entry, StoreError, toEntry } from './store.js';

/** Counts up when the layout changes; files of earlier versions are to be brought up to date when they are read. */
const FORMAT = 1;

/** Every entry as it stands in the file, also one that cannot be read: writing others must not lose it. */
export type Rows = ReadonlyMap<string, unknown>;

interface Content {
  rows: Rows;
  /** Sorted by their bytes. */
  keys: string[];
}

/** The content of the file, which is read again only when it has changed. */
export class ContentReader {
  #content: Content = { rows: new Map(), keys: [] };
  /** Which state of the file that is. */
  #stamp: string | undefined;
  /** Kept open, as nothing new can then get the inode of the file that was read. */
  #handle: FileHandle | undefined;
  #loading: Promise<void> | undefined;

  constructor(readonly path: string) {}

  async read(): Promise<Content> {
    if (await this.#isCurrent()) return this.#content;
    // A reading under way may have begun before the change that the caller knows of.
    await this.#loading?.catch(() => {});
    if (await this.#isCurrent()) return this.#content;
    this.#loading ??= this.#load().finally(() => {
      this.#loading = undefined;
    });
    await this.#loading;
    return this.#content;
  }

  async close(): Promise<void> {
    await this.#handle?.close();
    this.#handle = undefined;
    this.#stamp = undefined;
  }

  async #isCurrent(): Promise<boolean> {
    const stats = await stat(this.path, { bigint: true }).catch(absent);
    if (stats?.isFile() === false) throw new Error('it is not a regular file');
    return stampOf(stats) === this.#stamp;
  }

  async #load(): Promise<void> {
    const handle = await open(this.path, 'r').catch(absent);
    try {
      const stamp = stampOf(await handle?.stat({ bigint: true }));
      const rows = parse((await handle?.readFile()) ?? Buffer.from(EMPTY), this.path);
      await this.#handle?.close();
      // On Windows an open file could not be replaced; and there nothing gets the number of an earlier file.
      this.#handle = process.platform === 'win32' ? undefined : handle;
      this.#content = { rows, keys: [...rows.keys()].sort(byBytes) };
      this.#stamp = stamp;
    } finally {
      if (handle !== this.#handle) await handle?.close();
    }
  }
}

/** The file is replaced by renaming, which would replace a link, not what it leads to. */
export async function realPath(path: string): Promise<string> {
  const real = await realpath(path).catch(absent);
  if (real === undefined && (await lstat(path).catch(absent))) throw new Error('it is a link that leads nowhere');
  return real ?? path;
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

const stampOf = (stats: BigIntStats | undefined): string =>
  stats === undefined ? 'absent' : [stats.dev, stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join();

const EMPTY = `{ "format": ${FORMAT}, "entries": {} }`;

/** @throws StoreError `corrupt`; the file stays as it is, since somebody may want to repair it. */
function parse(bytes: Buffer, path: string): Rows {
  try {
    // A byte order mark, as editors put it there, is left out.
    const text = new TextDecoder().decode(bytes);
    if (!isUtf8(bytes)) throw new Error(`line ${text.split('\uFFFD')[0]?.split('\n').length} is not UTF-8`);
    const { format, entries } = Object(JSON.parse(text)) as { format: unknown; entries: unknown };
    if (format !== FORMAT)
      throw new Error(`it is of format ${JSON.stringify(format)}, and this server knows ${FORMAT}`);
    if (Object.prototype.toString.call(entries) !== '[object Object]') throw new Error('"entries" is not an object');
    return new Map(Object.entries(entries as object));
  } catch (error) {
    const advice = 'It was left as it is: repair it, or move it away to start anew.';
    throw new StoreError('corrupt', `${path} is not a store: ${(error as Error).message}. ${advice}`, error);
  }
}

/** What has expired is left out. */
export function toText(rows: Rows): string {
  const entries = Object.fromEntries([...rows].filter(([, row]) => !isExpired(row)));
  return `${JSON.stringify({ format: FORMAT, entries }, null, 1)}\n`;
}

export function isExpired(row: unknown): boolean {
  const { expiresAt } = Object(row);
  // What is no text is somebody's mistake, which must not cost the entry.
  return typeof expiresAt === 'string' && Date.parse(expiresAt) <= Date.now();
}

/** @throws StoreError for an entry that somebody has spoilt. */
export function toFileEntry(key: string, row: unknown): Entry {
  checkKey(key);
  const { value, version, updatedAt, expiresAt } = Object(row) as Partial<Entry>;
  if (typeof version !== 'string') throw new StoreError('corrupt', `The entry ${key} has no version.`);
  if (expiresAt !== undefined && typeof expiresAt !== 'string') {
    throw new StoreError('corrupt', `The entry ${key} has an expiresAt that is no text.`);
  }
  return toEntry(key, String(JSON.stringify(value)), version, String(updatedAt), expiresAt);
}

/** Node's own `recursive` tries for ever where nothing can be made in a folder that is there, as in /proc. */
export function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path, 0o700);
  } catch (error) {
    // Another process may have been faster.
    if (!existsSync(path)) throw error;
  }
}
