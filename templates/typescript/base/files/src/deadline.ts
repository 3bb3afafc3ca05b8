/** The time limit of some work is over. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError';

  constructor(ms: number) {
    super(`No result within ${ms} ms.`);
  }
}

/**
 * Runs work that must end within a time limit, or earlier when `parent` is aborted, even if the work does not heed its
 * signal. Unlike AbortSignal.timeout this leaves no timer behind when the work is done.
 *
 * @param ms time limit in milliseconds
 * @throws DeadlineError, the reason of `parent`, or what the work throws.
 */
export async function withDeadline<T>(
  ms: number,
  parent: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  parent.throwIfAborted();
  const controller = new AbortController();
  const { signal } = controller;
  const cancel = () => controller.abort(parent.reason);
  parent.addEventListener('abort', cancel);
  const timer = setTimeout(() => controller.abort(new DeadlineError(ms)), ms);
  const ended = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error));
  });
  try {
    return await Promise.race([work(signal), ended]);
  } finally {
    clearTimeout(timer);
    parent.removeEventListener('abort', cancel);
  }
}
