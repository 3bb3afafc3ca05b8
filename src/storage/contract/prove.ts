import { randomBytes } from 'node:crypto';
import { CliError, messageOf } from '../../base/errors.ts';
import { type Store, StoreFault } from '../store.ts';
import { type Bench, Broken, type ContractCheck, type OpenStore } from './check.ts';
import { CONFLICTS } from './conflicts.ts';
import { LIFETIME } from './lifetime.ts';
import { LISTS } from './lists.ts';
import { VALUES } from './values.ts';

/** What the storage port promises, whatever the backend and the language. @internal exported for tests */
export const CONTRACT: readonly ContractCheck[] = [...VALUES, ...CONFLICTS, ...LISTS, ...LIFETIME];

/** Under which all keys of all runs are. */
const ROOT = 'mason-check/';
/** A run takes seconds; what is older was left by one that was killed. */
const LEFT_BEHIND_MS = 60 * 60_000;

export interface ProveOptions {
  /** Opens the store in a process of its own; `toCleanUp` is said where a run that was cancelled has still to tidy up. */
  readonly open: (toCleanUp?: boolean) => Promise<OpenStore>;
  /** Whether the backend promises to share its data between processes. */
  readonly promisesShared: boolean;
  /** Called with each step as soon as it is done. */
  readonly onStep?: (step: ProofStep) => void;
  readonly checks?: readonly ContractCheck[];
}

/** A promise that was looked for. */
interface ProofStep {
  readonly name: string;
  readonly ok: boolean;
  /** Milliseconds. */
  readonly ms: number;
  /** The promise; where it is broken, what was seen and, in a second line, what to do. */
  readonly detail: string;
}

export interface Proof {
  /** Whether data is shared between processes, and outlives them. */
  readonly isShared: boolean;
  readonly steps: readonly ProofStep[];
}

/**
 * Proves that a store keeps the promises of the port, with keys of its own that are removed afterwards.
 *
 * @throws {StoreFault} when it cannot be opened; CliError `cancelled`
 */
export async function proveStore(options: ProveOptions): Promise<Proof> {
  const { open, onStep, checks = CONTRACT } = options;
  const steps: ProofStep[] = [];
  const record = (name: string, started: number, ok: boolean, detail: string): void => {
    const step = { name, ok, ms: Math.round(performance.now() - started), detail };
    steps.push(step);
    onStep?.(step);
  };
  const started = performance.now();
  const [one, second] = await openBoth(open);
  const prefix = `${ROOT}${randomBytes(9).toString('base64url')}/`;
  try {
    await sweep(one);
    const isShared = await sharesData(one, second, `${prefix}shared`);
    const isBroken = options.promisesShared && !isShared;
    record('open', started, !isBroken, isBroken ? NOT_SHARED : isShared ? SHARED : FORGOTTEN);
    const bench: Bench = { prefix, one, other: isShared ? second : one, isShared, open };
    const prove = async (check: ContractCheck): Promise<void> => {
      const begun = performance.now();
      const problem = await problemOf(check, bench);
      record(check.name, begun, problem === undefined, problem ?? check.promise);
    };
    const due = checks.filter(({ isForShared }) => !isForShared || isShared);
    for (const check of due) if (!LIFETIME.includes(check)) await prove(check);
    // Most of their time processes start, which they can do side by side.
    await Promise.all(due.filter((check) => LIFETIME.includes(check)).map(prove));
    return { isShared, steps };
  } finally {
    await cleanUp(open, one, prefix);
    await Promise.all([one.end(), second.end()]);
  }
}

const SHARED = 'Two processes see the same data.';
const FORGOTTEN = 'Data lives as long as the process, so what is said of several processes is left out.';
const NOT_SHARED =
  'What one process writes, another one does not find.\nKeep data outside of the process: a client starts a server for each of its windows.';

async function openBoth(open: ProveOptions['open']): Promise<readonly [OpenStore, OpenStore]> {
  const opened = await Promise.allSettled([open(), open()]);
  const [one, other] = opened;
  if (one?.status === 'fulfilled' && other?.status === 'fulfilled') return [one.value, other.value];
  for (const each of opened) if (each.status === 'fulfilled') await each.value.end();
  throw opened.find((each) => each.status === 'rejected')?.reason;
}

async function sharesData(one: Store, other: Store, key: string): Promise<boolean> {
  const { version } = await one.put(key, 1);
  return (await other.get(key))?.version === version;
}

/** What is wrong, and what to do; undefined when the promise is kept. Cancelling is not caught. */
async function problemOf({ name, repair, run }: ContractCheck, bench: Bench): Promise<string | undefined> {
  try {
    await run(bench, (key) => `${bench.prefix}${name}/${key}`);
    return undefined;
  } catch (error) {
    if (error instanceof CliError) throw error;
    if (error instanceof Broken) return `${error.message}\n${repair}`;
    if (error instanceof StoreFault) return `${failureOf(error)}\n${repair}`;
    return `What the store has answered cannot be understood: ${messageOf(error)}\n${repair}`;
  }
}

const failureOf = ({ code, message }: StoreFault): string =>
  code === 'internal'
    ? `It fails with an error that is not a StoreError: ${message}`
    : `It fails with ${code}: ${message}`;

/** Removes what killed runs have left. */
async function sweep(store: Store): Promise<void> {
  await removeAll(store, ROOT, (updatedAt) => Date.now() - Date.parse(updatedAt) > LEFT_BEHIND_MS);
}

/** In a process of its own if the first one has ended, or listens to nobody since the run was cancelled. */
async function cleanUp(open: ProveOptions['open'], store: Store, prefix: string): Promise<void> {
  try {
    await removeAll(store, prefix);
  } catch {
    const another = await open(true).catch(() => undefined);
    await (another && removeAll(another, prefix).catch(() => {}));
    await another?.end();
  }
}

const PAGE = 200;
/** A backend whose cursors are broken must not keep us for ever. */
const MOST_PAGES = 1000;

/** Removes entries, all of them or those of some age. @returns how many there were */
async function removeAll(store: Store, prefix: string, isOld?: (updatedAt: string) => boolean): Promise<number> {
  let removed = 0;
  let cursor: string | undefined;
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const page = await store.listKeys({ prefix, limit: PAGE, ...(cursor !== undefined && { cursor }) });
    const doomed = page.entries.filter(({ key, updatedAt }) => key.startsWith(prefix) && (isOld?.(updatedAt) ?? true));
    const gone = await Promise.all(doomed.map(({ key }) => store.delete(key)));
    removed += gone.filter((isGone) => isGone).length;
    if (page.next === undefined) break;
    cursor = page.next;
  }
  return removed;
}
