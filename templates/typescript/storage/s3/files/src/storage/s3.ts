import { randomUUID } from 'node:crypto';
import type { Config } from '../config.js';
import { checkKey, checkLimit, decodeCursor, encode, encodeCursor } from './keys.js';
import { describe, type S3Answer, S3Bucket, type S3Request } from './s3-bucket.js';
import { conditionOf, type Found, fromBody, isExpired, type Meta, mayExpire, toBody, toEntry } from './s3-object.js';
import { type Abilities, checkBucket, isProbe } from './s3-start.js';
import { type Listed, type Listing, parseListing } from './s3-xml.js';
import {
  type Entry,
  type Json,
  type ListOptions,
  type Page,
  type PutOptions,
  type Store,
  StoreError,
} from './store.js';

/** Reaches the bucket at once, so that a wrong setting is told at start. */
export async function openStore(config: Config): Promise<Store> {
  const bucket = new S3Bucket(config);
  const folder = config.S3_PREFIX.replace(/^\/+|\/+$/g, '');
  const prefix = folder === '' ? '' : `${folder}/`;
  return new S3Store(bucket, prefix, await checkBucket(bucket, prefix, config));
}

/** One object an entry. The service compares ETags before it writes, so any number of servers can share a bucket. */
export class S3Store implements Store {
  readonly maxValueBytes = 1024 * 1024;
  readonly #bucket: S3Bucket;
  readonly #prefix: string;
  readonly #abilities: Abilities;
  #isClosed = false;

  constructor(bucket: S3Bucket, prefix: string, abilities: Abilities) {
    this.#bucket = bucket;
    this.#prefix = prefix;
    this.#abilities = abilities;
  }

  async get(key: string): Promise<Entry | undefined> {
    checkKey(key);
    const found = await this.#find(key);
    return found === undefined || isExpired(found) ? undefined : toEntry(key, found);
  }

  async put(key: string, value: Json, { ifVersion, ttlMs }: PutOptions = {}): Promise<Entry> {
    checkKey(key);
    const text = encode(value, this.maxValueBytes);
    const now = Date.now();
    const meta: Meta = {
      nonce: randomUUID(),
      updatedAt: new Date(now).toISOString(),
      ...(ttlMs !== undefined && { expiresAt: new Date(now + ttlMs).toISOString() }),
    };
    const etag = await this.#write(key, toBody(meta, text), meta.nonce, ifVersion);
    return toEntry(key, { ...meta, etag, value: JSON.parse(text) as Json });
  }

  async delete(key: string): Promise<boolean> {
    // The service does not say whether there was something.
    const present = await this.get(key);
    await this.#send({ method: 'DELETE', object: this.#prefix + key }, [404]);
    return present !== undefined;
  }

  async list({ prefix = '', cursor, limit }: ListOptions = {}): Promise<Page> {
    const size = checkLimit(limit);
    let after = decodeCursor(cursor);
    for (;;) {
      const { objects, isTruncated } = await this.#page(prefix, after, size);
      const keys = await this.#keysOf(objects);
      const lastKey = keys.at(-1);
      if (!isTruncated) return { keys };
      if (lastKey !== undefined) return { keys, nextCursor: encodeCursor(lastKey) };
      // A page of nothing but what has expired, or what somebody else has put here.
      after = this.#keyOf(objects.at(-1));
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
  }

  async #find(key: string): Promise<Found | undefined> {
    const { status, text, etag } = await this.#send({ method: 'GET', object: this.#prefix + key }, [404]);
    if (status === 404) return undefined;
    try {
      return fromBody(text, etag);
    } catch (error) {
      throw new StoreError('corrupt', `S3: the object of ${key} is not an entry`, { cause: error });
    }
  }

  /** Returns the new ETag. */
  async #write(key: string, body: string, nonce: string, ifVersion: string | null | undefined): Promise<string> {
    const write = (condition: S3Request['headers']): Promise<S3Answer> => {
      const headers = { ...condition, 'content-type': 'application/json' };
      return this.#send({ method: 'PUT', object: this.#prefix + key, body, headers }, [404, 412]);
    };
    let answer = await write(conditionOf(ifVersion));
    if (!answer.ok && ifVersion === null) {
      const present = await this.#find(key);
      if (present !== undefined && isExpired(present)) answer = await write({ 'if-match': present.etag });
    }
    if (answer.ok) return answer.etag;
    if (!answer.isRepeated) throw new StoreError('conflict', `Version conflict on ${key}`);
    // An earlier attempt got no answer. It may have been done all the same, and be what stood in the way of this one.
    const present = await this.#find(key);
    if (present?.nonce === nonce) return present.etag;
    throw new StoreError('unavailable', `S3: nobody knows whether ${key} was written`);
  }

  async #page(prefix: string, after: string, size: number): Promise<Listing> {
    const query = {
      'list-type': '2',
      'max-keys': String(size),
      prefix: this.#prefix + prefix,
      ...(after !== '' && { 'start-after': this.#prefix + after }),
    };
    const { text } = await this.#send({ method: 'GET', query });
    try {
      return parseListing(text);
    } catch (error) {
      throw new StoreError('unavailable', `S3: ${(error as Error).message}`, { cause: error });
    }
  }

  /** The keys of those objects that are entries and have not expired. */
  async #keysOf(objects: readonly Listed[]): Promise<string[]> {
    const keys: string[] = [];
    for (let first = 0; first < objects.length; first += 32) {
      const some = objects.slice(first, first + 32);
      const isLive = await Promise.all(some.map((object) => this.#isLive(object)));
      keys.push(...some.filter((_, index) => isLive[index]).map((object) => this.#keyOf(object)));
    }
    return keys;
  }

  async #isLive(object: Listed): Promise<boolean> {
    const key = this.#keyOf(object);
    if (!isKey(key)) return false;
    if (!mayExpire(object.bytes)) return true;
    const found = await this.#find(key);
    if (found === undefined) return false;
    if (!isExpired(found)) return true;
    // Only where nothing new can be hit: somebody may write the key at this moment.
    if (this.#abilities.deletesOnCondition) {
      await this.#send({ method: 'DELETE', object: object.name, headers: { 'if-match': found.etag } }, [404, 412]);
    }
    return false;
  }

  #keyOf(object: Listed | undefined): string {
    return object?.name.slice(this.#prefix.length) ?? '';
  }

  /** @param expected answers that are not failures; a bucket that is gone always is one. */
  async #send(request: S3Request, expected: readonly number[] = []): Promise<S3Answer> {
    if (this.#isClosed) throw new StoreError('closed', 'The store is closed.');
    const answer = await this.#bucket.send(request);
    const isExpected = expected.includes(answer.status) && answer.failure.code !== 'NoSuchBucket';
    if (answer.ok || isExpected) return answer;
    throw new StoreError('unavailable', `S3: ${request.method} answered ${describe(answer)}`);
  }
}

/** Others may keep objects in the same folder: consoles, for one, make empty ones that end in a slash. */
function isKey(name: string): boolean {
  try {
    checkKey(name);
    return !isProbe(name);
  } catch {
    return false;
  }
}
