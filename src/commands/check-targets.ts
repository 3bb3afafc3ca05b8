import { existsSync, realpathSync } from 'node:fs';
import { isAbsolute, join, sep } from 'node:path';
import { quote } from '../answers/quote.ts';
import { environmentOf, startOf } from '../clients/entry.ts';
import { ENTRY_FILE, type ProjectOnDisk } from '../clients/project.ts';
import type { Env } from '../env.ts';
import { type CliError, failure, usageError } from '../errors.ts';
import type { Plan } from '../plan/types.ts';
import type { CheckTarget } from '../probe/check.ts';
import type { Command } from '../probe/process.ts';
import { commandsOf } from '../project/package-manager.ts';

/**
 * What has to be started to check a project: each of its transports, stdio exactly as the written entry says.
 *
 * @throws CliError `not-built`, `no-entry` or `entry-outdated`
 */
export function targetsOf(project: ProjectOnDisk, name: string, env: Env): CheckTarget[] {
  const { transports, plan, dir } = project;
  const probe = plan?.probe;
  return transports.map((transport): CheckTarget => {
    if (transport === 'http') return { ...httpCommand(project, name, env), transport, probe };
    const entry = project.entries.get(name);
    if (entry === undefined) throw noEntry(dir, name, env);
    refuseOutdated(entry.args, project, env);
    return { ...entry, env: filledIn(entry.env, plan, env), transport: 'stdio', probe };
  });
}

/** Clients reach a server over HTTP by its address, so the entry says nothing about its start. */
function httpCommand(project: ProjectOnDisk, name: string, env: Env): Command {
  const { dir, plan, record, transports, entries } = project;
  const language = record?.answers.language ?? 'typescript';
  const own = transports.includes('stdio') ? entries.get(name)?.env : undefined;
  const entry = plan?.start.entry ?? 'dist/main.js';
  if (!existsSync(join(dir, entry))) throw notBuilt(join(dir, entry), project);
  const entryEnv = filledIn(own ?? environmentOf(plan?.entryEnv ?? {}, env.vars), plan, env);
  return { ...startOf({ dir, name, language, transports, entry, entryEnv }, 'http', env), env: entryEnv };
}

type Texts = Readonly<Record<string, string>>;

/** What nobody has filled in yet is taken from the environment: secrets are not written into an entry by us. */
function filledIn(written: Texts, plan: Plan | undefined, { vars }: Env): Texts {
  const open = environmentOf(plan?.entryEnv ?? {}, {});
  return Object.fromEntries(
    Object.entries(written).map(([name, value]) => [name, value === open[name] ? vars[name] || value : value]),
  );
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

function writeCommand(dir: string, env: Env): string {
  const file = quote(`claude-desktop=${join(dir, ENTRY_FILE)}`, env.platform);
  return `create-mcp-mason config --dir ${quote(dir, env.platform)} --write --client-config ${file}`;
}
