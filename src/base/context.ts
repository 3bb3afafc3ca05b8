import type { Readable, Writable } from 'node:stream';
import type { Env } from './env.ts';

/** Anything text can be written to. */
export interface Output {
  write(text: string): unknown;
  /** Absent in files, pipes and tests: then nothing is coloured. */
  readonly isTTY?: boolean;
}

/**
 * What a command may touch besides its arguments, so that tests can pass another one.
 *
 * Commands return a report or throw a `CliError`; they never call `process.exit` and never read `process.*`.
 */
export interface Context {
  readonly env: Env;
  /** Results, for people and for pipes. */
  readonly stdout: Output;
  /** Progress, warnings and errors. */
  readonly stderr: Output;
  /** The raw streams, for the prompt library only. */
  readonly terminal: { readonly input: Readable; readonly output: Writable };
  /** Aborted on SIGINT and SIGTERM: stop child processes, undo what is half-made, then throw `cancelled()`. */
  readonly signal: AbortSignal;
  /** The version of this package. */
  readonly version: string;
}
