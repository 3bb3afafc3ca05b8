import type { RawAnswers } from '../answers/file.ts';
import type { Terminal } from '../answers/prompts.ts';
import { askOnConflict } from '../answers/questions.ts';
import type { Resolved } from '../answers/resolve.ts';
import type { Answers } from '../base/answers.ts';
import type { NamedEntry } from '../base/entry.ts';
import type { Env } from '../base/env.ts';
import { targetOf } from '../base/paths.ts';
import type { Plan, PlannedFile } from '../base/plan.ts';
import { entryOf } from '../clients/entry.ts';
import { claudeDesktopConfigText, ENTRY_FILE } from '../clients/snippet.ts';
import { machineOf } from '../languages/launch.ts';
import { planProject } from '../plan/plan.ts';
import { type FileChange, hasConflict, listConflicts, previewFiles } from '../project/changes.ts';
import { inspectTarget, type Target } from '../project/target.ts';

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
}

/**
 * Everything up to the first write, conflicts included: a person may say what to do about them.
 *
 * @param raw what was given: who has given `--on-conflict` is not asked
 * @throws {CliError} exit 2 when no project can be at the target
 */
export async function prepareJob(
  { answers, notes }: Resolved,
  raw: RawAnswers,
  env: Env,
  terminal: Terminal | undefined,
): Promise<Job> {
  const place = inspectTarget(targetOf(answers.dir, env));
  const plan = await planProject(answers);
  const { name, language } = answers;
  const project = { dir: place.path, name, language, entryEnv: plan.entryEnv, ...plan.start };
  const named = entryOf(project, machineOf(env));
  const text = await claudeDesktopConfigText(named, env);
  const files = [...plan.files, { path: ENTRY_FILE, text }].sort(byPath);
  const draft = { answers, notes, plan, place, files, named };

  const changes = previewFiles(place.path, files, answers.onConflict);
  if (!hasConflict(changes) || terminal === undefined || raw.onConflict !== undefined) return { ...draft, changes };
  const onConflict = await askOnConflict(listConflicts(place.path, changes), terminal.ask);
  return { ...draft, answers: { ...answers, onConflict }, changes: previewFiles(place.path, files, onConflict) };
}

const byPath = (a: PlannedFile, b: PlannedFile): number => (a.path < b.path ? -1 : 1);

/** What the server needs and this environment does not have; somebody has to set it before it can be started. */
export const missingFor = ({ plan }: Job, { vars }: Env): Plan['required'] =>
  plan.required.filter(({ name }) => !vars[name]);
