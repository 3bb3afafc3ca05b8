import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Env } from '../base/env.ts';
import { cancelled } from '../base/errors.ts';
import { isObject, type Json } from '../base/json.ts';
import type { Machine } from '../languages/launch.ts';
import type { StoreHost } from '../languages/store-host.ts';
import { bounded, type Shown, secretsIn, shownWithout } from '../probe/shown.ts';
import { HostProcess } from './host-process.ts';
import {
  faultCodeOf,
  type KeyPage,
  type ListOptions,
  type PutOptions,
  type Store,
  type StoreEntry,
  StoreFault,
  type StorePage,
} from './store.ts';

/** A project whose store is opened, with the variables that it finds. */
export interface StorePlace {
  /** Absolute. */
  readonly dir: string;
  /** `Language.storeHost` */
  readonly host: () => Promise<StoreHost>;
  readonly machine: Machine;
  readonly vars: Readonly<Record<string, string | undefined>>;
}

export interface BridgeOptions {
  readonly env: Env;
  readonly signal: AbortSignal;
  readonly limits?: BridgeLimits;
}

/** Milliseconds. */
export interface BridgeLimits {
  /** From the start of the process to an open store. */
  readonly open: number;
  /** For one request: longer than any backend waits for its service. */
  readonly request: number;
  /** From the end of its input to its exit. */
  readonly close: number;
}

const LIMITS: BridgeLimits = { open: 60_000, request: 30_000, close: 5_000 };

/** A line of the process. */
type Told = Readonly<Record<string, unknown>>;

/**
 * Opens a project's store from outside: starts a process in the project that opens its app, and speaks to that by lines of
 * JSON. A program text a language does the work there (`Language.storeHost`); nothing of it is in the project.
 *
 * @throws {StoreFault} what opening has thrown, or `gone` when the process ended; CliError `cancelled`
 */
export async function openBridge(place: StorePlace, options: BridgeOptions): Promise<Bridge> {
  const bridge = new Bridge(place, await place.host(), options);
  try {
    await bridge.opened;
    return bridge;
  } catch (error) {
    bridge.kill();
    throw error;
  }
}

/** Somebody who waits for a line of the process. */
interface Waiting {
  readonly resolve: (told: Told) => void;
  readonly reject: (reason: unknown) => void;
  /** What has to happen, for people: `answered get`. */
  readonly what: string;
  readonly timer: NodeJS.Timeout;
}

/** The number of the line that says that the store is open. */
const OPENING = 0;

/** A store in another process. */
export class Bridge implements Store {
  readonly #process: HostProcess;
  readonly #signal: AbortSignal;
  readonly #limits: BridgeLimits;
  readonly #shown: Shown;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = OPENING + 1;
  /** How the process has ended. */
  #ended: string | undefined;
  maxValueBytes: number | undefined;
  /** Settles when the store is open. */
  readonly opened: Promise<void>;

  constructor({ dir, machine, vars }: StorePlace, host: StoreHost, { env, signal, limits = LIMITS }: BridgeOptions) {
    this.#signal = signal;
    this.#limits = limits;
    const set = Object.entries(vars).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
    this.#shown = shownWithout(secretsIn(Object.fromEntries(set)));
    if (signal.aborted) throw cancelled();
    // Nobody else can write a line that begins with it by chance.
    const token = `store-${randomBytes(9).toString('base64url')} `;
    const launch = host.launch(dir, machine, token);
    this.opened = this.#wait(OPENING, 'opened its store', limits.open).then((told) => {
      if ('fault' in told) throw this.#faultOf(told.fault);
      const maxValueBytes = isObject(told.ready) ? told.ready.maxValueBytes : undefined;
      this.maxValueBytes = typeof maxValueBytes === 'number' ? maxValueBytes : undefined;
    });
    this.opened.catch(() => {});
    this.#process = new HostProcess({ ...launch, cwd: dir, vars }, env, token, (text) => this.#take(parsed(text)));
    const onAbort = (): void => this.#failAll(cancelled);
    signal.addEventListener('abort', onAbort, { once: true });
    void this.#process.ended.then((how) => {
      signal.removeEventListener('abort', onAbort);
      this.#ended = how;
      this.#failAll(({ what }) => this.#gone(what));
    });
  }

  async get(key: string): Promise<StoreEntry | undefined> {
    return ((await this.#ask('get', { key })) ?? undefined) as StoreEntry | undefined;
  }

  async put(key: string, value: Json, options: PutOptions = {}): Promise<StoreEntry> {
    return (await this.#ask('put', { key, value, options })) as StoreEntry;
  }

  async delete(key: string, options: { readonly ifVersion?: string } = {}): Promise<boolean> {
    return (await this.#ask('delete', { key, options })) as boolean;
  }

  async list(options: ListOptions = {}): Promise<StorePage> {
    return pageOf(await this.#ask('list', { options })) as StorePage;
  }

  async listKeys(options: ListOptions = {}): Promise<KeyPage> {
    return pageOf(await this.#ask('list', { options, isBare: true }));
  }

  async close(): Promise<void> {
    await this.#ask('close', {});
  }

  /** What the store has said of entries that it cannot read: its lists leave them out, and its log names them. */
  leftOut(): string[] {
    return this.#process.linesWith('left out').map((line) => this.#shown(bounded(line)));
  }

  /** Lets the process close its app and end; ends it when it does not. */
  async end(): Promise<void> {
    this.#process.hangUp();
    const timer = new AbortController();
    const late = sleep(this.#limits.close, undefined, { signal: timer.signal }).catch(() => {});
    await Promise.race([this.#process.ended, late]);
    timer.abort();
    this.kill();
  }

  /** Ends the process at once, as a crash would. */
  kill(): void {
    this.#process.kill();
  }

  async #ask(op: string, request: object): Promise<unknown> {
    const what = `answered ${op}`;
    if (this.#signal.aborted) throw cancelled();
    if (this.#ended !== undefined) throw this.#gone(what);
    const id = this.#nextId++;
    const answer = this.#wait(id, what, this.#limits.request);
    this.#process.send({ id, op, ...request });
    const told = await answer;
    if ('error' in told) throw this.#faultOf(told.error);
    return told.result;
  }

  #wait(id: number, what: string, ms: number): Promise<Told> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(new StoreFault('gone', `The project has not ${what} within ${ms / 1000} s.${this.#said()}`));
      }, ms);
      this.#waiting.set(id, { resolve, reject, what, timer });
    });
  }

  #take(told: Told): void {
    const id = Number(told.id ?? OPENING);
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    clearTimeout(waiting?.timer);
    waiting?.resolve(told);
  }

  #failAll(reasonFor: (waiting: Waiting) => unknown): void {
    for (const waiting of this.#waiting.values()) {
      clearTimeout(waiting.timer);
      waiting.reject(reasonFor(waiting));
    }
    this.#waiting.clear();
  }

  #gone(what: string): StoreFault {
    return new StoreFault('gone', `The process in the project ${this.#ended} before it ${what}.${this.#said()}`);
  }

  #faultOf(error: unknown): StoreFault {
    const { code, message } = isObject(error) ? error : {};
    const text = typeof message === 'string' ? message : 'It did not say why.';
    return new StoreFault(faultCodeOf(code), this.#shown(bounded(text)));
  }

  #said(): string {
    const lines = this.#shown(bounded(this.#process.lastLines()));
    return lines === '' ? '' : ` It said:\n${lines}`;
  }
}

function parsed(text: string): Told {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

/** What a backend that somebody wrote has answered may be anything. */
function pageOf(answer: unknown): StorePage {
  if (isObject(answer) && Array.isArray(answer.entries)) return answer as unknown as StorePage;
  throw new StoreFault('internal', 'list has not answered { entries }.');
}
