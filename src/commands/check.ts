import { existsSync, realpathSync } from 'node:fs';
import { isAbsolute, join, sep } from 'node:path';
import { targetOf } from '../answers/names.ts';
import { quote } from '../answers/quote.ts';
import { startOf } from '../clients/entry.ts';
import { ENTRY_FILE, type ProjectOnDisk, readProject, serverOf } from '../clients/project.ts';
import type { Context } from '../context.ts';
import type { Env } from '../env.ts';
import { type CliError, EXIT, type ExitCode, failure, usageError } from '../errors.ts';
import { type CheckTarget, checkServer } from '../probe/check.ts';
import type { Command } from '../probe/process.ts';
import type { CheckReport } from '../probe/types.ts';
import { commandsOf } from '../project/package-manager.ts';
import { CheckPrinter, checkFailure } from './check-report.ts';

export interface CheckFlags {
  readonly json?: boolean;
}

/**
 * Starts the project in `dir` as the entry in its `claude_desktop_config.json` says, and proves that it answers.
 *
 * Returns 0 or 1. @throws {CliError} exit 2 when there is no project or no entry; 1 when it is not built; 130.
 */
export async function runCheck(dir: string | undefined, flags: CheckFlags, context: Context): Promise<ExitCode> {
  const { env, signal, version } = context;
  const path = targetOf(dir ?? '.', env);
  const project = await readProject(path);
  const name = project && serverOf(project);
  if (project === undefined || name === undefined) throw noProject(path, project);
  const printer = flags.json ? undefined : new CheckPrinter(context);
  const reports: CheckReport[] = [];
  for (const target of targetsOf(project, name, env)) {
    printer?.begin(name, target.transport);
    const onStep = printer ? { onStep: (step: CheckReport['steps'][number]) => printer.step(step) } : {};
    reports.push(await checkServer(target, { env, signal, version, ...onStep }));
  }
  const problem = checkFailure(reports);
  if (printer) printer.end(reports);
  else
    context.stdout.write(
      `${JSON.stringify({ ...outcome(problem), version, project: { name, dir: path }, checks: reports })}\n`,
    );
  return problem?.exit ?? EXIT.ok;
}

function outcome(problem: CliError | undefined): object {
  if (problem === undefined) return { ok: true };
  const { code, message, hint, exit } = problem;
  return { ok: false, code, message, hint: hint ?? null, missing: [], exit };
}

/** What has to be started: every transport of the project. */
function targetsOf(project: ProjectOnDisk, name: string, env: Env): CheckTarget[] {
  const { transports, plan, dir } = project;
  const probe = plan?.probe;
  return transports.map((transport): CheckTarget => {
    if (transport === 'http') return { ...httpCommand(project, name, env), transport, probe };
    const entry = project.entries.get(name);
    if (entry === undefined) throw noEntry(dir, name, env);
    refuseOutdated(entry.args, project, env);
    return { ...entry, transport: 'stdio', probe };
  });
}

/** Clients reach a server over HTTP by its address, so the entry says nothing about its start. */
function httpCommand(project: ProjectOnDisk, name: string, env: Env): Command {
  const { dir, plan, record, transports, entries } = project;
  const language = record?.answers.language ?? 'typescript';
  const own = transports.includes('stdio') ? entries.get(name)?.env : undefined;
  const entry = plan?.start.entry ?? 'dist/main.js';
  if (!existsSync(join(dir, entry))) throw notBuilt(join(dir, entry), project);
  const entryEnv = own ?? plan?.entryEnv ?? {};
  return startOf({ dir, name, language, transports, entry, entryEnv }, 'http', env);
}

/** An entry that leads elsewhere would prove nothing, and a missing file gives a stack trace; what to do is known here. */
function refuseOutdated(args: readonly string[], project: ProjectOnDisk, env: Env): void {
  const { dir, plan, record } = project;
  const [file] = args;
  const own = plan?.start.entry ?? 'dist/main.js';
  if (file === undefined || !isAbsolute(file)) return;
  const here = join(dir, own);
  const elsewhere = record !== undefined && file.endsWith(join(sep, own)) && real(file) !== real(here);
  if (existsSync(file) && !elsewhere) return;
  if (!existsSync(here)) throw notBuilt(here, project);
  throw failure(
    'entry-outdated',
    `The entry in ${join(dir, ENTRY_FILE)} starts ${file}, not this project. It was moved or copied.`,
    {
      hint: `Write the entry again: ${writeCommand(dir, env)} --force`,
    },
  );
}

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function notBuilt(file: string, { record }: ProjectOnDisk): CliError {
  const { install, build } = commandsOf(record?.answers.pm ?? 'npm');
  return failure('not-built', `${file} does not exist: the project is not built.`, {
    hint: `Install its dependencies and build it: ${install} && ${build}`,
  });
}

const noEntry = (dir: string, name: string, env: Env): CliError =>
  usageError(
    'no-entry',
    `${join(dir, ENTRY_FILE)} has no entry ${name}. It is not committed, because it holds absolute paths.`,
    {
      hint: `Write it: ${writeCommand(dir, env)}`,
    },
  );

function noProject(dir: string, project: ProjectOnDisk | undefined): CliError {
  const what =
    project === undefined ? 'no project of create-mcp-mason' : `no record, and ${ENTRY_FILE} does not name one server`;
  return usageError('no-project', `There is ${what} in ${dir}.`, {
    hint: 'Name the folder of a project: create-mcp-mason check path/to/project',
  });
}

function writeCommand(dir: string, env: Env): string {
  const file = quote(`claude-desktop=${join(dir, ENTRY_FILE)}`, env.platform);
  return `create-mcp-mason config --dir ${quote(dir, env.platform)} --write --client-config ${file}`;
}
