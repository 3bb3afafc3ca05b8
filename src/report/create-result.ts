import type { Answers } from '../base/answers.ts';
import type { ClientResult } from '../base/entry.ts';
import type { ExitCode } from '../base/errors.ts';
import type { CheckReport } from '../probe/steps.ts';

/** What `create` tells programs: `schemas/report.json`, and what `createProject` of the API resolves to. */
export interface CreateResult {
  /** False where the project is there, but not ready; then `code`, `message`, `hint` and `exit` say why. */
  readonly ok: boolean;
  readonly code?: string;
  readonly message?: string;
  readonly hint?: string | null;
  readonly exit?: ExitCode;
  readonly version: string;
  readonly project: Pick<Answers, 'name' | 'dir' | 'language' | 'transport' | 'storage' | 'tools'>;
  readonly answers: Answers;
  readonly files: readonly ReportedFile[];
  readonly steps: readonly ReportedStep[];
  /** Null when the server was not started. */
  readonly check: { readonly ok: boolean; readonly transports: readonly CheckReport[] } | null;
  readonly clients: readonly ClientResult[];
  /** What is worth knowing, for people. */
  readonly notes?: readonly string[];
  readonly dryRun?: boolean;
  /** Of a dry run: the commands that a run would start. */
  readonly commands?: readonly string[];
  /** Commands to go on with; after a failure, commands to recover. */
  readonly next: readonly string[];
  /** The command that does the same without a question. */
  readonly replay: string;
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
