import { randomUUID } from 'node:crypto';
import { ErrorReply } from '@redis/client';
import manifest from '../../package.json' with { type: 'json' };
import type { Config } from '../config.js';
import { checkKey, checkLimit, decodeCursor, encode, encodeCursor } from './keys.js';
import { RedisConnection, reasonOf } from './redis-connection.js';
import { checkFitness } from './redis-fitness.js';
import { evaluate, LAYOUT, LIST, PREPARE, PUT, REMOVE, type Script } from './redis-scripts.js';
import {
  type Entry,
  type Json,
  type ListOptions,
  type Page,
  type PutOptions,
  type Store,
  StoreError,
} from './store.js';

/** What all keys of this server begin with. In a cluster, braces keep such keys on one node, where scripts need them. */
export const namespaceOf = ({ REDIS_NAMESPACE = manifest.name }: Config): string => `{${REDIS_NAMESPACE}}:`;

/** @throws StoreError `unavailable`, with what to set, when there is no server that can keep data. */
export async function openStore(config: Config): Promise<Store> {
  const connection = await RedisConnection.open(config.REDIS_URL).catch((error: Error) => {
    const advice =
      'Set REDIS_URL to a server that answers, such as redis://:password@localhost:6379; see https://redis.io/docs/latest/operate/oss_and_stack/install/';
    throw new StoreError('unavailable', `Cannot use Redis: ${error.message}\n${advice}`, { cause: error });
  });
  const store = new RedisStore(connection, namespaceOf(config));
  try {
    await store.prepare();
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** Each operation is one command or one script. Any number of processes, on any number of machines, may use it at once. */
class RedisStore implements Store {
  readonly maxValueBytes = 1024 * 1024;
  warnings: readonly string[] = [];
  readonly #connection: RedisConnection;
  readonly #namespace: string;
  readonly #entries: string;
  readonly #sets: [keys: string, expiry: string];
  #closed = false;

  constructor(connection: RedisConnection, namespace: string) {
    this.#connection = connection;
    this.#namespace = namespace;
    this.#entries = `${namespace}entry:`;
    this.#sets = [`${namespace}keys`, `${namespace}expiry`];
  }

  async prepare(): Promise<void> {
    this.warnings = await checkFitness(this.#connection);
    const version = await this.#evaluate(PREPARE, [`${this.#namespace}layout`], [String(LAYOUT)]);
    if (version === LAYOUT) return;
    const message = `The data in Redis is of version ${version}, newer than ${LAYOUT}: start a newer server.`;
    throw new StoreError('unavailable', message);
  }

  async get(key: string): Promise<Entry | undefined> {
    checkKey(key);
    const fields = ['value', 'version', 'updatedAt', 'expiresAt'];
    const row = await this.#run((connection) => connection.run((client) => client.hmGet(this.#entries + key, fields)));
    const [value, version, updatedAt, expiresAt] = row;
    if (typeof value !== 'string' || typeof version !== 'string') return undefined;
    return toEntry(key, JSON.parse(value) as Json, version, [Number(updatedAt), expiresAt && Number(expiresAt)]);
  }

  async put(key: string, value: Json, { ifVersion, ttlMs }: PutOptions = {}): Promise<Entry> {
    checkKey(key);
    const text = encode(value, this.maxValueBytes);
    const version = randomUUID();
    const condition = ifVersion === undefined ? 'none' : ifVersion === null ? 'absent' : 'same';
    const ttl = ttlMs === undefined ? '' : String(Math.ceil(ttlMs));
    const args = [key, text, version, condition, ifVersion ?? '', ttl, this.#entries];
    const times = await this.#evaluate(PUT, [this.#entries + key, ...this.#sets], args);
    if (times === null) throw new StoreError('conflict', `Version conflict on ${key}`);
    return toEntry(key, JSON.parse(text) as Json, version, times as Times);
  }

  async delete(key: string): Promise<boolean> {
    checkKey(key);
    return (await this.#evaluate(REMOVE, [this.#entries + key, ...this.#sets], [key])) === 1;
  }

  async list({ prefix = '', cursor, limit }: ListOptions = {}): Promise<Page> {
    const size = checkLimit(limit);
    const after = decodeCursor(cursor);
    const isFurther = Buffer.compare(Buffer.from(after), Buffer.from(prefix)) >= 0;
    const from = cursor !== undefined && isFurther ? `(${after}` : `[${prefix}`;
    // U+10FFFF is no character, so no key holds it and every key with the prefix sorts before the prefix and it.
    const args = [from, `(${prefix}\u{10FFFF}`, String(size + 1), this.#entries];
    const found = (await this.#evaluate(LIST, [...this.#sets], args)) as string[];
    const keys = found.slice(0, size);
    const last = keys.at(-1);
    return last !== undefined && found.length > size ? { keys, nextCursor: encodeCursor(last) } : { keys };
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#connection.close();
  }

  #evaluate(script: Script, keys: string[], args: string[]): Promise<unknown> {
    return this.#run((connection) => evaluate(connection, script, keys, args));
  }

  async #run<T>(work: (connection: RedisConnection) => Promise<T>): Promise<T> {
    if (this.#closed) throw new StoreError('closed', 'The store is closed.');
    try {
      return await work(this.#connection);
    } catch (error) {
      // Something else has been written under our names.
      const isForeign = error instanceof ErrorReply && error.message.includes('WRONGTYPE');
      throw new StoreError(isForeign ? 'corrupt' : 'unavailable', `Redis: ${reasonOf(error as Error)}`, {
        cause: error,
      });
    }
  }
}

/** Of the write and, with a time to live, of the end; both by the clock of Redis. */
type Times = [updatedAt: number, expiresAt?: number | '' | null];

function toEntry(key: string, value: Json, version: string, [updatedAt, expiresAt]: Times): Entry {
  const entry = { key, value, version, updatedAt: new Date(updatedAt).toISOString() };
  return expiresAt ? { ...entry, expiresAt: new Date(expiresAt).toISOString() } : entry;
}
