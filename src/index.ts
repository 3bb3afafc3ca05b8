/** The programmatic API: what the command line does, without a terminal. */

import type { RawAnswers } from './answers/file.ts';
import { resolve } from './answers/resolve.ts';
import type { Answers } from './base/answers.ts';
import type { NamedEntry } from './base/entry.ts';
import { type Env, readEnv } from './base/env.ts';
import { clientOf } from './clients/registry.ts';
import { snippetOf } from './clients/snippet.ts';
import { surroundingsOf } from './commands/surroundings.ts';
import { VERSION } from './generated/catalog.ts';
import type { CheckOptions, CheckTarget } from './probe/check.ts';
import type { CheckReport } from './probe/steps.ts';

export type { Answers, ProjectAnswers, RunAnswers } from './base/answers.ts';
export type { NamedEntry, ServerEntry } from './base/entry.ts';
export type { Env } from './base/env.ts';
export { CliError, EXIT, type ExitCode } from './base/errors.ts';
export type { Plan, PlannedFile } from './base/plan.ts';
export { planProject } from './plan/plan.ts';
export type { CheckOptions, CheckTarget } from './probe/check.ts';
export type { CheckReport, CheckStep } from './probe/steps.ts';
export { type FileChange, previewFiles, type WriteOptions, type WriteResult, writeProject } from './project/write.ts';

/** The version of this package, which is part of what a plan depends on. */
export const version: string = VERSION;

/**
 * Completes answers as the command line does with `--yes`: judges what is given and takes defaults for the rest.
 *
 * @throws {CliError} exit 2, naming the key that is wrong
 */
export async function completeAnswers(given: Partial<Answers>, env: Env = readEnv()): Promise<Answers> {
  const entries = Object.entries(given).filter(([, value]) => value !== undefined);
  const raw = Object.fromEntries(entries.map(([key, value]) => [key, { source: 'file', value }])) as RawAnswers;
  return (await resolve(raw, surroundingsOf({ env, version, yes: true }))).answers;
}

/** Starts a server as a client would and proves that it answers. @throws {CliError} exit 130 when aborted */
export async function checkServer(target: CheckTarget, options: CheckOptions): Promise<CheckReport> {
  return (await import('./probe/check.ts')).checkServer(target, options);
}

/** The text to paste into a client's config. @throws {CliError} exit 2 for an unknown client */
export const snippet = async (client: string, entry: NamedEntry, env: Env = readEnv()): Promise<string> =>
  snippetOf(clientOf(client), entry, env);
