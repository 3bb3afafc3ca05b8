import type { RawAnswers } from '../answers/file.ts';
import type { Terminal } from '../answers/prompts.ts';
import { askOnConflict } from '../answers/questions.ts';
import type { Resolved } from '../answers/resolve.ts';
import type { Answers } from '../base/answers.ts';
import type { Context } from '../base/context.ts';
import type { NamedEntry } from '../base/entry.ts';
import type { Env } from '../base/env.ts';
import { targetOf } from '../base/paths.ts';
import type { Plan, PlannedFile } from '../base/plan.ts';
import { maskWord } from '../base/secrets.ts';
import { entryOf } from '../clients/entry.ts';
import { claudeDesktopConfigText, ENTRY_FILE } from '../clients/snippet.ts';
import { machineOf } from '../languages/launch.ts';
import { planProject } from '../plan/plan.ts';
import { type FileChange, hasConflict, listConflicts, previewFiles } from '../project/changes.ts';
import { inspectTarget, type Target } from '../project/target.ts';
import type { OpenapiReport } from './create-openapi.ts';

/** All that is known before the first write. */
export interface Job {
  readonly answers: Answers;
  readonly plan: Plan;
  /** Where the project goes, and what is there now. */
  readonly place: Target;
  /** The plan's files, and `claude_desktop_config.json`, which is this machine's own. */
  readonly files: readonly PlannedFile[];
  readonly changes: readonly FileChange[];
  /** The server, as clients are told of it. */
  readonly named: NamedEntry;
  readonly notes: readonly string[];
  /** What became of the description that tools are made of. */
  readonly openapi: OpenapiReport | undefined;
}

/**
 * Everything up to the first write, conflicts included: a person may say what to do about them.
 *
 * @param raw what was given: who has given `--on-conflict` is not asked
 * @throws {CliError} exit 2 when no project can be at the target
 */
export async function prepareJob(
  resolved: Resolved,
  raw: RawAnswers,
  context: Context,
  terminal: Terminal | undefined,
): Promise<Job> {
  const { env } = context;
  const place = inspectTarget(targetOf(resolved.answers.dir, env));
  const described =
    resolved.answers.fromOpenapi === undefined ? undefined : await describe(resolved, place.path, context, terminal);
  const { answers } = resolved;
  const notes = [...resolved.notes, ...(described?.notes ?? [])];
  const plan = await planProject({ ...answers, ...described?.answers }, described?.api);
  const { name, language } = answers;
  const project = { dir: place.path, name, language, entryEnv: plan.entryEnv, ...plan.start };
  const named = entryOf(project, machineOf(env));
  const text = await claudeDesktopConfigText(named, env);
  const files = [...plan.files, { path: ENTRY_FILE, text }].sort(byPath);
  const ofApi = described && {
    // From here on it is only shown.
    fromOpenapi: maskWord(answers.fromOpenapi ?? ''),
    operations: described.answers.operations,
    openapiMode: described.answers.openapiMode,
  };
  const settled = { ...answers, ...defined(ofApi ?? {}) };
  const draft = { answers: settled, notes, plan, place, files, named, openapi: described?.report };

  const changes = previewFiles(place.path, files, answers.onConflict);
  if (!hasConflict(changes) || terminal === undefined || raw.onConflict !== undefined) return { ...draft, changes };
  const onConflict = await askOnConflict(listConflicts(place.path, changes), terminal.ask);
  return { ...draft, answers: { ...settled, onConflict }, changes: previewFiles(place.path, files, onConflict) };
}

const describe = async ({ answers }: Resolved, dir: string, context: Context, terminal: Terminal | undefined) =>
  (await import('./create-openapi.ts')).fromOpenapi(answers, dir, context, { ask: terminal?.ask });

const defined = <T extends object>(object: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };

const byPath = (a: PlannedFile, b: PlannedFile): number => (a.path < b.path ? -1 : 1);

/** What the server needs and this environment does not have; somebody has to set it before it can be started. */
export const missingFor = ({ plan }: Job, { vars }: Env): Plan['required'] =>
  plan.required.filter(({ name }) => !vars[name]);
