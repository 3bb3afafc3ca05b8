import { setTimeout as sleep } from 'node:timers/promises';
import { withDeadline } from '../deadline.js';

export interface GetOptions {
  /** Ends the request and the waiting between attempts. */
  readonly signal: AbortSignal;
  /** Milliseconds for one attempt. */
  readonly timeoutMs: number;
  readonly attempts?: number;
  /** Milliseconds before the second attempt; doubled each time. */
  readonly backOffMs?: number;
}

/** The service did not give a usable answer; `status` is absent when it gave none at all. */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError';

  constructor(
    message: string,
    readonly status?: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * Gets JSON, and tries again where that can help: after a timeout, a network error, 429 and 5xx.
 *
 * @throws UpstreamError when all attempts have failed; the signal's reason when it was aborted.
 */
export async function getJson(url: URL, options: GetOptions): Promise<unknown> {
  const { signal, attempts = 3, backOffMs = 200 } = options;
  for (let attempt = 1; ; attempt++) {
    try {
      return await getOnce(url, options);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof UpstreamError) || !isTransient(error) || attempt >= attempts) throw error;
      // Half of the wait is random, so that many clients do not come back at the same moment.
      const wait = backOffMs * 2 ** (attempt - 1);
      await sleep(wait / 2 + Math.random() * (wait / 2), undefined, { signal });
    }
  }
}

async function getOnce(url: URL, { signal, timeoutMs }: GetOptions): Promise<unknown> {
  try {
    return await withDeadline(timeoutMs, signal, async (limited) => {
      const response = await fetch(url, { headers: { accept: 'application/json' }, signal: limited });
      if (response.ok) return response.json();
      await response.body?.cancel();
      throw new UpstreamError(`${url.host} answered ${response.status}`, response.status);
    });
  } catch (error) {
    if (error instanceof UpstreamError) throw error;
    throw new UpstreamError(`${url.host} did not answer`, undefined, { cause: error });
  }
}

const isTransient = ({ status }: UpstreamError): boolean => status === undefined || status === 429 || status >= 500;
