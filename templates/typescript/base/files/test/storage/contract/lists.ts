import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Store } from '../../../src/storage/store.js';
import { type Backend, freshStore, twoHandles } from './backend.js';
import { byBytes, expectCode, walk } from './helpers.js';

const LIFETIME_MS = 1500;

/** Lists, and entries that end by themselves. */
export function testLists(backend: Backend): void {
  test('lists by prefix, in byte order, page by page, each key once', async () => {
    const store = await freshStore(backend);
    const keys = ['L/b', 'L/a', 'L/a/b', 'L/a-b', 'L/é', 'L/Z', 'L/\u{1F98A}', 'L/\uFF5E', 'L/%', 'L/_', 'L2/x', 'K'];
    for (const key of keys) await store.put(key, 1);
    const inOrder = keys.filter((key) => key.startsWith('L/')).sort(byBytes);
    expect((await store.list({ prefix: 'L/' })).keys).toEqual(inOrder);
    expect(await walk(store, 'L/', 3)).toEqual(inOrder);
    expect(await walk(store, 'L/', 1)).toEqual(inOrder);
    expect((await store.list()).keys).toEqual([...keys].sort(byBytes));
    expect((await store.list({ prefix: 'L/a' })).keys).toEqual(['L/a', 'L/a-b', 'L/a/b']);
    expect(await store.list({ prefix: 'none/' })).toEqual({ keys: [] });
  });

  test('ends a list that fits exactly', async () => {
    const store = await freshStore(backend);
    for (const key of ['F/1', 'F/2', 'F/3']) await store.put(key, 1);
    expect(await store.list({ prefix: 'F/', limit: 3 })).toEqual({ keys: ['F/1', 'F/2', 'F/3'] });
  });

  test('takes a prefix for text, not for a pattern', async () => {
    const store = await freshStore(backend);
    for (const key of ['P%/x', 'Pa/x', 'P_/x', 'P*/x', 'P[a]/x', 'P\\/x']) await store.put(key, 1);
    for (const prefix of ['P%', 'P_', 'P*', 'P[a]', 'P\\']) {
      expect((await store.list({ prefix })).keys).toEqual([`${prefix}/x`]);
    }
  });

  test('refuses a limit or a cursor that is none', async () => {
    const store = await freshStore(backend);
    for (const limit of [0, -1, 1001, 1.5]) {
      await expect(store.list({ limit })).rejects.toBeInstanceOf(RangeError);
    }
    // The bytes of NUL, and of half a character.
    for (const cursor of ['AA', '8J8', 'Lg']) await expectCode(store.list({ cursor }), 'invalid_key');
  });

  test('keeps a walk correct when keys come and go', async () => {
    const store = await freshStore(backend);
    for (let n = 0; n < 9; n++) await store.put(`W/${n}`, n);
    const { nextCursor } = await store.list({ prefix: 'W/', limit: 4 });
    await store.delete('W/3');
    await store.delete('W/6');
    await store.put('W/0a', 1);
    const rest = await store.list({ prefix: 'W/', limit: 9, ...(nextCursor && { cursor: nextCursor }) });
    expect(rest.keys).toEqual(['W/4', 'W/5', 'W/7', 'W/8']);
  });

  test('shows a walk every lasting key once, whatever others do', async () => {
    const [walker, other] = await twoHandles(backend);
    const names = Array.from({ length: 30 }, (_, n) => `C/${String(n).padStart(2, '0')}`);
    for (const name of names) await walker.put(name, 1);
    const lasting = names.filter((_, n) => n % 3 !== 0);
    let busy = true;
    const others = churn(other, names, () => busy);
    for (let round = 0; round < 3; round++) {
      const seen = await walk(walker, 'C/', 4, () => sleep(2));
      expect(seen).toEqual([...new Set(seen)].sort(byBytes));
      expect(seen.filter((key) => lasting.includes(key))).toEqual(lasting);
    }
    busy = false;
    await others;
  });

  test('lets entries expire', async () => {
    const store = await freshStore(backend);
    const before = Date.now();
    const { version, expiresAt = '' } = await store.put('X/brief', 1, { ttlMs: LIFETIME_MS });
    // By the clock of the backend, which may be another machine's.
    expect(Math.abs(Date.parse(expiresAt) - before - LIFETIME_MS)).toBeLessThan(60_000);
    expect(await store.get('X/brief')).toMatchObject({ value: 1, version, expiresAt });
    expect((await store.list({ prefix: 'X/' })).keys).toEqual(['X/brief']);
    for (const key of ['X/kept', 'X/swapped', 'X/created', 'X/deleted']) {
      await store.put(key, 1, { ttlMs: LIFETIME_MS });
    }
    const kept = await store.put('X/kept', 2);
    expect(kept.expiresAt).toBeUndefined();
    await sleep(LIFETIME_MS + 200);

    expect(await store.get('X/brief')).toBeUndefined();
    if (!backend.listsExpired) expect((await store.list({ prefix: 'X/' })).keys).toEqual(['X/kept']);
    await expectCode(store.put('X/brief', 2, { ifVersion: version }), 'conflict');
    expect(await store.delete('X/deleted')).toBe(false);
    const { version: created } = await store.put('X/created', 3, { ifVersion: null });
    expect(await store.get('X/created')).toMatchObject({ value: 3, version: created });
    expect(await store.get('X/kept')).toEqual(kept);
  });
}

/** Deletes, makes and rewrites keys until told to stop; every third of them comes and goes, the others stay. */
async function churn(store: Store, names: readonly string[], goOn: () => boolean): Promise<void> {
  for (let n = 0; goOn(); n = (n + 1) % names.length) {
    const name = names[n] ?? '';
    // Some backends answer without ever letting a timer run.
    await sleep(0);
    if (n % 3 !== 0) await store.put(name, n);
    else if (!(await store.delete(name))) await store.put(name, n);
    await store.put(`${name}+`, n);
    await store.delete(`${name}+`);
  }
}
