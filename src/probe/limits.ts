import { setTimeout as sleep } from 'node:timers/promises';
import { cancelled } from '../base/errors.ts';
import { LinkError } from './rpc.ts';

const MB = 1024 * 1024;

/** How much a server may take and send. What goes beyond is a finding that names the limit. */
export interface Limits {
  /** Milliseconds from its start to its first answer. */
  readonly start: number;
  /** Milliseconds for one answer. */
  readonly request: number;
  /** Milliseconds from the end of its input, or SIGTERM, to its exit. */
  readonly exit: number;
  /** Milliseconds for the whole check; after that the server is killed. */
  readonly total: number;
  /** Bytes of one message: a line, an event or a body. */
  readonly message: number;
  /** Bytes of everything that it sends over one connection. */
  readonly bytes: number;
  /** Lines on stdout that are no messages. */
  readonly noise: number;
  readonly pages: number;
  /** Items of one list. */
  readonly items: number;
}

/** Generous: a busy build machine is slow, and a working server never gets near them. */
export const LIMITS: Limits = {
  start: 30_000,
  request: 20_000,
  exit: 10_000,
  total: 120_000,
  message: 16 * MB,
  bytes: 64 * MB,
  noise: 10_000,
  pages: 200,
  items: 5000,
};

/** `16 MB` */
export const megabytes = (bytes: number): string => `${Number((bytes / MB).toFixed(2))} MB`;

/**
 * The value of a promise, if it comes in time.
 *
 * @param left how many milliseconds more there are when the time is over, because a person was asked meanwhile
 * @throws {LinkError} after `ms` milliseconds; `cancelled` when the signal fires.
 */
export async function within<T>(
  promise: Promise<T>,
  ms: number,
  message: string,
  signal: AbortSignal | undefined,
  left: (since: number) => number = () => 0,
): Promise<T> {
  if (signal?.aborted) throw cancelled();
  const started = performance.now();
  const timer = new AbortController();
  const stop = (): void => timer.abort();
  signal?.addEventListener('abort', stop, { once: true });
  const wait = async (): Promise<never> => {
    for (let rest = ms; rest > 0; rest = left(started)) await sleep(rest, undefined, { signal: timer.signal });
    throw new LinkError(message);
  };
  const late = wait().catch((error: unknown): never => {
    throw signal?.aborted ? cancelled() : error;
  });
  late.catch(() => {});
  try {
    return await Promise.race([promise, late]);
  } finally {
    signal?.removeEventListener('abort', stop);
    timer.abort();
  }
}
