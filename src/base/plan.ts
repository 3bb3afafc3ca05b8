import type { Value } from './entry.ts';

export interface PlannedFile {
  /** Relative to the project, always with `/`. */
  readonly path: string;
  readonly text: string;
  /** Octal permissions; absent means 0o644. */
  readonly mode?: number;
}

/** A project in memory: a pure function of the answers and this package's version. */
export interface Plan {
  /** Sorted by path. */
  readonly files: readonly PlannedFile[];
  /** The environment that a client's entry must carry, by variable name; secrets as references, never as values. */
  readonly entryEnv: Readonly<Record<string, Value>>;
  /** The variables without which the server does not start, each with an example of a value. */
  readonly required: readonly { readonly name: string; readonly example: string }[];
  /** How the server is started from its folder. */
  readonly start: { readonly entry: string; readonly transports: readonly string[] };
  readonly probe: { readonly tool: string; readonly arguments: Readonly<Record<string, unknown>> } | undefined;
  readonly nextSteps: readonly string[];
}
