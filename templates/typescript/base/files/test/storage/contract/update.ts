import { setTimeout as sleep } from 'node:timers/promises';
import { type Entry, type Json, type Store, StoreError } from '../../../src/storage/store.js';

/**
 * Read, change, write, and once more from the start if somebody else wrote in between: no update is lost.
 *
 * @param change gets the current value and returns the new one.
 * @throws StoreError `conflict` after too many attempts; whatever `change` throws.
 */
export async function update(store: Store, key: string, change: (current: Json | undefined) => Json): Promise<Entry> {
  for (let attempt = 1; ; attempt++) {
    const current = await store.get(key);
    try {
      return await store.put(key, change(current?.value), { ifVersion: current?.version ?? null });
    } catch (error) {
      const lostRace = error instanceof StoreError && error.code === 'conflict';
      if (!lostRace || attempt >= 500) throw error;
      await sleep(Math.random() * Math.min(100, 2 ** attempt));
    }
  }
}

/** Adds one to a number. */
export const increment = (store: Store, key: string): Promise<Entry> =>
  update(store, key, (value) => Number(value ?? 0) + 1);
