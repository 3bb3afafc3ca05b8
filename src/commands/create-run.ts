import { dirname } from 'node:path';
import { NO_AUTH, serverNameOf } from '../base/answers.ts';
import type { Context } from '../base/context.ts';
import type { Env } from '../base/env.ts';
import { CliError, cancelled, EXIT, failure, messageOf } from '../base/errors.ts';
import { ownCommand } from '../base/own-command.ts';
import { listOf } from '../base/text.ts';
import { commandsOf, leavingsOf, lockFileAround } from '../languages/package-managers.ts';
import type { CheckReport } from '../probe/steps.ts';
import { type WriteResult, writeProject } from '../project/write.ts';
import type { CreateOutcome } from '../report/create.ts';
import type { Progress } from '../report/progress.ts';
import { type Job, missingFor } from './create-job.ts';

/** What a run has done so far. */
export type Carried = Pick<CreateOutcome, 'steps' | 'checks' | 'clients' | 'notes' | 'failure'>;

type Written = { -readonly [K in keyof Carried]: Carried[K] extends readonly (infer T)[] ? T[] : Carried[K] };

/** Resolves to what is told when it is done. */
type Work = () => Promise<string>;

/**
 * Writes the project and does what was asked for with it. After a step that failed only git follows; the project is kept,
 * so that it can be repaired.
 *
 * @throws {CliError} exit 130 when it was cancelled, after all that was made has been removed; what `writeProject` throws
 */
export async function carryOut(job: Job, context: Context, progress: Progress): Promise<Carried> {
  const { answers, plan } = job;
  const run = new Run(context, progress);
  try {
    await run.write(job);
    if (answers.install) await run.install(job);
    if (answers.check) await run.check(job);
    if (answers.git) await run.git(job);
    if (context.signal.aborted) throw cancelled();
  } catch (error) {
    throw isCancel(error) && run.written !== undefined ? takeBack(run.written, plan.start.entry, answers.pm) : error;
  }
  // From here on the files of others are changed: that is quick, and is finished rather than left half-done.
  if (answers.client.length > 0) await run.clients(job);
  return run.carried;
}

class Run {
  readonly carried: Written = { steps: [], checks: [], clients: [], notes: [], failure: undefined };
  written: WriteResult | undefined;
  readonly #context: Context;
  readonly #progress: Progress;

  constructor(context: Context, progress: Progress) {
    this.#context = context;
    this.#progress = progress;
  }

  async write({ answers, place, files }: Job): Promise<void> {
    const started = clock();
    const { onConflict } = answers;
    this.written = await writeProject(place.path, files, { onConflict, signal: this.#context.signal });
    this.carried.steps.push({ name: 'write', ok: true, ms: since(started) });
  }

  async install({ answers: { name, pm }, place }: Job): Promise<void> {
    const { buildProject, installProject } = await import('../project/install.ts');
    const { env, signal } = this.#context;
    const serverName = serverNameOf(name);
    const options = { dir: place.path, pm, serverName, env, signal };
    await this.#step('install', `Installing the dependencies with ${pm}`, async () => {
      await installProject(options);
      const lock = lockFileAround(place.path, pm);
      if (lock !== undefined && dirname(lock) !== place.path) this.carried.notes.push(workspaceNote(lock));
      return `Installed the dependencies with ${pm}`;
    });
    if (commandsOf(pm, serverName).build === undefined) return;
    await this.#step('build', 'Building', async () => {
      await buildProject(options);
      return 'Built the server';
    });
  }

  async check(job: Job): Promise<void> {
    const { plan, answers } = job;
    const missing = missingFor(job, this.#context.env);
    if (missing.length > 0 && this.carried.failure === undefined) {
      const names = missing.map(({ name }) => name);
      this.carried.notes.push(`To start, it needs ${listOf(names, 'and')}.`);
      return;
    }
    // Whom a server over HTTP asks for a token, it tells nothing.
    const isOpen = (transport: string): boolean => transport === 'stdio' || (answers.auth ?? NO_AUTH) === NO_AUTH;
    const transports = plan.start.transports.filter(isOpen);
    if (transports.length < plan.start.transports.length && this.carried.failure === undefined) {
      const command = `${ownCommand(this.#context.env)} check --header 'Authorization: Bearer \${TOKEN}'`;
      this.carried.notes.push(`Over HTTP it wants a token, so that was not checked: ${command}`);
    }
    if (transports.length === 0) return;
    await this.#step('check', 'Starting the server as a client would', async () => {
      await this.#checkAll(job, isOpen);
      const { longNameNote } = await import('../probe/lint.ts');
      const tools = this.carried.checks.flatMap((check) => check.tools);
      this.carried.notes.push(...[longNameNote(job.named.name, tools)].filter((note) => note !== undefined));
      const bad = this.carried.checks.find(({ ok }) => !ok);
      if (bad !== undefined) throw checkFailed(bad, this.#context.env);
      return `It answers over ${listOf(transports, 'and')}`;
    });
  }

  /** What was written is read back, so that the check is of the very entry that clients will use. */
  async #checkAll({ place, named }: Job, isOpen: (transport: string) => boolean): Promise<void> {
    const [{ checkServer }, { readProject }, { targetsOf }] = await Promise.all([
      import('../probe/check.ts'),
      import('./project-on-disk.ts'),
      import('./check-targets.ts'),
    ]);
    const { env, signal, version } = this.#context;
    const project = await readProject(place.path);
    if (project === undefined) throw new Error(`${place.path} holds no project.`);
    for (const target of targetsOf(project, named.name, env).filter(({ transport }) => isOpen(transport))) {
      this.carried.checks.push(await checkServer(target, { env, signal, version }));
    }
  }

  /** Nothing that goes wrong with git makes a project worse, and a project that failed is worth a commit as well. */
  async git({ place }: Job): Promise<void> {
    const { initRepository, repositoryAround } = await import('../project/git.ts');
    const outer = repositoryAround(place.path);
    if (outer !== undefined) {
      this.carried.notes.push(`${GIT.skipped}: ${outer} is a repository already.`);
      return;
    }
    const started = clock();
    const line = this.#progress.start('Making a git repository');
    const { env, signal } = this.#context;
    try {
      const { status, detail } = await initRepository({ dir: place.path, env, signal });
      if (status === 'skipped') line.failed(GIT[status]);
      else line.done(GIT[status]);
      if (status !== 'skipped')
        this.carried.steps.push({ name: 'git', ok: status === 'committed', ms: since(started) });
      if (status !== 'committed') this.carried.notes.push(`${GIT[status]}: ${detail}`);
    } catch (error) {
      line.failed('Cancelled');
      throw error;
    }
  }

  async clients({ answers, named }: Job): Promise<void> {
    const { clientNotes, writeClients } = await import('./create-clients.ts');
    await this.#step('clients', 'Adding the server to clients', async () => {
      this.carried.clients = await writeClients(answers, named, this.#context.env);
      this.carried.notes.push(...clientNotes(answers, named, this.#context.env));
      return 'Added the server to clients';
    });
  }

  async #step(name: string, doing: string, work: Work): Promise<void> {
    if (this.carried.failure !== undefined) return;
    const started = clock();
    const line = this.#progress.start(doing);
    try {
      const done = await work();
      this.carried.steps.push({ name, ok: true, ms: since(started) });
      line.done(done);
    } catch (error) {
      line.failed(isCancel(error) ? 'Cancelled' : `${doing} failed`);
      if (isCancel(error) || !(error instanceof CliError)) throw error;
      this.carried.steps.push({ name, ok: false, ms: since(started) });
      this.carried.failure = error;
    }
  }
}

const isCancel = (error: unknown): boolean => error instanceof CliError && error.exit === EXIT.cancelled;

const workspaceNote = (lock: string): string =>
  `The lock file is ${lock}, of the workspace around: CI and containers that install this folder alone find none.`;

/** In words, what came of git. */
const GIT = {
  committed: 'Made a git repository with one commit',
  initialised: 'Made a git repository without a commit',
  skipped: 'Made no git repository',
} as const;

function checkFailed({ transport, steps }: CheckReport, env: Env): CliError {
  const [first] = steps.filter(({ ok }) => !ok);
  return failure(
    'check-failed',
    `The server does not answer over ${transport} as a client expects: ${first?.name}: ${first?.detail}`,
    {
      hint: `Repair it, build it, and run the check again: ${ownCommand(env)} check`,
    },
  );
}

/** Milliseconds that only go up. The global `performance` would load all that Node can measure. */
const clock = (): number => Number(process.hrtime.bigint() / 1_000_000n);

const since = (started: number): number => clock() - started;

/** What the steps after the writing leave at the top of a project, whatever its package manager. */
const BYPRODUCTS = ['data', '.git'];

/**
 * Takes a project back after somebody has cancelled: deletes what this run and the commands in it have made, restores what
 * it replaced, and touches nothing else.
 *
 * @param entry the built file, relative to the project
 * @returns what to throw
 */
function takeBack({ dir, undo }: WriteResult, entry: string, pm: string): CliError {
  try {
    undo([entry.split('/')[0] ?? entry, ...BYPRODUCTS, ...leavingsOf(pm)]);
    return cancelled();
  } catch (error) {
    const message = `Cancelled, but not all of ${dir} could be taken back: ${messageOf(error)}`;
    return new CliError('cancelled', EXIT.cancelled, message, { hint: 'Look through the folder.', cause: error });
  }
}
