import { expect } from 'vitest';
import { type Store, StoreError, type StoreErrorCode } from '../../../src/storage/store.js';

export async function expectCode(promise: Promise<unknown>, code: StoreErrorCode): Promise<void> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(StoreError);
  expect((error as StoreError).code, String(error)).toBe(code);
}

/** The order that lists promise. */
export const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** All keys with a prefix, page by page, with something to do after each page. */
export async function walk(
  store: Store,
  prefix: string,
  limit: number,
  afterPage?: () => Promise<void>,
): Promise<string[]> {
  const keys: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.list({ prefix, limit, ...(cursor && { cursor }) });
    expect(page.keys.length).toBeLessThanOrEqual(limit);
    keys.push(...page.keys);
    cursor = page.nextCursor;
    await afterPage?.();
  } while (cursor !== undefined);
  return keys;
}
