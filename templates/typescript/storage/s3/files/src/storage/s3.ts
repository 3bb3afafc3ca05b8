import type { Config } from '../config.js';
import { describe, type S3Answer, S3Bucket, type S3Request } from './s3-bucket.js';
import { type Body, conditionOf, type Found, isExpired, isKey, parseBody, parseListing, toEntry } from './s3-format.js';
import { checkBucket } from './s3-start.js';
import {
  checkKey,
  checkList,
  conflict,
  encode,
  encodeCursor,
  endOf,
  type Json,
  type Store,
  StoreError,
  toPage,
} from './store.js';

/** How many objects are opened at once. */
const AT_ONCE = 32;

/** One object an entry. The service compares ETags before it writes, so any number of servers can share a bucket. */
export async function openStore(config: Config): Promise<Store> {
  const bucket = new S3Bucket(config);
  const folder = config.S3_PREFIX.replace(/^\/+|\/+$/g, '');
  const prefix = folder === '' ? '' : `${folder}/`;
  // Reaches the bucket at once, so that a wrong setting is told at start.
  const { deletesOnCondition } = await checkBucket(bucket, prefix, config);
  let closed = false;

  /** @param expected answers that are not failures; a bucket that is gone always is one */
  async function send(request: S3Request, ...expected: number[]): Promise<S3Answer> {
    if (closed) throw new StoreError('closed', 'The store is closed.');
    const answer = await bucket.send(request);
    const isExpected = expected.includes(answer.status) && answer.failure.code !== 'NoSuchBucket';
    if (answer.ok || isExpected) return answer;
    throw new StoreError('unavailable', `S3: ${request.method} answered ${describe(answer)}`);
  }

  const write = (key: string, body: Body, condition: S3Request['headers']): Promise<S3Answer> => {
    const headers = { ...condition, 'content-type': 'application/json' };
    return send({ method: 'PUT', object: prefix + key, body: JSON.stringify(body), headers }, 404, 412);
  };

  const remove = (key: string, condition?: S3Request['headers']): Promise<S3Answer> =>
    send({ method: 'DELETE', object: prefix + key, headers: condition }, 404, 412);

  /** What is there, even if it has expired. */
  async function find(key: string): Promise<Found | undefined> {
    const { status, text, etag } = await send({ method: 'GET', object: prefix + key }, 404);
    return status === 404 ? undefined : parseBody(key, text, etag);
  }

  async function findLive(key: string) {
    const found = await find(key);
    return found === undefined || isExpired(found) ? undefined : toEntry(key, found);
  }

  /** For lists: undefined for what has expired, which is removed, and the error for what cannot be read. */
  async function open(key: string) {
    const found = await find(key).catch((error: StoreError) => {
      if (error.code !== 'corrupt') throw error;
      return error;
    });
    if (found === undefined || found instanceof StoreError || !isExpired(found)) return found && { key, found };
    // Only where nothing new can be hit: somebody may write the key at this moment.
    if (deletesOnCondition) await remove(key, { 'if-match': found.etag });
    return undefined;
  }

  async function listing(after: string, start: string, limit: number) {
    const from = after !== '' && { 'start-after': prefix + after };
    const query = { 'list-type': '2', 'max-keys': String(limit), prefix: prefix + start, ...from };
    return parseListing((await send({ method: 'GET', query })).text);
  }

  return {
    async get(key) {
      checkKey(key);
      return findLive(key);
    },
    async put(key, value, { ifVersion, ttlMs, updatedAt = new Date().toISOString() } = {}) {
      checkKey(key);
      const end = endOf(ttlMs);
      const meta = { nonce: crypto.randomUUID(), updatedAt, ...(end && { expiresAt: new Date(end).toISOString() }) };
      const body: Body = { ...meta, value: JSON.parse(encode(value)) as Json };
      let answer = await write(key, body, conditionOf(ifVersion));
      if (!answer.ok && ifVersion === null) {
        const present = await find(key);
        if (present !== undefined && isExpired(present)) answer = await write(key, body, { 'if-match': present.etag });
      }
      if (answer.ok) return toEntry(key, { ...body, etag: answer.etag });
      if (!answer.isRepeated) throw conflict(key);
      // An earlier attempt got no answer. It may have been done all the same, and be what stood in the way of this one.
      const present = await find(key);
      if (present?.nonce === body.nonce) return toEntry(key, present);
      throw new StoreError('unavailable', `S3: nobody knows whether ${key} was written`);
    },
    async delete(key, { ifVersion } = {}) {
      checkKey(key);
      // The service does not say whether there was something.
      const present = await findLive(key);
      if (ifVersion === undefined) await remove(key);
      if (ifVersion === undefined || present === undefined) return present !== undefined;
      if (present.version !== ifVersion) throw conflict(key);
      const condition = conditionOf(ifVersion);
      const answer = deletesOnCondition ? await remove(key, condition) : await write(key, tombstone(), condition);
      if (!answer.ok && (await findLive(key)) !== undefined) throw conflict(key);
      return answer.ok || answer.isRepeated;
    },
    async list(options) {
      const { prefix: start, limit, ...first } = checkList(options);
      for (let { after } = first; ; ) {
        const { names, isTruncated } = await listing(after, start, limit);
        const keys = names.map((name) => name.slice(prefix.length)).filter(isKey);
        const rows: { key: string; found: Found | StoreError }[] = [];
        while (keys.length > 0) {
          const opened = await Promise.all(keys.splice(0, AT_ONCE).map(open));
          rows.push(...opened.filter((row) => row !== undefined));
        }
        const page = toPage(rows, limit, ({ key, found }) => {
          if (found instanceof StoreError) throw found;
          return toEntry(key, found);
        });
        const last = rows.at(-1);
        if (!isTruncated) return page;
        if (last !== undefined) return { ...page, next: encodeCursor(last.key) };
        // A page of nothing but what has expired, or what somebody else has put here.
        after = names.at(-1)?.slice(prefix.length) ?? '';
      }
    },
    async close() {
      closed = true;
    },
  };
}

/** Takes the place of an entry where deleting knows no conditions: it has expired, so it counts as absent. */
function tombstone(): Body {
  const now = new Date().toISOString();
  return { nonce: crypto.randomUUID(), updatedAt: now, expiresAt: now, value: null };
}
