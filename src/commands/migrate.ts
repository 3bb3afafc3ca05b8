import type { Context } from '../base/context.ts';
import { CliError, cancelled, conflictError, EXIT, failure } from '../base/errors.ts';
import { ownCommand } from '../base/own-command.ts';
import { targetOf } from '../base/paths.ts';
import { counted, quote } from '../base/text.ts';
import { type MigrateCounts, type MigrateOutcome, migrateReport } from '../report/migrate.ts';
import { plainProgress } from '../report/progress.ts';
import { ProgressBar } from '../report/progress-bar.ts';
import type { Report } from '../report/report.ts';
import { type Bridge, openBridge, type StorePlace } from '../storage/bridge.ts';
import { type CopyResult, copyAll, type Fate } from '../storage/migrate/copy.ts';
import { CopyJournal } from '../storage/migrate/copy-journal.ts';
import { survey } from '../storage/migrate/patience.ts';
import { checkPlaces } from '../storage/migrate/places.ts';
import { StoreFault } from '../storage/store.ts';
import { type Guest, makeGuest } from './migrate-guest.ts';
import { type MigrateArgs, type Move, planMove } from './migrate-plan.ts';
import { previewSwitch, switchProject } from './migrate-switch.ts';
import { recoverProject } from './recover-project.ts';
import { placeOf } from './store-places.ts';

/**
 * Copies all data of a server into another storage backend, then switches the project to it, installs, builds and checks it.
 *
 * @throws {CliError} exit 2 when there is nothing to do or something is missing; 1 when a store cannot be opened; 130
 */
export async function runMigrate(args: MigrateArgs, context: Context): Promise<Report> {
  const { env, version } = context;
  await recoverProject(targetOf(args.dir ?? '.', env), context);
  const move = await planMove(args, env);
  const copies = args.dryRun !== true;
  // Before anything is copied: what the project cannot be switched with is better known now.
  const preview = await previewSwitch(move, args, copies && args.switch !== false, context);
  if (copies && isInteractive(args, context)) await confirm(move, context);
  const result = copies ? await carry(move, context) : await look(move, context);
  const problem = problemOf(result);
  const isComplete = copies && problem === undefined;
  const { switched, changed, failure, next } =
    isComplete && args.switch !== false
      ? await switchProject(move, args, context)
      : { switched: false, changed: preview, failure: problem, next: isComplete ? stepsLeft(move, context) : [] };
  const outcome: MigrateOutcome = {
    version,
    dryRun: args.dryRun === true,
    project: { name: move.name, dir: move.dir },
    from: move.from.id,
    to: move.to.id,
    entries: countsOf(result),
    foreign: result.foreign.length > 0 ? result.foreign : keysOf(result, 'different'),
    changed: result.changed,
    unreadable: result.unreadable,
    failed: [...result.reasons].map(([key, reason]) => ({ key, reason })),
    switched,
    files: changed,
    next,
    failure,
  };
  return migrateReport(outcome, context);
}

/** For `--no-switch`. */
const stepsLeft = ({ dir, to, unset }: Move, { env }: Context): string[] => [
  ...unset.map((variable) => `# set ${variable} in .env, as it was set for this run`),
  `${ownCommand(env)} migrate ${quote(dir, env.platform)} --to ${to.id}`,
];

const isInteractive = ({ yes, json }: MigrateArgs, { env }: Context): boolean =>
  yes !== true && json !== true && !env.isCI && env.stdoutIsTTY && env.stdinIsTTY;

async function confirm({ from, to, name }: Move, context: Context): Promise<void> {
  const { openTerminal } = await import('../answers/prompts.ts');
  const message = `Move ${name} with its data from ${from.id} to ${to.id}? Stop the server before.`;
  if ((await openTerminal(context).ask({ type: 'confirm', message, initial: true })) !== true) throw cancelled();
}

/** What was copied, and what the source itself could not read. */
interface Carried extends CopyResult {
  readonly unreadable: readonly string[];
}

const NOTHING: CopyResult = { total: 0, fates: new Map(), reasons: new Map(), removed: 0, foreign: [], changed: [] };

/** What is there to copy. The target is not opened, since that may already make something there. */
async function look(move: Move, context: Context): Promise<Carried> {
  const from = await open(
    'source',
    placeOf(move.dir, move.record.answers.language, context.env),
    move.from.id,
    context,
  );
  let total: number;
  try {
    total = (await survey(from)).size;
  } finally {
    await from.end();
  }
  return { ...NOTHING, total, unreadable: leftOutBy(from) };
}

/** Of a store that has ended: what it logs may come after what it answers. */
const leftOutBy = (store: Bridge): string[] => [...new Set(store.leftOut())];

async function carry(move: Move, context: Context): Promise<Carried> {
  const { env, signal } = context;
  const { language } = move.record.answers;
  const bar = new ProgressBar(context.stderr);
  const opened: Bridge[] = [];
  let guest: Guest | undefined;
  try {
    // The source first: if it cannot be opened, nothing has to be installed.
    const from = await open('source', placeOf(move.dir, language, env), move.from.id, context);
    opened.push(from);
    guest = await installed(move, context);
    const to = await open('target', placeOf(guest.dir, language, env, move.vars), move.to.id, context);
    opened.push(to);
    const journal = new CopyJournal(move.journal);
    await checkPlaces(from, to, journal);
    const result = await copyAll({ from, to, journal, signal, onProgress: bar.show });
    if (signal.aborted) throw cancelled();
    await from.end();
    return { ...result, unreadable: leftOutBy(from) };
  } catch (error) {
    throw interrupted(error);
  } finally {
    bar.end();
    await Promise.all(opened.map((bridge) => bridge.end()));
    guest?.remove();
  }
}

async function installed(move: Move, context: Context): Promise<Guest> {
  const line = plainProgress(context).start(`Installing ${move.to.id} in a temporary folder`);
  try {
    const guest = await makeGuest(move, context.env, context.signal);
    line.done(`Installed ${move.to.id}`);
    return guest;
  } catch (error) {
    line.failed(`${move.to.id} is not installed`);
    throw error;
  }
}

/** @throws CliError (failed) `source-failed` or `target-failed` */
async function open(role: 'source' | 'target', place: StorePlace, backend: string, context: Context): Promise<Bridge> {
  try {
    return await openBridge(place, { env: context.env, signal: context.signal });
  } catch (error) {
    if (!(error instanceof StoreFault)) throw error;
    const hint =
      role === 'source'
        ? 'Install what the project needs, and set what it asks for.'
        : 'Set what it asks for with --env, in .env or in the environment.';
    throw failure(`${role}-failed`, `The ${role}, ${backend}, cannot be opened: ${error.message}`, {
      hint,
      cause: error,
    });
  }
}

const GO_ON = 'What has been copied is safe. Run the same command again to go on.';

/** What ended a copy, with how to go on. */
function interrupted(error: unknown): unknown {
  if (error instanceof CliError && error.exit === EXIT.cancelled) {
    return new CliError('cancelled', EXIT.cancelled, `Interrupted. ${GO_ON}`, { cause: error });
  }
  if (!(error instanceof StoreFault)) return error;
  return failure('copy-failed', `The copy was broken off: ${error.message}`, { hint: GO_ON, cause: error });
}

const keysOf = ({ fates }: CopyResult, fate: Fate): string[] =>
  [...fates].filter(([, one]) => one === fate).map(([key]) => key);

function countsOf(result: CopyResult): MigrateCounts {
  const count = (fate: Fate): number => keysOf(result, fate).length;
  const { total, removed } = result;
  const [copied, replaced, present, expired] = (['copied', 'replaced', 'present', 'expired'] as const).map(count);
  return { total, copied: copied ?? 0, replaced: replaced ?? 0, present: present ?? 0, expired: expired ?? 0, removed };
}

/** Why the data has not been moved as it should; undefined when it has. */
function problemOf(result: Carried): CliError | undefined {
  const { foreign, changed, reasons, unreadable } = result;
  if (foreign.length > 0) {
    return conflictError('target-not-empty', `The target holds ${counted(foreign.length, 'key')} of something else.`, {
      hint: 'Nothing was copied over it. Give the new backend an empty place, or remove what is there.',
    });
  }
  const different = keysOf(result, 'different').length;
  if (different > 0) {
    return conflictError(
      'target-in-use',
      `Somebody has written ${counted(different, 'key')} to the target meanwhile.`,
      {
        hint: 'Stop what uses the target, and run the same command again.',
      },
    );
  }
  if (changed.length > 0) {
    const hint = 'Stop the server and run the same command again: only what has changed is copied then.';
    return failure('source-changed', `A server was still writing: ${counted(changed.length, 'key')} changed.`, {
      hint,
    });
  }
  if (unreadable.length > 0) {
    return failure('source-damaged', 'The source has entries that its own store cannot read, so they are left out.', {
      hint: 'Look at them, repair or delete them, and run the same command again. All others are safe.',
    });
  }
  if (reasons.size === 0) return undefined;
  return failure('not-copied', `The target does not take ${counted(reasons.size, 'key')}.`, {
    hint: 'Make these entries fit, or choose another backend; all others are copied.',
  });
}
