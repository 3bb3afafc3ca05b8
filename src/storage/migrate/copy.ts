import { isDeepStrictEqual } from 'node:util';
import { isFault, type Store, type StoredKey, type StoreEntry, StoreFault } from '../store.ts';
import type { CopyJournal } from './copy-journal.ts';
import { forEach, patiently, survey } from './patience.ts';

export interface CopyOptions {
  readonly from: Store;
  readonly to: Store;
  readonly journal: CopyJournal;
  readonly signal: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/** What became of an entry of the source. */
export type Fate = 'copied' | 'replaced' | 'present' | 'expired' | 'different' | 'failed';

export interface CopyResult {
  /** How many entries the source had. */
  readonly total: number;
  /** By key. */
  readonly fates: ReadonlyMap<string, Fate>;
  /** Why entries have failed, by key. */
  readonly reasons: ReadonlyMap<string, string>;
  /** Copies of an earlier run that were removed, because their originals are gone. */
  readonly removed: number;
  /** Keys of the target that are not of the source. Where there are any, nothing was written. */
  readonly foreign: readonly string[];
  /** Keys of the source that have changed while it was copied. */
  readonly changed: readonly string[];
}

/** Clocks differ, and time passes between reading and writing. */
const EXPIRY_TOLERANCE_MS = 5_000;
/** Others write into the target at the same moment; that many times in a row they do not. */
const RACES = 5;

/**
 * Copies all entries of one store into another, with what is left of their lifetimes, reads each back and compares it, and
 * looks afterwards whether the source has changed meanwhile. It can be repeated at any time, whatever ended it.
 *
 * The target may hold what an earlier run has copied, and nothing else: what is foreign is never replaced.
 *
 * @throws {StoreFault} when a store does not answer for long
 */
export async function copyAll(options: CopyOptions): Promise<CopyResult> {
  const source = await survey(options.from);
  const run = new Copy(options, source);
  const present = await run.compare();
  if (run.foreign.length === 0 && !options.signal.aborted) {
    await run.copy(present);
    await run.removeLeft();
    if (!options.signal.aborted) await run.lookAgain();
  }
  return run.result();
}

class Copy {
  readonly #options: CopyOptions;
  readonly #source: ReadonlyMap<string, StoredKey>;
  readonly #fates = new Map<string, Fate>();
  readonly #reasons = new Map<string, string>();
  readonly foreign: string[] = [];
  /** Keys of the target that are ours, and whose originals are gone; with their versions. */
  readonly #left: StoredKey[] = [];
  #removed = 0;
  #changed: readonly string[] = [];

  constructor(options: CopyOptions, source: ReadonlyMap<string, StoredKey>) {
    this.#options = options;
    this.#source = source;
  }

  result(): CopyResult {
    const { foreign } = this;
    return {
      total: this.#source.size,
      fates: this.#fates,
      reasons: this.#reasons,
      removed: this.#removed,
      foreign,
      changed: this.#changed,
    };
  }

  /** Looks through the target before anything is written. @returns the keys that both have */
  async compare(): Promise<ReadonlySet<string>> {
    const { from, to, journal, signal } = this.#options;
    const target = await survey(to);
    await forEach(target.values(), signal, async ({ key }) => {
      const there = await entryOf(to, key);
      if (there === undefined) return;
      if (there === 'unreadable') {
        this.foreign.push(key);
        return;
      }
      const original = this.#source.has(key) ? await patiently(() => from.get(key)) : undefined;
      if (original !== undefined && isSame(original, there)) return;
      if (!journal.isOurs(key, there.value)) this.foreign.push(key);
      else if (original === undefined) this.#left.push(there);
    });
    this.foreign.sort();
    return new Set(target.keys());
  }

  async copy(present: ReadonlySet<string>): Promise<void> {
    const { signal, onProgress } = this.#options;
    let done = 0;
    onProgress?.(done, this.#source.size);
    await forEach(this.#source.keys(), signal, async (key) => {
      this.#fates.set(key, await this.#settle(key, present.has(key)));
      onProgress?.(++done, this.#source.size);
    });
  }

  /** Deletes copies of an earlier run whose originals are gone, unless somebody has changed them. */
  async removeLeft(): Promise<void> {
    await forEach(this.#left, this.#options.signal, async ({ key, version: ifVersion }) => {
      try {
        if (await patiently(() => this.#options.to.delete(key, { ifVersion }))) this.#removed++;
      } catch (error) {
        if (!isFault(error, 'conflict')) throw error;
        this.foreign.push(key);
      }
    });
  }

  /** What a server that is still running has written since: all that was copied may be out of date. */
  async lookAgain(): Promise<void> {
    const now = await survey(this.#options.from);
    const isOver = ({ expiresAt }: StoredKey): boolean =>
      expiresAt !== undefined && Date.parse(expiresAt) < Date.now() + EXPIRY_TOLERANCE_MS;
    const changed = [...now.values()].filter(({ key, version }) => this.#source.get(key)?.version !== version);
    const gone = [...this.#source.values()].filter((entry) => !now.has(entry.key) && !isOver(entry));
    this.#changed = [...changed, ...gone].map(({ key }) => key).sort();
  }

  async #settle(key: string, isPresent: boolean): Promise<Fate> {
    try {
      const source = await patiently(() => this.#options.from.get(key));
      return source === undefined ? 'expired' : await this.#write(source, isPresent);
    } catch (error) {
      if (!(error instanceof StoreFault) || isFault(error, 'unavailable', 'gone', 'closed')) throw error;
      this.#reasons.set(key, error.message);
      return 'failed';
    }
  }

  async #write(source: StoreEntry, isPresent: boolean): Promise<Fate> {
    const { to, journal } = this.#options;
    const { key, value } = source;
    for (let race = 0; race < RACES; race++) {
      const left = source.expiresAt === undefined ? undefined : Date.parse(source.expiresAt) - Date.now();
      if (left !== undefined && left <= 0) return 'expired';
      const target = isPresent || race > 0 ? await patiently(() => to.get(key)) : undefined;
      const isOurs = target !== undefined && journal.isOurs(key, target.value);
      // The same value, written once more since an earlier run has copied it, is copied again for its time.
      const isDone = target !== undefined && isSame(source, target) && (isAtSameTime(source, target) || !isOurs);
      if (isDone) return race === 0 ? 'present' : 'copied';
      if (target !== undefined && !isOurs) return 'different';
      journal.add(key, value);
      try {
        // Only over what was just looked at: whoever writes in between wins, and is looked at in turn.
        const lifetime = left === undefined ? {} : { ttlMs: left };
        const { updatedAt } = source;
        const written = await to.put(key, value, { ifVersion: target?.version ?? null, updatedAt, ...lifetime });
        await this.#verify(source, written.version);
        return target === undefined ? 'copied' : 'replaced';
      } catch (error) {
        // Without an answer it may have been written; looking again tells.
        if (!isFault(error, 'conflict', 'unavailable')) throw error;
      }
    }
    throw new StoreFault('unavailable', `The entry ${key} cannot be written: the target does not answer.`);
  }

  async #verify(source: StoreEntry, version: string): Promise<void> {
    const read = await patiently(() => this.#options.to.get(source.key));
    const isChanged =
      read === undefined || (read.version === version && !(isSame(source, read) && isAtSameTime(source, read)));
    const isOver = source.expiresAt !== undefined && Date.parse(source.expiresAt) <= Date.now();
    if (isChanged && !isOver) throw new StoreFault('corrupt', 'The target gives back something else than it got.');
  }
}

/** Somebody else may have put into the target what no store of ours can read. */
async function entryOf(store: Store, key: string): Promise<StoreEntry | 'unreadable' | undefined> {
  try {
    return await patiently(() => store.get(key));
  } catch (error) {
    if (isFault(error, 'corrupt', 'invalid_key')) return 'unreadable';
    throw error;
  }
}

/** Whether both were written at the same time; backends differ in what is smaller than a millisecond. */
function isAtSameTime(one: StoreEntry, other: StoreEntry): boolean {
  return Date.parse(one.updatedAt) === Date.parse(other.updatedAt);
}

/** The same value and, but for the clocks, the same end. */
function isSame(one: StoreEntry, other: StoreEntry): boolean {
  const [end, otherEnd] = [one, other].map(({ expiresAt = '' }) => Date.parse(expiresAt) || 0);
  return Math.abs((end ?? 0) - (otherEnd ?? 0)) < EXPIRY_TOLERANCE_MS && isDeepStrictEqual(one.value, other.value);
}
