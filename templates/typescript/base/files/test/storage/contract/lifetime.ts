import { expect, test } from 'vitest';
import { StoreError } from '../../../src/storage/store.js';
import { type Backend, freshStore, openHandle } from './backend.js';
import { expectCode } from './helpers.js';

/** Opening and closing. */
export function testLifetime(backend: Backend): void {
  test('closes once, and says so afterwards', async () => {
    const store = await freshStore(backend);
    await store.put('any', 1);
    await store.close();
    await store.close();
    await expectCode(store.get('any'), 'closed');
    await expectCode(store.put('any', 1), 'closed');
    await expectCode(store.delete('any'), 'closed');
    await expectCode(store.list(), 'closed');
  });

  test('finishes what is under way when it is closed', async () => {
    const environment = backend.place();
    const store = await backend.open(environment);
    const puts = Array.from({ length: 40 }, (_, n) => store.put(`under-way/${n}`, n));
    const results = Promise.allSettled(puts);
    await store.close();
    const fates = await results;
    for (const fate of fates) {
      if (fate.status === 'rejected') expect(fate.reason).toBeInstanceOf(StoreError);
    }
    if (!backend.durable) return;
    const again = await openHandle(backend, environment);
    for (const [n, { status }] of fates.entries()) {
      if (status === 'fulfilled') expect((await again.get(`under-way/${n}`))?.value).toBe(n);
    }
  });

  test.runIf(backend.durable)('keeps data beyond the handle', async () => {
    const environment = backend.place();
    const before = await backend.open(environment);
    const { version } = await before.put('kept', { still: 'here' });
    await before.put('kept-for-long', 1, { ttlMs: 3_600_000 });
    await before.close();
    const after = await openHandle(backend, environment);
    expect(await after.get('kept')).toMatchObject({ value: { still: 'here' }, version });
    expect((await after.get('kept-for-long'))?.expiresAt).toBeDefined();
    expect((await after.list()).keys).toEqual(['kept', 'kept-for-long']);
    await after.put('kept', 2, { ifVersion: version });
  });

  test.runIf(backend.durable)('keeps places apart', async () => {
    const [one, other] = [await freshStore(backend), await freshStore(backend)];
    await one.put('own', 1);
    expect(await other.get('own')).toBeUndefined();
    expect(await other.list()).toEqual({ keys: [] });
  });
}
