import { isDeepStrictEqual } from 'node:util';
import { printable } from '../../base/text.ts';
import { type FaultCode, type Store, StoreFault } from '../store.ts';

/** What the checks of the contract work with. */
export interface Bench {
  /** Of all keys of this run; it ends with `/`. */
  readonly prefix: string;
  /** Two handles on the same data: in two processes where it is shared between them, else twice the same. */
  readonly one: Store;
  readonly other: Store;
  /** Whether what one process writes, another one reads. */
  readonly isShared: boolean;
  /** Opens the store in one more process. */
  open(): Promise<OpenStore>;
}

/** A store in a process of its own. */
export interface OpenStore extends Store {
  /** Ends the process at once, as a crash would. */
  kill(): void;
  /** Lets it close and end. */
  end(): Promise<void>;
}

/** One promise of the storage port, and how it is looked for. */
export interface ContractCheck {
  /** Stable, machine-readable. */
  readonly name: string;
  /** The promise, in a sentence. */
  readonly promise: string;
  /** What to do where it is broken. */
  readonly repair: string;
  /** It is about several processes, or about data that outlives one. */
  readonly isForShared?: boolean;
  /** @param key makes a key of this check's own */
  run(bench: Bench, key: (name: string) => string): Promise<void>;
}

/** A promise is broken: what was seen. */
export class Broken extends Error {
  override readonly name = 'Broken';
}

/** @throws {Broken} */
export function equal(seen: unknown, wanted: unknown, what: string): void {
  if (!isDeepStrictEqual(seen, wanted)) throw new Broken(`${what} is ${brief(seen)} instead of ${brief(wanted)}.`);
}

/** @throws {Broken} */
export function holds(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new Broken(otherwise);
}

/** The call must fail with this code. @throws {Broken} */
export async function fails(call: Promise<unknown>, code: FaultCode, what: string): Promise<void> {
  const seen = await outcome(call);
  if (seen === code) return;
  const wanted = code === 'range' ? 'RangeError (ValueError)' : code;
  throw new Broken(`${what} ${seen === 'success' ? 'succeeds' : `fails with ${seen}`}; it must fail with ${wanted}.`);
}

/** `success`, or the code with which a call fails. */
export async function outcome(call: Promise<unknown>): Promise<'success' | FaultCode> {
  try {
    await call;
    return 'success';
  } catch (error) {
    if (error instanceof StoreFault && error.code !== 'gone' && error.code !== 'internal') return error.code;
    throw error;
  }
}

/** A value as it is shown in a finding. */
function brief(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return printable(text.length > 100 ? `${text.slice(0, 100)}…` : text);
}

/** The order that lists promise. */
export const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

const MOST_PAGES = 200;

/** All entries under a prefix, page by page, with something to do after each page. */
export async function walk(store: Store, prefix: string, limit: number, afterPage?: () => Promise<unknown>) {
  const entries = [];
  let cursor: string | undefined;
  for (let pages = 0; pages === 0 || cursor !== undefined; pages++) {
    holds(pages < MOST_PAGES, 'A walk does not end.');
    const page = await store.list({ prefix, limit, ...(cursor !== undefined && { cursor }) });
    holds(page.entries.length <= limit, `A page with the limit ${limit} has ${page.entries.length} entries.`);
    entries.push(...page.entries);
    cursor = page.next;
    await afterPage?.();
  }
  return entries;
}

const ATTEMPTS = 500;

/** Adds one to a number: reads, writes on the condition that nobody has written since, and starts again if so. */
export async function increment(store: Store, key: string): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    const current = await store.get(key);
    const value = Number(current?.value ?? 0) + 1;
    const seen = await outcome(store.put(key, value, { ifVersion: current?.version ?? null }));
    if (seen === 'success') return value;
    if (seen !== 'conflict') throw new Broken(`Writers of one key make put fail with ${seen}.`);
    if (attempt === ATTEMPTS) throw new Broken(`A writer has lost ${ATTEMPTS} races in a row.`);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(50, 2 ** attempt)));
  }
}
