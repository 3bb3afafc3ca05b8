import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Entry, type Json, type Store, StoreError, type StoreErrorCode } from '../../src/storage/store.js';

export interface Backend {
  /** Whether data outlives the handle, and so can be shared by several. */
  readonly durable: boolean;
  /** Makes an empty place for data and returns what opens a handle on it. */
  create(): () => Promise<Store>;
}

/** What the storage port promises, whatever the backend. */
export function storeContract(name: string, { durable, create }: Backend): void {
  /** Handles on the same data: two of their own where the backend can do that, else twice the same. */
  const handles = async (): Promise<[Store, Store]> => {
    const open = create();
    const first = await open();
    const second = durable ? await open() : first;
    onTestFinished(async () => {
      await first.close();
      await second.close();
    });
    return [first, second];
  };
  const fresh = async (): Promise<Store> => (await handles())[0];

  describe(`store contract: ${name}`, () => {
    test('answers undefined for a key that was never written', async () => {
      const store = await fresh();
      expect(await store.get('nothing')).toBeUndefined();
      expect(await store.delete('nothing')).toBe(false);
    });

    test('reads back every kind of JSON', async () => {
      const store = await fresh();
      const nested = { a: { b: [null] }, constructor: 2, text: 'C:\\u0000 \\ud800 literal' };
      const values: Json[] = [null, true, 0, -1.5, 1e300, '', 'x', [], {}, [1, [2]], nested];
      for (const value of values) {
        await store.put('kind/key', value);
        expect((await store.get('kind/key'))?.value).toEqual(value);
      }
    });

    test('keeps unicode in keys and values', async () => {
      const store = await fresh();
      for (const text of ['naïve', '日本語/キー', '🦊/🇬🇧', 'עברית', 'a b+c%20&=?#', '__proto__', `o'x\\"y`]) {
        await store.put(text, { text });
        expect((await store.get(text))?.value).toEqual({ text });
      }
    });

    test('is not changed by changing what was passed in or handed out', async () => {
      const store = await fresh();
      const value = { list: [1] };
      await store.put('alias', value);
      value.list.push(2);
      const read = (await store.get('alias'))?.value as typeof value;
      expect(read).toEqual({ list: [1] });
      read.list.push(3);
      expect((await store.get('alias'))?.value).toEqual({ list: [1] });
    });

    test('gives every write a version of its own', async () => {
      const store = await fresh();
      const versions = new Set<string>();
      for (let round = 0; round < 4; round++) {
        const { version } = await store.put('versions', 1);
        expect((await store.get('versions'))?.version).toBe(version);
        versions.add(version);
        if (round === 1) await store.delete('versions');
      }
      expect(versions.size).toBe(4);
    });

    test('creates only what is not there', async () => {
      const store = await fresh();
      await store.put('once', 1, { ifVersion: null });
      await expectCode(store.put('once', 2, { ifVersion: null }), 'conflict');
      expect((await store.get('once'))?.value).toBe(1);
    });

    test('replaces only the version that was read', async () => {
      const store = await fresh();
      const first = await store.put('swap', 1);
      const second = await store.put('swap', 2, { ifVersion: first.version });
      await expectCode(store.put('swap', 3, { ifVersion: first.version }), 'conflict');
      await expectCode(store.put('swap', 3, { ifVersion: 'nonsense' }), 'conflict');
      expect(await store.get('swap')).toMatchObject({ value: 2, version: second.version });
      await store.delete('swap');
      await expectCode(store.put('swap', 4, { ifVersion: second.version }), 'conflict');
      await store.put('swap', 5);
      await expectCode(store.put('swap', 6, { ifVersion: second.version }), 'conflict');
    });

    test('lets one of many creators win', async () => {
      const both = await handles();
      const puts = Array.from({ length: 12 }, (_, n) => pick(both, n).put('race', n, { ifVersion: null }));
      const results = await Promise.allSettled(puts);
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const lost = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as StoreError] : []));
      expect(lost.map(({ code }) => code)).toEqual(Array(11).fill('conflict'));
    });

    test('loses no update of concurrent writers', async () => {
      const both = await handles();
      const count = async (writer: number) => {
        for (let n = 0; n < 20; n++) await update(pick(both, writer), 'count', (value) => Number(value ?? 0) + 1, 200);
      };
      await Promise.all([0, 1, 2, 3].map(count));
      expect((await both[0].get('count'))?.value).toBe(80);
    });

    test('lists by prefix, in byte order, page by page, each key once', async () => {
      const store = await fresh();
      const keys = ['L/b', 'L/a', 'L/a/b', 'L/a-b', 'L/é', 'L/Z', 'L/\u{1F98A}', 'L/\uFF5E', 'L/%', 'L/_', 'L2/x'];
      for (const key of keys) await store.put(key, 1);
      const inOrder = keys.filter((key) => key.startsWith('L/')).sort(byBytes);
      expect((await store.list({ prefix: 'L/' })).keys).toEqual(inOrder);
      expect(await walk(store, 'L/', 3)).toEqual(inOrder);
      expect(await store.list({ prefix: 'none/' })).toEqual({ keys: [] });
      await expect(store.list({ limit: 0 })).rejects.toBeInstanceOf(RangeError);
    });

    test('keeps a walk correct when keys come and go', async () => {
      const store = await fresh();
      for (let n = 0; n < 9; n++) await store.put(`W/${n}`, n);
      const { nextCursor } = await store.list({ prefix: 'W/', limit: 4 });
      await store.delete('W/3');
      await store.delete('W/6');
      await store.put('W/0a', 1);
      const rest = await store.list({ prefix: 'W/', limit: 9, ...(nextCursor && { cursor: nextCursor }) });
      expect(rest.keys).toEqual(['W/4', 'W/5', 'W/7', 'W/8']);
    });

    test('lets entries expire', async () => {
      const store = await fresh();
      const { version, expiresAt } = await store.put('X/brief', 1, { ttlMs: 300 });
      expect(expiresAt).toBeDefined();
      expect((await store.get('X/brief'))?.value).toBe(1);
      await store.put('X/kept', 1, { ttlMs: 300 });
      await store.put('X/kept', 2);
      await sleep(450);
      expect(await store.get('X/brief')).toBeUndefined();
      expect((await store.list({ prefix: 'X/' })).keys).toEqual(['X/kept']);
      await expectCode(store.put('X/brief', 2, { ifVersion: version }), 'conflict');
      await store.put('X/brief', 3, { ifVersion: null });
      expect((await store.get('X/kept'))?.value).toBe(2);
    });

    test('takes a large value and refuses one that is too large', async () => {
      const store = await fresh();
      const large = 'é'.repeat(Math.floor((store.maxValueBytes - 2) / 2));
      await store.put('large', large);
      await expectCode(store.put('large', 'x'.repeat(store.maxValueBytes)), 'too_large');
      expect((await store.get('large'))?.value).toBe(large);
    });

    test('refuses bad keys and values', async () => {
      const store = await fresh();
      for (const key of ['', '/', 'a//b', '../x', 'a/.', 'a\n', 'e\u0301', '\ud800', '\u{10FFFF}', 'k'.repeat(513)]) {
        await expectCode(store.put(key, 1), 'invalid_key');
      }
      for (const value of [undefined, '\u0000', '\ud800'] as Json[]) {
        await expectCode(store.put('bad', value), 'invalid_value');
      }
    });

    test('deletes once', async () => {
      const store = await fresh();
      await store.put('gone', 1);
      expect(await store.delete('gone')).toBe(true);
      expect(await store.delete('gone')).toBe(false);
    });

    test('closes once, and says so afterwards', async () => {
      const store = await fresh();
      await store.close();
      await store.close();
      await expectCode(store.get('any'), 'closed');
      await expectCode(store.put('any', 1), 'closed');
    });

    test.runIf(durable)('keeps data beyond the handle', async () => {
      const open = create();
      const before = await open();
      const { version } = await before.put('kept', { still: 'here' });
      await before.close();
      const after = await open();
      onTestFinished(() => after.close());
      expect(await after.get('kept')).toMatchObject({ value: { still: 'here' }, version });
      await after.put('kept', 2, { ifVersion: version });
    });
  });
}

const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
const pick = ([first, second]: [Store, Store], n: number): Store => (n % 2 === 0 ? first : second);

async function expectCode(promise: Promise<unknown>, code: StoreErrorCode): Promise<void> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(StoreError);
  expect((error as StoreError).code).toBe(code);
}

async function walk(store: Store, prefix: string, limit: number): Promise<string[]> {
  const keys: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.list({ prefix, limit, ...(cursor && { cursor }) });
    expect(page.keys.length).toBeLessThanOrEqual(limit);
    keys.push(...page.keys);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return keys;
}

/**
 * Read, change, write, and once more from the start if somebody else wrote in between: no update is lost.
 *
 * @param change gets the current value and returns the new one, or undefined to leave the entry alone.
 * @throws StoreError `conflict` after too many attempts; whatever `change` throws.
 */
async function update(
  store: Store,
  key: string,
  change: (current: Json | undefined) => Json | undefined,
  attempts = 20,
): Promise<Entry | undefined> {
  for (let attempt = 1; ; attempt++) {
    const current = await store.get(key);
    const next = change(current?.value);
    if (next === undefined) return current;
    try {
      return await store.put(key, next, { ifVersion: current?.version ?? null });
    } catch (error) {
      const lostRace = error instanceof StoreError && error.code === 'conflict';
      if (!lostRace || attempt >= attempts) throw error;
      await sleep(Math.random() * Math.min(250, 2 ** attempt));
    }
  }
}
