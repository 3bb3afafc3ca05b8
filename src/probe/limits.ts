import { setTimeout as sleep } from 'node:timers/promises';
import { cancelled } from '../base/errors.ts';
import { LinkError } from './rpc.ts';

/** How long a server may take, in milliseconds. */
export interface Limits {
  /** From its start to its first answer. */
  readonly start: number;
  readonly request: number;
  /** From the end of its input, or SIGTERM, to its exit. */
  readonly exit: number;
  /** For the whole check; after that the server is killed. */
  readonly total: number;
}

/** Generous: a busy build machine is slow, and a fast server never gets near them. */
export const LIMITS: Limits = { start: 30_000, request: 20_000, exit: 10_000, total: 120_000 };

/**
 * The value of a promise, if it comes in time.
 *
 * @throws {LinkError} after `ms` milliseconds; `cancelled` when the signal fires.
 */
export async function within<T>(
  promise: Promise<T>,
  ms: number,
  message: string,
  signal: AbortSignal | undefined,
): Promise<T> {
  if (signal?.aborted) throw cancelled();
  const timer = new AbortController();
  const stop = (): void => timer.abort();
  signal?.addEventListener('abort', stop, { once: true });
  const late = sleep(ms, undefined, { signal: timer.signal }).then(
    () => {
      throw new LinkError(message);
    },
    () => {
      if (signal?.aborted) throw cancelled();
      return undefined as never;
    },
  );
  late.catch(() => {});
  try {
    return await Promise.race([promise, late]);
  } finally {
    signal?.removeEventListener('abort', stop);
    timer.abort();
  }
}
