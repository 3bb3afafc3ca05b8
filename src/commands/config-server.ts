import { isAbsolute } from 'node:path';
import { targetOf } from '../answers/names.ts';
import { show } from '../answers/text.ts';
import type { StdioEntry } from '../clients/client.ts';
import { type EntryProject, entryOf, runtimeWarning } from '../clients/entry.ts';
import { type ProjectOnDisk, readProject, serverOf } from '../clients/project.ts';
import type { NamedEntry } from '../clients/types.ts';
import type { Env } from '../env.ts';
import { type CliError, usageError } from '../errors.ts';
import type { ConfigFlags } from './config-flags.ts';

/** Which server an entry is for, and what a person should know about it. */
export interface ChosenServer {
  readonly named: NamedEntry;
  readonly notes: readonly string[];
}

/** What every client takes as a name. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/**
 * The server that the flags describe: a command line after `--`, a `--url`, or the project in `--dir`.
 *
 * @throws {CliError} exit 2 when it is not said which, or the name or URL is none.
 */
export async function chooseServer(flags: ConfigFlags, command: readonly string[], env: Env): Promise<ChosenServer> {
  if (flags.name !== undefined) checkName(flags.name);
  const [program, ...args] = command;
  if (program !== undefined) {
    const name = flags.name ?? refuseNameless(`-- ${program} …`);
    return {
      named: { name, entry: { transport: 'stdio', command: program, args, env: {} } },
      notes: pathNotes(program, args, env),
    };
  }
  if (flags.url !== undefined) {
    const url = checkUrl(flags.url);
    const name = flags.name ?? (await nameInFolder(flags, env)) ?? refuseNameless(`--url ${url}`);
    return { named: { name, entry: { transport: 'http', url, headers: {} } }, notes: [] };
  }
  return serverOfProject(flags, env);
}

/** The name alone, for an entry that is to go. */
export async function chooseName(flags: ConfigFlags, env: Env): Promise<string> {
  if (flags.name !== undefined) return flags.name;
  return (await nameInFolder(flags, env)) ?? refuseNameless('--remove');
}

async function serverOfProject(flags: ConfigFlags, env: Env): Promise<ChosenServer> {
  const dir = folderOf(flags, env);
  const project = await readProject(dir);
  if (project === undefined) throw noProject(dir);
  const own = serverOf(project);
  const { record } = project;
  if (record === undefined) {
    const name = own ?? flags.name ?? refuseNameless(`--dir ${dir}`);
    const entry = project.entries.get(name);
    if (entry === undefined) throw noProject(dir);
    return { named: { name: flags.name ?? name, entry }, notes: notesOf(entry) };
  }
  const { name, entry } = entryOf(entryProject(project, own), env);
  const address =
    entry.transport === 'http'
      ? [`This expects the server to run at ${entry.url}: start it first, or give --url.`]
      : [];
  return {
    named: { name: flags.name ?? name, entry },
    notes: [...address, ...(entry.transport === 'stdio' ? notesOf(entry) : [])],
  };
}

/** Paths are made anew, so that a moved project gets the right ones; what the user has filled into `env` stays. */
function entryProject(
  { dir, record, plan, transports, entries }: ProjectOnDisk,
  own: string | undefined,
): EntryProject {
  const filled = own === undefined ? undefined : entries.get(own)?.env;
  return {
    dir,
    name: own ?? 'server',
    language: record?.answers.language ?? 'typescript',
    transports,
    entry: plan?.start.entry ?? 'dist/main.js',
    entryEnv: { ...plan?.entryEnv, ...(transports.includes('stdio') && filled) },
  };
}

async function nameInFolder(flags: ConfigFlags, env: Env): Promise<string | undefined> {
  const project = await readProject(folderOf(flags, env));
  return project && serverOf(project);
}

const folderOf = ({ dir }: ConfigFlags, env: Env): string => targetOf(dir ?? '.', env);

function notesOf({ command, env }: StdioEntry): string[] {
  const open = Object.entries(env).flatMap(([name, value]) => (/^<.*>$/.test(value) ? [name] : []));
  const fill =
    open.length > 0 ? [`Put your own value in the place of ${open.map((name) => `<${name}>`).join(', ')}.`] : [];
  return [runtimeWarning(command) ?? [], fill].flat();
}

/** A command is taken as it was typed: it may be meant for another machine. Where it is fragile, that is said. */
function pathNotes(program: string, args: readonly string[], env: Env): string[] {
  const notes: string[] = [];
  if (!isAbsolute(program) && !/^[A-Za-z]:[\\/]/.test(program)) {
    const example = /^node(?:\.exe)?$/.test(program) ? `, here ${env.nodePath}` : '';
    notes.push(
      `Applications with windows do not have your shell's PATH: an absolute path is safer than ${program}${example}.`,
    );
  }
  const relative = args.find(
    (argument) => /^\.{1,2}[\\/]|\.(?:[cm]?[jt]s|py)$/.test(argument) && !/^(?:[\\/]|[A-Za-z]:)/.test(argument),
  );
  if (relative !== undefined)
    notes.push(`Clients start servers in a folder of their own: ${relative} should be an absolute path.`);
  return [...notes, ...[runtimeWarning(program) ?? []].flat()];
}

function checkName(name: string): void {
  if (NAME.test(name)) return;
  throw usageError('invalid-name', `${show(name)} is no name that every client takes.`, {
    hint: 'Use letters, digits, "-", "_" and ".", beginning with a letter or digit, at most 128 characters.',
  });
}

function checkUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && (url.protocol === 'https:' || url.protocol === 'http:')) return text;
  throw usageError('invalid-url', `${show(text)} is no http or https URL.`, {
    hint: 'For example: --url https://example.com/mcp',
  });
}

function refuseNameless(what: string): never {
  throw usageError('missing-name', `What is the name of the server? ${what} does not say.`, {
    missing: ['--name'],
    hint: 'For example: create-mcp-mason config --name my-server -- node /path/to/server.js',
  });
}

const noProject = (dir: string): CliError =>
  usageError('no-project', `There is no project of create-mcp-mason in ${dir}.`, {
    hint: 'Name its folder with --dir, or any server: create-mcp-mason config --name my-server -- node /path/to/server.js',
  });
