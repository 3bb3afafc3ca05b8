import { withDeadline } from '../deadline.js';
import type { Store } from '../storage/store.js';

/** Probes give up after a few seconds, and so does what they ask for. */
const PATIENCE_MS = 2000;
/** How long an answer stays true, so that probes, which anybody can send, do not burden the store. */
const FRESH_MS = 1000;

/** Whether the store answers. */
export function createReadiness(store: Store): () => Promise<boolean> {
  const never = new AbortController().signal;
  let asked: Promise<boolean> | undefined;
  const ask = (): Promise<boolean> =>
    withDeadline(PATIENCE_MS, never, () => store.get('server/ready')).then(
      () => true,
      () => false,
    );
  const forget = (): void => {
    asked = undefined;
  };
  return () => {
    asked ??= ask().finally(() => setTimeout(forget, FRESH_MS).unref());
    return asked;
  };
}
