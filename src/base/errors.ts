/** The exit codes of the command line contract. */
export const EXIT = { ok: 0, failed: 1, usage: 2, conflict: 3, cancelled: 130 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export interface CliErrorDetails {
  /** What to do next, one line a step. */
  readonly hint?: string;
  /** Names of required arguments that were not given. */
  readonly missing?: readonly string[];
  readonly cause?: unknown;
}

/**
 * An error meant for a person: it says what happened, where, and what to do next.
 *
 * `code` is stable and machine-readable (`unknown-option`, `target-not-empty`, …); only `src/cli.ts` turns `exit` into
 * the exit code of the process.
 */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly hint: string | undefined;
  readonly missing: readonly string[];

  constructor(
    readonly code: string,
    readonly exit: ExitCode,
    message: string,
    details: CliErrorDetails = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.hint = details.hint;
    this.missing = details.missing ?? [];
  }
}

export const usageError = (code: string, message: string, details?: CliErrorDetails): CliError =>
  new CliError(code, EXIT.usage, message, details);

export const conflictError = (code: string, message: string, details?: CliErrorDetails): CliError =>
  new CliError(code, EXIT.conflict, message, details);

export const failure = (code: string, message: string, details?: CliErrorDetails): CliError =>
  new CliError(code, EXIT.failed, message, details);

export const cancelled = (): CliError => new CliError('cancelled', EXIT.cancelled, 'Cancelled. Nothing was written.');

/** The message of anything that can be thrown, for people. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
