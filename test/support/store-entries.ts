import { expect } from 'vitest';
import type { StorePlace } from '../../src/storage/bridge.ts';
import type { StoreEntry } from '../../src/storage/store.ts';
import { openPlace } from './store-bridge.ts';

const AT_ONCE = 16;
const PLACES = ['notes', 'naïve/日本語', '🦊', 'a b+c%20&=?#'];

/** Puts entries of many kinds into a store, every fifth of which ends in an hour. */
export async function fill(place: StorePlace, count: number): Promise<void> {
  const store = await openPlace(place);
  const put = (n: number) => {
    const value = { n, text: '<é & 🦊>'.repeat(n % 9), nested: [null, { '': [] }] };
    return store.put(`${PLACES[n % PLACES.length]}/${n}`, value, n % 5 === 0 ? { ttlMs: 3_600_000 } : {});
  };
  for (let n = 0; n < count; n += AT_ONCE) {
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - n) }, (_, index) => put(n + index)));
  }
  await store.end();
}

/** All entries of a store. */
export async function dump(place: StorePlace): Promise<StoreEntry[]> {
  const store = await openPlace(place);
  const entries: StoreEntry[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.list({ limit: 100, ...(cursor !== undefined && { cursor }) });
    entries.push(...page.entries);
    cursor = page.next;
  } while (cursor !== undefined);
  await store.end();
  return entries;
}

/** The same keys, values and times of writing, and the same ends of life but for the clocks. */
export function expectSame(copies: readonly StoreEntry[], originals: readonly StoreEntry[]): void {
  const bare = (entries: readonly StoreEntry[]) =>
    entries.map(({ key, value, updatedAt }) => [key, JSON.stringify(value), Date.parse(updatedAt)]);
  expect(bare(copies)).toEqual(bare(originals));
  for (const [index, { key, expiresAt }] of originals.entries()) {
    const copied = copies[index]?.expiresAt;
    if (expiresAt === undefined) expect(copied, key).toBeUndefined();
    else expect(Math.abs(Date.parse(copied ?? '') - Date.parse(expiresAt)), key).toBeLessThan(10_000);
  }
}
