import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { serverNameOf } from '../base/answers.ts';
import type { Env } from '../base/env.ts';
import { type CliError, failure } from '../base/errors.ts';
import type { Plan } from '../base/plan.ts';
import { placeholderOf } from '../base/secrets.ts';
import { quote } from '../base/text.ts';
import { environmentOf, startOf } from '../clients/entry.ts';
import { ENTRY_FILE } from '../clients/snippet.ts';
import { launcherOf } from '../languages/index.ts';
import { type Launch, machineOf } from '../languages/launch.ts';
import { commandsOf, setUpCommands } from '../languages/package-managers.ts';
import type { CheckTarget } from '../probe/check.ts';
import type { Command } from '../probe/process.ts';
import { secretsIn } from '../probe/shown.ts';
import { readDotEnv } from './dotenv.ts';
import type { ProjectOnDisk } from './project-on-disk.ts';

/**
 * What has to be started to check a project: each of its transports, stdio exactly as the written entry says. A fresh clone
 * has no entry, because it holds absolute paths and is not committed: then it is what the entry would say.
 *
 * @throws CliError `not-built` or `entry-outdated`
 */
export function targetsOf(project: ProjectOnDisk, name: string, env: Env): CheckTarget[] {
  const { transports, plan, dir } = project;
  const probe = plan?.probe;
  const settings = readDotEnv(dir);
  const hidden = secretsIn(settings);
  return transports.map((transport): CheckTarget => {
    const entry = transport === 'stdio' ? project.entries.get(name) : undefined;
    if (entry !== undefined) {
      refuseOutdated(entry, project, env);
      return { ...entry, env: filledIn(entry.env, plan, settings, env), hidden, transport: 'stdio', probe };
    }
    return {
      ...ownCommand(project, name, transport, settings, env),
      hidden,
      transport: transportNamed(transport),
      probe,
    };
  });
}

const transportNamed = (transport: string): 'stdio' | 'http' => (transport === 'stdio' ? 'stdio' : 'http');

/** The start of a project without an entry: of a fresh clone, and over HTTP, where clients have only an address. */
function ownCommand(project: ProjectOnDisk, name: string, transport: string, settings: Texts, env: Env): Command {
  const { dir, plan, language, entry, transports, entries } = project;
  const written = transports.includes('stdio') ? entries.get(name)?.env : undefined;
  const entryEnv = filledIn(written ?? environmentOf(plan?.entryEnv ?? {}, {}), plan, settings, env);
  const file = fileIn(project, env);
  if (!existsSync(file)) throw notBuilt(file, project);
  return { ...startOf({ dir, name, language, transports, entry, entryEnv }, transport, machineOf(env)), env: entryEnv };
}

type Texts = Readonly<Record<string, string>>;

/**
 * Placeholders and examples that nobody has filled in: those that the project's own `.env` has are left to the server, which
 * reads it, the others are taken from the environment. We write no secret into an entry.
 */
function filledIn(written: Texts, plan: Plan | undefined, settings: Texts, { vars }: Env): Texts {
  const open = environmentOf(plan?.entryEnv ?? {}, {});
  return Object.fromEntries(
    Object.entries(written).flatMap(([name, value]) => {
      if (value !== open[name] && value !== placeholderOf(name)) return [[name, value]];
      return Object.hasOwn(settings, name) ? [] : [[name, vars[name] || value]];
    }),
  );
}

/** An entry that starts another project would prove nothing, and one without its file would only give a stack trace. */
function refuseOutdated(written: Launch, project: ProjectOnDisk, env: Env): void {
  const { dir, record, language, entry } = project;
  const started = launcherOf(language)?.startedBy(written, entry, env);
  if (started === undefined) return;
  const elsewhere = record !== undefined && started.dir !== undefined && real(started.dir) !== real(dir);
  if (existsSync(started.file) && !elsewhere) return;
  const here = fileIn(project, env);
  if (!existsSync(here)) throw notBuilt(here, project);
  throw failure(
    'entry-outdated',
    `The entry in ${join(dir, ENTRY_FILE)} starts ${started.file}, not this project. It was moved or copied.`,
    {
      hint: `Write the entry again: ${reinstall(project)}${writeCommand(dir, env)} --force`,
    },
  );
}

/** The file that installing and building leave, where it is on this system. */
const fileIn = ({ dir, entry, language }: ProjectOnDisk, env: Env): string =>
  launcherOf(language)?.fileOf({ dir, entry }, env) ?? join(dir, entry);

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** Where nothing is built, the installation itself may hold the folder's path, so it is repeated. */
function reinstall({ pm }: ProjectOnDisk): string {
  const { install, build } = commandsOf(pm, '');
  return build === undefined ? `${install} && ` : '';
}

const BUILD = 'Install its dependencies and build it';

function notBuilt(file: string, { pm, record }: ProjectOnDisk): CliError {
  const commands = commandsOf(pm, serverNameOf(record?.answers.name ?? 'server'));
  const [setUp, done] = commands.build === undefined ? ['Install it', 'installed'] : [BUILD, 'built'];
  return failure('not-built', `${file} does not exist: the project is not ${done}.`, {
    hint: `${setUp}: ${setUpCommands(commands).join(' && ')}`,
  });
}

function writeCommand(dir: string, env: Env): string {
  const file = quote(`claude-desktop=${join(dir, ENTRY_FILE)}`, env.platform);
  return `create-mcp-mason config --dir ${quote(dir, env.platform)} --write --client-config ${file}`;
}
