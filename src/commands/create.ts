import { type RawAnswers, readAnswersFile } from '../answers/file.ts';
import type { CreateFlags } from '../answers/flags.ts';
import type { Surroundings } from '../answers/option-types.ts';
import type { Terminal } from '../answers/prompts.ts';
import { askOnConflict } from '../answers/questions.ts';
import { createCommand } from '../answers/replay.ts';
import { type Resolved, resolve } from '../answers/resolve.ts';
import type { Answers } from '../base/answers.ts';
import type { Context } from '../base/context.ts';
import type { NamedEntry } from '../base/entry.ts';
import { type CliError, conflictError, EXIT, type ExitCode, failure } from '../base/errors.ts';
import { targetOf } from '../base/paths.ts';
import type { Plan, PlannedFile } from '../base/plan.ts';
import { entryOf } from '../clients/entry.ts';
import { claudeDesktopConfigText } from '../clients/snippet.ts';
import { machineOf } from '../languages/launch.ts';
import { absenceOf } from '../languages/package-managers.ts';
import { planProject } from '../plan/plan.ts';
import { listConflicts } from '../project/changes.ts';
import { type FileChange, inspectTarget, previewFiles, type Target } from '../project/write.ts';
import { printCreate } from '../report/human.ts';
import { type CreateReport, createJson } from '../report/json.ts';
import { plainProgress } from '../report/progress.ts';
import { commandsFor, nextSteps } from './create-next.ts';
import { type Carried, carryOut } from './create-run.ts';
import { surroundingsOf } from './surroundings.ts';

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
 * Makes a project: asks, plans, looks for conflicts, then writes, installs, builds, checks, and reports.
 *
 * @throws {CliError} exit 2, 3 or 130 with nothing written; exit 1 when the project could not be written
 */
export async function runCreate(flags: CreateFlags, context: Context): Promise<ExitCode> {
  const { env, version } = context;
  const surroundings = surroundingsOf({ env, version, yes: flags.yes === true });
  const raw = { ...(flags.answers === undefined ? {} : readAnswersFile(flags.answers, env)), ...flags.given };
  const terminal = isInteractive(flags, context) ? await openTerminal(context) : undefined;

  terminal?.begin(`create-mcp-mason ${version}`);
  const resolved = await resolve(raw, surroundings, terminal?.ask);
  // Who has answered questions gets them back.
  const again = terminal && createCommand(resolved.answers, surroundings);
  if (!flags.dryRun) refuseWithoutInstaller(resolved.answers, env, again);
  const job = await prepare(resolved, raw, surroundings, terminal);
  for (const note of job.notes) terminal?.note(note);

  const done = flags.dryRun ? await rehearse(job, context) : await perform(job, context, terminal);
  terminal?.end(ENDS[flags.dryRun ? 'rehearsed' : done.failure === undefined ? 'made' : 'failed']);
  const report: CreateReport = {
    version,
    dryRun: flags.dryRun === true,
    dir: job.place.path,
    answers: job.answers,
    files: job.changes,
    next: flags.dryRun ? [] : nextSteps(job, done, env),
    replay: createCommand(job.answers, surroundings),
    ...done,
    notes: [...job.notes, ...done.notes],
  };
  if (flags.json) context.stdout.write(createJson(report));
  else printCreate(report, context);
  return report.failure?.exit ?? EXIT.ok;
}

/** Before there is anything to clean up. */
function refuseWithoutInstaller({ pm, install }: Answers, env: Context['env'], again?: string): void {
  const absence = install ? absenceOf(pm, env) : undefined;
  if (absence === undefined) return;
  const repeat = again === undefined ? '' : `\nThe same answers again: ${again}`;
  throw failure(absence.code, absence.message, { hint: `${absence.hint}${repeat}` });
}

const ENDS = {
  rehearsed: 'That is all.',
  made: 'Done.',
  failed: 'The project is there, but it is not ready.',
} as const;

/** A person is there to answer, and has not asked to be left alone. */
const isInteractive = ({ yes, json, interactive }: CreateFlags, { env }: Context): boolean =>
  interactive && yes === undefined && json === undefined && !env.isCI && env.stdoutIsTTY && env.stdinIsTTY;

const openTerminal = async (context: Context): Promise<Terminal> =>
  (await import('../answers/prompts.ts')).openTerminal(context);

/** Everything up to the first write, conflicts included. */
async function prepare(
  { answers, notes }: Resolved,
  raw: RawAnswers,
  surroundings: Surroundings,
  terminal: Terminal | undefined,
): Promise<Job> {
  const { env } = surroundings;
  const place = inspectTarget(targetOf(answers.dir, env));
  const plan = await planProject(answers);
  const { name, language } = answers;
  const project = { dir: place.path, name, language, entryEnv: plan.entryEnv, ...plan.start };
  const named = entryOf(project, machineOf(env));
  const text = await claudeDesktopConfigText(named, env);
  const files = [...plan.files, { path: 'claude_desktop_config.json', text }].sort(byPath);
  const draft = { answers, notes, plan, place, files, named };

  const changes = previewFiles(place.path, files, answers.onConflict);
  if (!hasConflict(changes) || terminal === undefined || raw.onConflict !== undefined) return { ...draft, changes };
  const onConflict = await askOnConflict(listConflicts(place.path, changes), terminal.ask);
  return { ...draft, answers: { ...answers, onConflict }, changes: previewFiles(place.path, files, onConflict) };
}

const byPath = (a: PlannedFile, b: PlannedFile): number => (a.path < b.path ? -1 : 1);

const hasConflict = (changes: readonly FileChange[]): boolean => changes.some(({ action }) => action === 'conflict');

/** A dry run: what `perform` would do, and why it would refuse. */
async function rehearse(job: Job, { env }: Context): Promise<Carried & Pick<CreateReport, 'commands'>> {
  const failure = hasConflict(job.changes) ? conflictOf(job) : undefined;
  const clients = failure === undefined ? await previewClients(job, env) : [];
  return { steps: [], checks: [], clients, notes: [], failure, commands: commandsFor(job, env) };
}

async function perform(job: Job, context: Context, terminal: Terminal | undefined): Promise<Carried> {
  if (hasConflict(job.changes)) throw conflictOf(job);
  // A client's file that cannot be edited is better known before there is a project than after.
  await previewClients(job, context.env);
  const progress = terminal === undefined ? plainProgress(context) : { start: terminal.spin };
  return carryOut(job, context, progress);
}

async function previewClients({ answers, named }: Job, env: Context['env']): Promise<Carried['clients']> {
  if (answers.client.length === 0) return [];
  return (await import('./create-clients.ts')).previewClients(answers, named, env);
}

function conflictOf({ place, changes, answers }: Job): CliError {
  const hint =
    answers.onConflict === 'error'
      ? 'Choose another folder, or give --on-conflict skip (keep them) or --on-conflict overwrite (replace them).'
      : 'Move them away, or choose another folder.';
  return conflictError('target-not-empty', listConflicts(place.path, changes), { hint });
}
