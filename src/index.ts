/** The programmatic API: what the command line does, without a terminal. docs/api.md shows it at work. */

import { rawAnswers } from './answers/file.ts';
import type { GivenAnswers } from './answers/given.ts';
import { resolve } from './answers/resolve.ts';
import type { Answers } from './base/answers.ts';
import type { NamedEntry } from './base/entry.ts';
import { type Env, readEnv } from './base/env.ts';
import { clientOf } from './clients/registry.ts';
import { snippetOf } from './clients/snippet.ts';
import { surroundingsOf } from './commands/surroundings.ts';
import { VERSION } from './generated/catalog.ts';
import type { ClientId } from './generated/ids.ts';
import type { CheckOptions, CheckTarget } from './probe/check.ts';
import type { CheckReport } from './probe/steps.ts';
import type { CreateResult } from './report/create-result.ts';

export type { GivenAnswers } from './answers/given.ts';
export type { Answers, ProjectAnswers, RunAnswers } from './base/answers.ts';
export type { NamedEntry, ServerEntry } from './base/entry.ts';
export { type Env, readEnv } from './base/env.ts';
export { CliError, EXIT, type ExitCode } from './base/errors.ts';
export type { Plan, PlannedFile } from './base/plan.ts';
export type {
  ClientId,
  Extra,
  Language,
  PackageManager,
  Preset,
  Resource,
  Runtime,
  Storage,
  Tool,
  Transport,
} from './generated/ids.ts';
export { planProject } from './plan/plan.ts';
export type { CheckOptions, CheckTarget } from './probe/check.ts';
export type { CheckReport, CheckStep } from './probe/steps.ts';
export { type FileChange, previewFiles, type WriteOptions, type WriteResult, writeProject } from './project/write.ts';
export type { CreateResult } from './report/create-result.ts';

/** The version of this package, which is part of what a plan depends on. */
export const version: string = VERSION;

/** How a project is made. */
export interface CreateOptions {
  /** Look for conflicts and say what would be done; write nothing. */
  readonly dryRun?: boolean;
  /** Aborted: what runs is stopped, and what was made is taken back. */
  readonly signal?: AbortSignal;
  /** A line as soon as something begins or ends; nothing is printed. */
  readonly onProgress?: (line: string) => void;
  /** Instead of what this process knows of its machine. */
  readonly env?: Env;
}

/**
 * Makes a project as `create-mcp-mason <dir> --json` does, without a question: writes it, installs and builds it, starts the
 * server and proves that it answers.
 *
 * @returns what `--json` prints. `ok` is false where the project was made but is not ready, and `message` and `hint` say why
 * @throws {CliError} exit 2, 3 or 130: nothing was written; 1: it could not be written
 */
export async function createProject(
  answers: GivenAnswers & { readonly dir: string },
  { dryRun = false, signal, onProgress, env = readEnv() }: CreateOptions = {},
): Promise<CreateResult> {
  const given = rawAnswers(answers, 'call', 'The object of answers');
  const { runCreate } = await import('./commands/create.ts');
  const lines = { write: (text: string): void => onProgress?.(text.trimEnd()) };
  const report = await runCreate(
    { given, interactive: false, ...(dryRun && { dryRun }) },
    {
      env,
      version,
      signal: signal ?? new AbortController().signal,
      stdout: lines,
      stderr: lines,
      // Nobody is asked, and no answer is read from it.
      get terminal() {
        return { input: process.stdin, output: process.stdout };
      },
    },
  );
  return report.json;
}

/**
 * Completes answers as the command line does with `--yes`: judges what is given and takes defaults for the rest.
 *
 * @throws {CliError} exit 2, naming the key that is wrong
 */
export async function completeAnswers(given: GivenAnswers, env: Env = readEnv()): Promise<Answers> {
  const raw = rawAnswers(given, 'call', 'The object of answers');
  return (await resolve(raw, surroundingsOf({ env, version, yes: true }))).answers;
}

/** Starts a server as a client would and proves that it answers. @throws {CliError} exit 130 when aborted */
export async function checkServer(target: CheckTarget, options: Partial<CheckOptions> = {}): Promise<CheckReport> {
  return (await import('./probe/check.ts')).checkServer(target, { env: readEnv(), version, ...options });
}

/** The text to paste into a client's config. @throws {CliError} exit 2 for an unknown client */
export const snippet = async (client: ClientId, entry: NamedEntry, env: Env = readEnv()): Promise<string> =>
  snippetOf(clientOf(client), entry, env);
