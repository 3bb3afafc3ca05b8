import type { Greeting } from './eras.ts';
import type { Result } from './rpc.ts';

/** Everything that a server offers, as it has told it. */
export interface Offer {
  /** What the server calls itself, if it does. */
  readonly server: Greeting['server'];
  readonly tools: readonly Result[];
  readonly resources: readonly Result[];
  readonly templates: readonly Result[];
  readonly prompts: readonly Result[];
}
