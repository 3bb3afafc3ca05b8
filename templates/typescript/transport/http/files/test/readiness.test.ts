import { expect, test, vi } from 'vitest';
import type { Store } from '../src/storage/store.js';
import { createReadiness } from '../src/transport/readiness.js';

/** A store of which only this is asked. */
const storeThat = (get: Store['get']): Store => ({ get }) as unknown as Store;

test('asks the store once, however many want to know', async () => {
  vi.useFakeTimers();
  try {
    const get = vi.fn(async () => undefined);
    const isReady = createReadiness(storeThat(get));
    expect(await Promise.all(Array.from({ length: 100 }, isReady))).toEqual(Array(100).fill(true));
    expect(get).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1001);
    expect(await isReady()).toBe(true);
    expect(get).toHaveBeenCalledTimes(2);
  } finally {
    vi.useRealTimers();
  }
});

test('says no when the store fails, and when it does not answer in time', async () => {
  const failing = createReadiness(storeThat(() => Promise.reject(new Error('down'))));
  expect(await failing()).toBe(false);
  const silent = createReadiness(storeThat(() => new Promise(() => {})));
  expect(await silent()).toBe(false);
});
