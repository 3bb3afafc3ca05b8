import type { Config } from '../config.js';
import { ContentReader, isExpired, realPath, toFileEntry, toText } from './file-content.js';
import { Drafts } from './file-draft.js';
import { checkKey, checkList, conflict, encode, endOf, keysFrom, type Store, StoreError, toPage } from './store.js';

/** Changes the entries. What it returns is told to its caller once that is written; false: nothing to write. */
type Work<T> = (rows: Map<string, unknown>) => T;

/** A change that waits for its turn. */
interface Change {
  work: Work<unknown>;
  resolve: (outcome: never) => void;
  reject: (error: unknown) => void;
}

/**
 * One JSON file, which people can read as well. Several processes of one machine may use it at once: it is never
 * changed in place but replaced as a whole, by one process at a time. So it suits data of up to a few megabytes.
 */
export async function openStore({ FILE_PATH }: Config): Promise<Store> {
  const path = await realPath(FILE_PATH).catch(fail(FILE_PATH));
  const [reader, drafts] = [new ContentReader(path), new Drafts(path)];
  // Better now than at the first write.
  await drafts.prepare().catch(fail(path));
  await reader.read().catch(fail(path));
  let waiting: Change[] = [];
  let working: Promise<void> | undefined;
  let closed = false;

  const checkOpen = (): void => {
    if (closed) throw new StoreError('closed', 'The store is closed.');
  };
  const read = () => reader.read().catch(fail(path));
  const change = <T>(work: Work<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      checkOpen();
      waiting.push({ work, resolve, reject });
      working ??= writeAll();
    });

  /** Writes until nothing waits, each time with all the changes that have come up meanwhile. */
  async function writeAll(): Promise<void> {
    while (waiting.length > 0) {
      let changes = waiting;
      let answers: (() => void)[] = [];
      const applyAll = async (): Promise<string | undefined> => {
        const rows = new Map((await reader.read()).rows);
        [changes, waiting] = [waiting, []];
        let isChanged = false;
        answers = changes.map(({ work, resolve, reject }) => {
          try {
            const outcome = work(rows);
            isChanged ||= outcome !== false;
            return () => resolve(outcome as never);
          } catch (error) {
            return () => reject(error);
          }
        });
        return isChanged ? toText(rows) : undefined;
      };
      try {
        await drafts.replace(applyAll).catch(fail(path));
        for (const answer of answers) answer();
      } catch (error) {
        if (changes === waiting) waiting = [];
        for (const { reject } of changes) reject(error);
      }
    }
    working = undefined;
  }

  return {
    async get(key) {
      checkKey(key);
      checkOpen();
      const row = (await read()).rows.get(key);
      return row === undefined || isExpired(row) ? undefined : toFileEntry(key, row);
    },
    async put(key, value, { ifVersion, ttlMs, updatedAt } = {}) {
      checkKey(key);
      const written = JSON.parse(encode(value)) as unknown;
      endOf(ttlMs);
      return change((rows) => {
        if (ifVersion !== undefined && ifVersion !== versionIn(rows, key)) throw conflict(key);
        const [now, end] = [new Date(), endOf(ttlMs)];
        const row = { value: written, version: crypto.randomUUID(), updatedAt: updatedAt ?? now.toISOString() };
        rows.set(key, end === undefined ? row : { ...row, expiresAt: new Date(end).toISOString() });
        return toFileEntry(key, rows.get(key));
      });
    },
    async delete(key, { ifVersion } = {}) {
      checkKey(key);
      return change((rows) => {
        const present = versionIn(rows, key);
        if (present !== null && ifVersion !== undefined && ifVersion !== present) throw conflict(key);
        return rows.delete(key) && present !== null;
      });
    },
    async list(options) {
      const { limit, ...wanted } = checkList(options);
      checkOpen();
      const { rows, keys } = await read();
      const found: { key: string; row: unknown }[] = [];
      for (const key of keysFrom(keys, wanted)) {
        const row = rows.get(key);
        if (!isExpired(row)) found.push({ key, row });
        if (found.length > limit) break;
      }
      return toPage(found, limit, ({ key, row }) => toFileEntry(key, row));
    },
    async close() {
      closed = true;
      await working;
      await reader.close();
    },
  };
}

/** The version of a live entry, null if there is none, undefined if it cannot be read. */
function versionIn(rows: ReadonlyMap<string, unknown>, key: string): unknown {
  const row = rows.get(key);
  return row === undefined || isExpired(row) ? null : Object(row).version;
}

/** Says which file it was. */
const fail = (path: string) => (error: unknown) => {
  if (error instanceof StoreError) throw error;
  throw new StoreError('unavailable', `Cannot use ${path} (FILE_PATH): ${(error as Error).message}`, error);
};
