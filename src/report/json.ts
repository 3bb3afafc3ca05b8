import type { Answers } from '../base/answers.ts';
import type { ClientResult } from '../base/entry.ts';
import type { CliError } from '../base/errors.ts';
import type { CheckReport } from '../probe/types.ts';
import { errorObject, jsonLine } from './error.ts';

/** What a run of `create` did, or with `dryRun` would do: the one value that both reporters print. */
export interface CreateReport {
  readonly version: string;
  readonly dryRun: boolean;
  /** The folder of the project, absolute. */
  readonly dir: string;
  readonly answers: Answers;
  readonly files: readonly ReportedFile[];
  readonly steps: readonly ReportedStep[];
  /** One a transport; none when the server was not started. */
  readonly checks: readonly CheckReport[];
  readonly clients: readonly ClientResult[];
  /** What is worth knowing, for people. */
  readonly notes: readonly string[];
  /** Commands to go on with; after a failure, commands to recover. */
  readonly next: readonly string[];
  readonly replay: string;
  /** Why the project, which is kept, is not ready. */
  readonly failure: CliError | undefined;
  /** Of a dry run: the commands that a run would start. */
  readonly commands?: readonly string[];
}

export interface ReportedFile {
  /** Relative to the project, with `/`. */
  readonly path: string;
  readonly action: string;
  readonly bytes: number;
}

export interface ReportedStep {
  readonly name: string;
  readonly ok: boolean;
  /** Milliseconds; 0 in a dry run. */
  readonly ms: number;
}

/** The object of `--json`: one line, with the keys in this order. */
export function createJson(report: CreateReport): string {
  const { version, dryRun, dir, answers, files, steps, checks, clients, notes, next, replay, failure, commands } =
    report;
  const { name, language, transport, storage, tools } = answers;
  return jsonLine({
    ...(failure === undefined ? { ok: true } : errorObject(failure)),
    version,
    ...(dryRun ? { dryRun, commands } : {}),
    project: { name, dir, language, transport, storage, tools },
    answers,
    files,
    steps,
    check: checks.length === 0 ? null : { ok: checks.every(({ ok }) => ok), transports: checks },
    clients,
    ...(notes.length > 0 ? { notes } : {}),
    next,
    replay,
  });
}
