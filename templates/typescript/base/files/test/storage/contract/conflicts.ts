import { expect, test } from 'vitest';
import type { StoreError } from '../../../src/storage/store.js';
import { type Backend, freshStore, twoHandles } from './backend.js';
import { expectCode } from './helpers.js';
import { increment } from './update.js';

/** Compare-and-set, alone and with others. */
export function testConflicts(backend: Backend): void {
  test('gives every write a version of its own', async () => {
    const store = await freshStore(backend);
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
    const store = await freshStore(backend);
    await store.put('once', 1, { ifVersion: null });
    await expectCode(store.put('once', 2, { ifVersion: null }), 'conflict');
    expect((await store.get('once'))?.value).toBe(1);
    await store.delete('once');
    await store.put('once', 3, { ifVersion: null });
  });

  test('replaces only the version that was read', async () => {
    const store = await freshStore(backend);
    const first = await store.put('swap', 1);
    const second = await store.put('swap', 2, { ifVersion: first.version });
    await expectCode(store.put('swap', 3, { ifVersion: first.version }), 'conflict');
    for (const version of ['nonsense', '"nonsense"', '', '0', "' OR 1=1"]) {
      await expectCode(store.put('swap', 3, { ifVersion: version }), 'conflict');
    }
    expect(await store.get('swap')).toMatchObject({ value: 2, version: second.version });
    await store.delete('swap');
    await expectCode(store.put('swap', 4, { ifVersion: second.version }), 'conflict');
    expect(await store.get('swap')).toBeUndefined();
    await store.put('swap', 5);
    await expectCode(store.put('swap', 6, { ifVersion: second.version }), 'conflict');
  });

  test('deletes once', async () => {
    const store = await freshStore(backend);
    await store.put('gone', 1);
    expect(await store.delete('gone')).toBe(true);
    expect(await store.delete('gone')).toBe(false);
    expect(await store.get('gone')).toBeUndefined();
  });

  test('shows a write to everybody at once', async () => {
    const [one, other] = await twoHandles(backend);
    for (let round = 0; round < 10; round++) {
      const { version } = await one.put('shown', round);
      expect(await other.get('shown')).toMatchObject({ value: round, version });
      await other.delete('shown');
      expect(await one.get('shown')).toBeUndefined();
    }
  });

  test('lets one of many creators win', async () => {
    const both = await twoHandles(backend);
    const puts = Array.from({ length: 12 }, (_, n) => pick(both, n).put('race', n, { ifVersion: null }));
    const results = await Promise.allSettled(puts);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const lost = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as StoreError] : []));
    expect(lost.map(({ code }) => code)).toEqual(Array(11).fill('conflict'));
    const winner = results.findIndex(({ status }) => status === 'fulfilled');
    expect((await both[0].get('race'))?.value).toBe(winner);
  });

  test('loses no update of concurrent writers', async () => {
    const both = await twoHandles(backend);
    const count = async (writer: number) => {
      for (let n = 0; n < 20; n++) await increment(pick(both, writer), 'count');
    };
    await Promise.all([0, 1, 2, 3].map(count));
    expect((await both[0].get('count'))?.value).toBe(80);
  });

  test('keeps writes to different keys apart', async () => {
    const both = await twoHandles(backend);
    const keys = Array.from({ length: 40 }, (_, n) => `apart/${n}`);
    await Promise.all(keys.map((key, n) => pick(both, n).put(key, n)));
    expect((await Promise.all(keys.map((key) => both[0].get(key)))).map((entry) => entry?.value)).toEqual([
      ...keys.keys(),
    ]);
  });
}

const pick = <T>([first, second]: readonly [T, T], n: number): T => (n % 2 === 0 ? first : second);
