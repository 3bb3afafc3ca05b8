import { createClient, type RedisClientType } from '@redis/client';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parseConfig } from '../../src/config.js';
import { namespaceOf, openStore } from '../../src/storage/redis.js';
import { RedisConnection } from '../../src/storage/redis-connection.js';
import { checkFitness } from '../../src/storage/redis-fitness.js';
import { testEnvironment } from '../support/app.js';

/** A store in a namespace of its own, and a client that sees what is behind it. */
async function place() {
  const config = parseConfig(testEnvironment());
  const client = createClient({ url: config.REDIS_URL }) as RedisClientType;
  await client.connect();
  onTestFinished(() => client.close());
  const store = await openStore(config);
  onTestFinished(() => store.close());
  return { config, client, store, namespace: namespaceOf(config) };
}

describe('what is kept', () => {
  test('has a version, and is not touched when that is a later one', async () => {
    const { config, client, namespace } = await place();
    expect(await client.get(`${namespace}layout`)).toBe('1');
    await client.set(`${namespace}layout`, '2');
    await expect(openStore(config)).rejects.toThrow(/of version 2, newer than 1/);
  });

  test('leaves nothing behind when it expires', async () => {
    const { client, store, namespace } = await place();
    for (const key of ['a', 'b', 'c']) await store.put(key, 1, { ttlMs: 20 });
    await store.put('kept', 1);
    await expect.poll(() => store.get('a')).toBeUndefined();
    await expect.poll(() => client.exists(`${namespace}entry:c`)).toBe(0);
    // The next write with a time to live sweeps.
    await store.put('brief', 1, { ttlMs: 60_000 });
    expect(await client.zRange(`${namespace}keys`, 0, -1)).toEqual(['brief', 'kept']);
    expect(await client.zRange(`${namespace}expiry`, 0, -1)).toEqual(['brief']);
  });

  test('is swept by a list, however much of it has expired', async () => {
    const { store } = await place();
    const puts = Array.from({ length: 2500 }, (_, n) => store.put(`brief/${n}`, 1, { ttlMs: 1 }));
    await Promise.all(puts);
    await store.put('brief/kept', 1);
    expect(await store.list({ prefix: 'brief/' })).toEqual({ keys: ['brief/kept'] });
  });

  test('is found again after Redis has forgotten its scripts', async () => {
    const { client, store } = await place();
    await store.put('a', 1);
    await client.scriptFlush();
    await store.put('a', 2);
    expect((await store.list()).keys).toEqual(['a']);
  });

  test('is not mistaken for what somebody else has put there', async () => {
    const { client, store, namespace } = await place();
    await client.set(`${namespace}entry:foreign`, 'text');
    await expect(store.get('foreign')).rejects.toMatchObject({ code: 'corrupt' });
  });
});

describe('a server', () => {
  const GOOD = { redis_version: '8.0.0', maxmemory: '0', maxmemory_policy: 'noeviction', aof_enabled: '1' };

  /** Judges a server that describes itself so. */
  async function judge(facts: Record<string, string>): Promise<readonly string[]> {
    const connection = await RedisConnection.open(parseConfig(testEnvironment()).REDIS_URL);
    onTestFinished(() => connection.close());
    const info = Object.entries({ ...GOOD, ...facts }).map(([name, value]) => `${name}:${value}\r\n`);
    const client = { info: async () => ['# Server\r\n', ...info].join('') };
    return checkFitness(Object.assign(connection, { run: (work: (fake: typeof client) => unknown) => work(client) }));
  }

  test('that keeps what it is given is accepted', async () => {
    expect(await judge({})).toEqual([]);
    // A policy without a limit never comes into play.
    expect(await judge({ maxmemory_policy: 'allkeys-lru' })).toEqual([]);
    expect(await judge({ redis_version: '7.2.4', maxmemory: '1000' })).toEqual([]);
  });

  test('that would throw entries away is refused', async () => {
    const cache = { maxmemory: '1000', maxmemory_policy: 'allkeys-lru' };
    await expect(judge(cache)).rejects.toMatchObject({ code: 'unavailable' });
    await expect(judge(cache)).rejects.toThrow(/noeviction/);
  });

  test('that loses less is warned of', async () => {
    const warnings = await judge({ maxmemory: '1000', maxmemory_policy: 'volatile-lru', aof_enabled: '0' });
    expect(warnings).toEqual([expect.stringContaining('volatile-lru'), expect.stringContaining('appendonly')]);
  });

  test('that is too old is refused', async () => {
    await expect(judge({ redis_version: '6.2.14' })).rejects.toThrow(/6\.2\.14 is too old/);
  });
});
