import { isDeepStrictEqual } from 'node:util';
import type { Json } from '../../../src/base/json.ts';
import type { OpenStore } from '../../../src/storage/contract/check.ts';
import { byBytes } from '../../../src/storage/contract/check.ts';
import {
  type FaultCode,
  type ListOptions,
  type PutOptions,
  type StoreEntry,
  StoreFault,
} from '../../../src/storage/store.ts';

interface Row {
  readonly text: string;
  readonly version: string;
  readonly updatedAt: string;
  readonly expiresAt?: string;
}

/** What several handles share, as processes share a database. */
export type Rows = Map<string, Row>;

/** A store as it should be, in this process: the yardstick for the contract, and something to break. */
export class MemoryStore implements OpenStore {
  readonly rows: Rows;
  readonly maxValueBytes: number = 64 * 1024;
  isClosed = false;
  isKilled = false;
  #writes = 0;

  constructor(rows: Rows = new Map()) {
    this.rows = rows;
  }

  async get(key: string): Promise<StoreEntry | undefined> {
    await this.turn(key);
    return this.entry(key);
  }

  async put(key: string, value: Json, options: PutOptions = {}): Promise<StoreEntry> {
    const { ifVersion, ttlMs, updatedAt = new Date().toISOString() } = options;
    await this.turn(key);
    const text = this.encode(value);
    const current = this.entry(key)?.version ?? null;
    if (ifVersion !== undefined && ifVersion !== current) throw new StoreFault('conflict', key);
    const expiresAt = ttlMs === undefined ? undefined : new Date(Date.now() + ttlMs).toISOString();
    const version = this.newVersion();
    this.rows.set(key, { text, version, updatedAt, ...(expiresAt && { expiresAt }) });
    return this.entry(key) as StoreEntry;
  }

  async delete(key: string, { ifVersion }: { readonly ifVersion?: string } = {}): Promise<boolean> {
    await this.turn(key);
    const current = this.entry(key);
    if (ifVersion !== undefined && current !== undefined && current.version !== ifVersion) {
      throw new StoreFault('conflict', key);
    }
    this.rows.delete(key);
    return current !== undefined;
  }

  async list({ prefix = '', cursor, limit = 100 }: ListOptions = {}) {
    await this.turn();
    if (!Number.isInteger(limit) || limit < 1 || limit > 1000) throw new StoreFault('range', 'limit');
    const after = cursor === undefined ? '' : this.decodeCursor(cursor);
    const all = this.sorted([...this.rows.keys()].filter((key) => this.matches(key, prefix)));
    const rest = all.filter((key) => after === '' || byBytes(key, after) > 0);
    const entries = rest.flatMap((key) => this.entry(key) ?? []).slice(0, limit);
    const isMore = rest.length > entries.length && entries.length === limit;
    const last = entries.at(-1);
    return { entries, ...(isMore && last && { next: Buffer.from(last.key).toString('base64url') }) };
  }

  async listKeys(options: ListOptions = {}) {
    const { entries, ...page } = await this.list(options);
    return { ...page, entries: entries.map(({ value: _, ...entry }) => entry) };
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }

  async end(): Promise<void> {
    await this.close();
  }

  kill(): void {
    this.isKilled = true;
  }

  /** What a call begins with. */
  protected async turn(key?: string): Promise<void> {
    if (this.isClosed) throw new StoreFault('closed', 'closed');
    if (key !== undefined) this.checkKey(key);
    await new Promise((resolve) => setImmediate(resolve));
    if (this.isKilled) throw new StoreFault('gone', 'killed');
  }

  protected entry(key: string): StoreEntry | undefined {
    const row = this.rows.get(key);
    if (row === undefined || (row.expiresAt !== undefined && Date.parse(row.expiresAt) <= Date.now())) return undefined;
    const { text, ...rest } = row;
    return { key, value: JSON.parse(text) as Json, ...rest };
  }

  protected encode(value: Json): string {
    const text = JSON.stringify(value);
    const parts = JSON.stringify(value, (name, item) => (isBad(name) || isBad(item) ? 0 : item));
    if (!isDeepStrictEqual(text, parts)) throw new StoreFault('invalid_value', 'value');
    if (Buffer.byteLength(text) > this.maxValueBytes) throw new StoreFault('too_large', 'value');
    return text;
  }

  protected checkKey(key: string): void {
    const isGood =
      key === key.normalize('NFC') &&
      Buffer.byteLength(key) <= 512 &&
      !isBad(key) &&
      !/[\p{Cc}\p{Noncharacter_Code_Point}]/u.test(key) &&
      key.split('/').every((segment) => !['', '.', '..'].includes(segment));
    if (!isGood) throw new StoreFault('invalid_key', 'key');
  }

  protected newVersion(): string {
    return `${process.hrtime.bigint()}-${this.#writes++}`;
  }

  protected decodeCursor(cursor: string): string {
    const key = Buffer.from(cursor, 'base64url').toString();
    if (Buffer.from(key).toString('base64url') !== cursor) throw new StoreFault('invalid_key', 'cursor');
    this.checkKey(key);
    return key;
  }

  protected sorted(keys: string[]): string[] {
    return keys.sort(byBytes);
  }

  protected matches(key: string, prefix: string): boolean {
    return key.startsWith(prefix);
  }

  protected fault(code: FaultCode): never {
    throw new StoreFault(code, code);
  }
}

const isBad = (text: unknown): boolean => typeof text === 'string' && (text.includes('\u0000') || /\p{Cs}/u.test(text));
