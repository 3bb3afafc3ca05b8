import { setTimeout as sleep } from 'node:timers/promises';
import { isFault, type Store, type StoredKey, StoreFault } from '../store.ts';

const ATTEMPTS = 7;

/** Again after a moment without an answer; only for calls that do no harm when they are repeated. */
export async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!isFault(error, 'unavailable') || attempt === ATTEMPTS) throw error;
      await sleep(Math.random() * 50 * 2 ** attempt);
    }
  }
}

const PAGE = 500;
/** Where proofs of ours write, which may have been killed, and what a running server keeps for itself and makes anew. */
const NO_DATA = ['mason-check/', 'mason-migrate/', 'server/rate/', 'server/request-state-key'];

/** Every key of a store with its version, but for what is nobody's data. */
export async function survey(store: Store): Promise<Map<string, StoredKey>> {
  const found = new Map<string, StoredKey>();
  const cursors = new Set<string>();
  let cursor: string | undefined;
  do {
    const options = { limit: PAGE, ...(cursor !== undefined && { cursor }) };
    const page = await patiently(() => store.listKeys(options));
    for (const entry of page.entries) {
      if (!NO_DATA.some((start) => entry.key.startsWith(start))) found.set(entry.key, entry);
    }
    cursor = page.next;
    if (cursor !== undefined && cursors.has(cursor)) throw new StoreFault('internal', 'Its lists go in a circle.');
    if (cursor !== undefined) cursors.add(cursor);
  } while (cursor !== undefined);
  return found;
}

const AT_ONCE = 8;

/** Works on all items, several at a time, until it is told to stop. */
export async function forEach<T>(
  items: Iterable<T>,
  signal: AbortSignal,
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  const waiting = items[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (let next = waiting.next(); !next.done && !signal.aborted; next = waiting.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
