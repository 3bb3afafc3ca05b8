import type { Context } from '../base/context.ts';
import { CliError, failure } from '../base/errors.ts';
import { ownCommand } from '../base/own-command.ts';
import { quote } from '../base/text.ts';
import { commandsOf, setUpCommands } from '../languages/package-managers.ts';
import { type Changed, conflictsIn } from '../report/change.ts';
import { plainProgress } from '../report/progress.ts';
import { changeProject } from './change-project.ts';
import type { MigrateArgs, Move } from './migrate-plan.ts';

/** What became of the project itself, after its data. */
export interface Switched {
  readonly changed: Changed;
  /** Whether the project has the new storage now. */
  readonly switched: boolean;
  readonly failure: CliError | undefined;
  readonly next: readonly string[];
}

/**
 * What switching the project would change.
 *
 * @param strict refuses what could not be written: before any data is copied
 * @throws CliError `dirty` (conflict) with `strict`
 */
export function previewSwitch(move: Move, { force }: MigrateArgs, strict: boolean, context: Context): Promise<Changed> {
  const { dir, record, answers } = move;
  return changeProject({ dir, record, answers, force, strict, dryRun: true }, context);
}

/**
 * Switches the project to the storage that its data has been copied to, as `update` would, then installs, builds and checks it.
 * What fails after the files were written is said with how to go on; the project is switched then.
 *
 * @throws CliError `dirty` (conflict); what `changeProject` throws; `cancelled`
 */
export async function switchProject(move: Move, args: MigrateArgs, context: Context): Promise<Switched> {
  const { dir, record, answers } = move;
  const changed = await changeProject({ dir, record, answers, force: args.force }, context);
  if (changed.conflicts > 0) {
    return { changed, switched: true, failure: conflictsIn(changed, nextOf(move, true, context)), next: [] };
  }
  if (args.install === false) return { changed, switched: true, failure: undefined, next: nextOf(move, true, context) };
  try {
    await setUp(move, context);
    if (move.unset.length > 0)
      return { changed, switched: true, failure: undefined, next: nextOf(move, false, context) };
    await prove(move, context);
    return { changed, switched: true, failure: undefined, next: [] };
  } catch (error) {
    if (!(error instanceof CliError) || error.code === 'cancelled') throw error;
    return { changed, switched: true, failure: error, next: [] };
  }
}

async function setUp({ dir, name, record }: Move, context: Context): Promise<void> {
  const { buildProject, installProject } = await import('../project/install.ts');
  const { env, signal } = context;
  const { pm } = record.answers;
  const options = { dir, pm, serverName: name, env, signal };
  await step('Installing what the project needs now', 'Installed', context, () => installProject(options));
  if (commandsOf(pm, name).build !== undefined) {
    await step('Building', 'Built the server', context, () => buildProject(options));
  }
}

/** The server as a client would start it: with what the project's own files say, not with what was set for this run. */
async function prove({ dir }: Move, context: Context): Promise<void> {
  const { runCheck } = await import('./check.ts');
  await step('Starting the server as a client would', 'It answers', context, async () => {
    const { exit, json } = await runCheck({ dir, json: true }, context);
    if (exit === 0) return;
    throw failure('check-failed', `The server does not answer with the new storage: ${json.message}`, {
      hint: `The data is copied and the project is switched. See more: ${ownCommand(context.env)} check`,
    });
  });
}

async function step(doing: string, done: string, context: Context, work: () => Promise<void>): Promise<void> {
  const line = plainProgress(context).start(doing);
  try {
    await work();
    line.done(done);
  } catch (error) {
    line.failed(`${doing} failed`);
    throw error;
  }
}

/** How to go on by hand. */
function nextOf({ dir, record, unset, name }: Move, withSetUp: boolean, { env }: Context): string[] {
  const commands = commandsOf(record.answers.pm, name);
  return [
    ...(dir === env.cwd ? [] : [`cd ${quote(dir, env.platform)}`]),
    ...unset.map((variable) => `# set ${variable} in .env, as it was set for this run`),
    ...(withSetUp ? setUpCommands(commands) : []),
    `${ownCommand(env)} check`,
  ];
}
