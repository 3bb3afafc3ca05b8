import { isAbsolute } from 'node:path';
import type { NamedEntry, StdioEntry, Value } from '../base/entry.ts';
import type { Env } from '../base/env.ts';
import { type CliError, usageError } from '../base/errors.ts';
import { targetOf } from '../base/paths.ts';
import { isSecretName, looksSecret } from '../base/secrets.ts';
import { printable, show } from '../base/text.ts';
import { type EntryProject, entryOf, sharedEntryOf } from '../clients/entry.ts';
import { machineOf, runtimeWarning } from '../languages/launch.ts';
import type { ConfigFlags } from './config-flags.ts';
import { parseEnv, parseHeaders, withoutLiterals } from './config-values.ts';
import { readDotEnv } from './dotenv.ts';
import { isEntryName, type ProjectOnDisk, readProject, serverOf } from './project-on-disk.ts';

/** Which server an entry is for, and what a person should know about it. */
export interface ChosenServer {
  readonly named: NamedEntry;
  /** The entry for a file that a team shares, with the client's word for the project's folder; if there is such an entry. */
  readonly shared?: (root: string) => NamedEntry;
  readonly notes: readonly string[];
  /** Set when nobody has typed the command: it is that of a project's folder. */
  readonly found?: {
    readonly dir: string;
    /** Its files hold the command, or variables beside those that the project needs; else we make it anew. */
    readonly asWritten: boolean;
  };
}

/**
 * The server that the flags describe: a command line after `--`, a `--url`, or the project in `--dir`.
 *
 * @throws {CliError} exit 2 when it is not said which, or the name or URL is none.
 */
export async function chooseServer(flags: ConfigFlags, command: readonly string[], env: Env): Promise<ChosenServer> {
  refuseBadName(flags.name);
  const given = { env: parseEnv(flags.env), headers: parseHeaders(flags.header) };
  const [program, ...args] = command;
  if (program !== undefined) {
    const name = flags.name ?? refuseNameless(`-- ${program} …`);
    return {
      named: { name, entry: withoutLiterals({ transport: 'stdio', command: program, args, env: given.env }) },
      notes: pathNotes(program, args, env),
    };
  }
  if (flags.url !== undefined) {
    const entry = withoutLiterals({ transport: 'http', url: checkUrl(flags.url), headers: given.headers });
    const name = flags.name ?? (await nameInFolder(flags, env)) ?? refuseNameless(`--url ${entry.url}`);
    return { named: { name, entry }, notes: [] };
  }
  const server = await serverOfProject(flags, env);
  const more = (named: NamedEntry): NamedEntry => withValues(named, given);
  const { named, shared } = server;
  return { ...server, named: more(named), ...(shared && { shared: (root: string) => more(shared(root)) }) };
}

/** The name alone, for an entry that is to be removed. */
export async function chooseName(flags: ConfigFlags, env: Env): Promise<string> {
  refuseBadName(flags.name);
  return flags.name ?? (await nameInFolder(flags, env)) ?? refuseNameless('--remove');
}

type Values = Readonly<Record<string, Value>>;

function withValues({ name, entry }: NamedEntry, { env, headers }: { env: Values; headers: Values }): NamedEntry {
  return entry.transport === 'stdio'
    ? { name, entry: { ...entry, env: { ...entry.env, ...env } } }
    : { name, entry: { ...entry, headers: { ...entry.headers, ...headers } } };
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
    const bare: StdioEntry = withoutLiterals({ ...entry, env: withoutSecrets(entry.env, {}) });
    return {
      named: { name: flags.name ?? name, entry: bare },
      notes: notesOf(bare),
      found: { dir, asWritten: true },
    };
  }
  const described = entryProject(project, own);
  const asWritten = Object.keys(described.entryEnv).some((name) => !Object.hasOwn(project.plan?.entryEnv ?? {}, name));
  const renamed = ({ name, entry }: NamedEntry): NamedEntry => ({ name: flags.name ?? name, entry });
  const made = entryOf(described, machineOf(env));
  const { entry } = made;
  const address =
    entry.transport === 'http'
      ? [`This expects the server to run at ${entry.url}: start it first, or give --url.`]
      : [];
  return {
    named: renamed(made),
    shared: (root) => renamed(sharedEntryOf(described, root)),
    notes: [...address, ...(entry.transport === 'stdio' ? notesOf(entry) : [])],
    found: { dir, asWritten },
  };
}

/** Paths are made anew, so that a moved project gets the right ones; what the user has filled into `env` stays. */
function entryProject(
  { dir, language, entry, plan, transports, entries }: ProjectOnDisk,
  own: string | undefined,
): EntryProject {
  const filled = own === undefined ? undefined : entries.get(own)?.env;
  const planned = plan?.entryEnv ?? {};
  const entryEnv = { ...planned, ...(transports.includes('stdio') && withoutSecrets(filled ?? {}, planned)) };
  // The server reads the project's .env, but what a client says counts more: a placeholder would take its place.
  const known = readDotEnv(dir);
  return {
    dir,
    name: own ?? 'server',
    language,
    transports,
    entry,
    entryEnv: Object.fromEntries(
      Object.entries(entryEnv).filter(([name, value]) => typeof value === 'string' || !known[name]),
    ),
  };
}

/** A secret that somebody has filled in stays in that one file; everywhere else it becomes a reference. */
function withoutSecrets(filled: Readonly<Record<string, string>>, planned: Values): Values {
  return Object.fromEntries(
    Object.entries(filled).map(([name, value]) => {
      const known = planned[name];
      if (typeof known === 'object') return [name, known];
      const isSecret = known === undefined && (isSecretName(name) || looksSecret(value));
      return [name, isSecret ? { secret: name } : value];
    }),
  );
}

async function nameInFolder(flags: ConfigFlags, env: Env): Promise<string | undefined> {
  const project = await readProject(folderOf(flags, env));
  return project && serverOf(project);
}

const folderOf = ({ dir }: ConfigFlags, env: Env): string => targetOf(dir ?? '.', env);

const notesOf = ({ command }: StdioEntry): string[] => [runtimeWarning(printable(command)) ?? []].flat();

/** A command is taken as it was typed: it may be meant for another machine. Where it may not work, a note says so. */
function pathNotes(program: string, args: readonly string[], env: Env): string[] {
  const notes: string[] = [];
  if (!isAbsolute(program) && !/^[A-Za-z]:[\\/]/.test(program)) {
    const example = /^node(?:\.exe)?$/.test(program) ? `, here ${machineOf(env).nodePath}` : '';
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

function refuseBadName(name: string | undefined): void {
  if (name === undefined || isEntryName(name)) return;
  throw usageError('invalid-name', `${show(name)} is no name that every client takes.`, {
    hint: 'Use letters, digits, "-", "_" and ".", beginning with a letter or digit, at most 128 characters.',
  });
}

function checkUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && (url.protocol === 'https:' || url.protocol === 'http:')) {
    return text;
  }
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
