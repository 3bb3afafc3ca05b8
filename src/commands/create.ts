import { readAnswersFile } from '../answers/file.ts';
import type { CreateFlags } from '../answers/flags.ts';
import type { Terminal } from '../answers/prompts.ts';
import { createCommand } from '../answers/replay.ts';
import { resolve } from '../answers/resolve.ts';
import type { Answers } from '../base/answers.ts';
import type { Context } from '../base/context.ts';
import type { Env } from '../base/env.ts';
import { type CliError, failure } from '../base/errors.ts';
import { absenceOf } from '../languages/package-managers.ts';
import { conflictOf, hasConflict } from '../project/changes.ts';
import { type CreateOutcome, type CreateReport, createReport } from '../report/create.ts';
import { plainProgress } from '../report/progress.ts';
import { type Job, prepareJob } from './create-job.ts';
import { commandsFor, nextSteps } from './create-next.ts';
import { type Carried, carryOut } from './create-run.ts';
import { surroundingsOf } from './surroundings.ts';

/**
 * Makes a project: asks, plans, looks for conflicts, then writes, installs, builds, checks, and reports.
 *
 * @throws {CliError} exit 2, 3 or 130 with nothing written; exit 1 when the project could not be written
 */
export async function runCreate(args: CreateFlags, context: Context): Promise<CreateReport> {
  const { env, version } = context;
  const surroundings = surroundingsOf({ env, version, yes: args.yes === true });
  const raw = { ...(args.answers === undefined ? {} : await readAnswersFile(args.answers, context)), ...args.given };
  const terminal = isInteractive(args, context) ? await openTerminal(context) : undefined;

  terminal?.begin(`create-mcp-mason ${version}`);
  const resolved = await resolve(raw, surroundings, terminal?.ask);
  // The answers that somebody has typed must not be lost.
  const again = terminal && createCommand(resolved.answers, surroundings);
  if (!args.dryRun) refuseWithoutInstaller(resolved.answers, env, again);
  const job = await prepareJob(resolved, raw, context, terminal);
  for (const note of job.notes) terminal?.note(note);

  const done = args.dryRun ? await rehearse(job, context) : await perform(job, context, terminal);
  terminal?.end(ENDS[args.dryRun ? 'rehearsed' : endOf(done)]);
  const outcome: CreateOutcome = {
    version,
    dryRun: args.dryRun === true,
    dir: job.place.path,
    answers: job.answers,
    files: job.changes,
    ...(job.openapi !== undefined && { openapi: job.openapi }),
    next: args.dryRun ? [] : nextSteps(job, done, env),
    replay: createCommand(job.answers, surroundings),
    ...done,
    // At a terminal they were shown when they were new.
    notes: [...(terminal === undefined ? job.notes : []), ...done.notes],
  };
  return createReport(outcome, context);
}

/** Before there is anything to clean up. */
function refuseWithoutInstaller({ pm, install }: Answers, env: Env, again?: string): void {
  const absence = install ? absenceOf(pm, env) : undefined;
  if (absence === undefined) return;
  const repeat = again === undefined ? '' : `\nThe same answers again: ${again}`;
  throw failure(absence.code, absence.message, { hint: `${absence.hint}${repeat}` });
}

const ENDS = {
  rehearsed: 'That is all.',
  started: 'Done.',
  made: 'The files are there.',
  failed: 'The project is there, but it is not ready.',
} as const;

const endOf = ({ failure, checks }: Carried): keyof typeof ENDS => {
  if (failure !== undefined) return 'failed';
  return checks.length > 0 ? 'started' : 'made';
};

/** A person is there to answer, and has not asked to be left alone. */
const isInteractive = ({ yes, json, interactive }: CreateFlags, { env }: Context): boolean =>
  interactive && yes === undefined && json === undefined && !env.isCI && env.stdoutIsTTY && env.stdinIsTTY;

const openTerminal = async (context: Context): Promise<Terminal> =>
  (await import('../answers/prompts.ts')).openTerminal(context);

/** A dry run: what `perform` would do, and why it would refuse. */
async function rehearse(job: Job, context: Context): Promise<Carried & Pick<CreateOutcome, 'commands'>> {
  const failure = await conflictIn(job, context);
  const clients = failure === undefined ? await previewClients(job, context.env) : [];
  return { steps: [], checks: [], clients, notes: [], failure, commands: commandsFor(job, context.env) };
}

async function perform(job: Job, context: Context, terminal: Terminal | undefined): Promise<Carried> {
  const conflict = await conflictIn(job, context);
  if (conflict !== undefined) throw conflict;
  // A client's file that cannot be edited is better known before there is a project than after.
  await previewClients(job, context.env);
  const progress = terminal === undefined ? plainProgress(context) : { start: terminal.spin };
  return carryOut(job, context, progress);
}

async function conflictIn(job: Job, context: Context): Promise<CliError | undefined> {
  const { place, changes, answers } = job;
  if (hasConflict(changes)) return conflictOf(place.path, changes, answers.onConflict);
  if (place.state === 'missing' || answers.onConflict === 'error') return undefined;
  return (await import('./create-over.ts')).wouldLose(job, context);
}

async function previewClients({ answers, named }: Job, env: Env): Promise<Carried['clients']> {
  if (answers.client.length === 0) return [];
  return (await import('./create-clients.ts')).previewClients(answers, named, env);
}
