import type { Env } from '../base/env.ts';
import { type CliError, usageError } from '../base/errors.ts';
import { targetOf } from '../base/paths.ts';
import { listOf, nearest, show } from '../base/text.ts';
import { readClientEntries } from '../clients/read.ts';
import { clientOf } from '../clients/registry.ts';
import { ENTRY_FILE } from '../clients/snippet.ts';
import type { CheckTarget } from '../probe/check.ts';
import { shownWithout } from '../probe/shown.ts';
import { hiddenOf } from '../probe/target.ts';
import { targetsOf } from './check-targets.ts';
import { chooseClients, clientFiles } from './config-clients.ts';
import { type ProjectOnDisk, readProject, serverOf } from './project-on-disk.ts';
import { headersFrom, urlFrom, variablesFrom } from './target-values.ts';

/** Which server is meant: the project in `dir`, a command line, an address, or what a client's own file says. */
export interface TargetFlags {
  /** The folder of the project; the current one by default. */
  readonly dir?: string | undefined;
  readonly url?: string | undefined;
  /** The id of a client. */
  readonly client?: string | undefined;
  /** `<client>=<path>`. */
  readonly clientConfig?: readonly string[] | undefined;
  /** The name of the entry in that client, and under which clients list the server. */
  readonly name?: string | undefined;
  /** `Name: value`, with `${VARIABLE}` for what the environment has. */
  readonly header?: readonly string[] | undefined;
  /** `NAME=value`, or `NAME` for what the environment has. */
  readonly env?: readonly string[] | undefined;
}

/** The server that was chosen. */
export interface ChosenTarget {
  /** For people. */
  readonly title: string;
  /** Under which clients list it; undefined where nothing says it. */
  readonly name: string | undefined;
  /** The folder of its project; null when it is none. */
  readonly dir: string | null;
  /** One a transport. */
  readonly targets: readonly CheckTarget[];
}

/**
 * The server that the flags describe.
 *
 * @param words what a person types before them, for hints: `check`
 * @throws {CliError} exit 2 when it is not said which, or flags do not go together; 1 when it is not built
 */
export async function chooseTarget(
  flags: TargetFlags,
  command: readonly string[],
  env: Env,
  words: string,
): Promise<ChosenTarget> {
  refuseContradictions(flags, command);
  const { name, url, client } = flags;
  const [program, ...args] = command;
  if (program !== undefined) {
    const target: CheckTarget = { transport: 'stdio', command: program, args, env: variablesFrom(flags.env, env.vars) };
    return { title: name ?? titleOf([program, ...args].join(' '), target), name, dir: null, targets: [target] };
  }
  if (url !== undefined) {
    const headers = headersFrom(flags.header, env.vars);
    const target = { transport: 'remote', url: urlFrom(url), headers } as const;
    return { title: name ?? titleOf(target.url, target), name, dir: null, targets: [target] };
  }
  if (client !== undefined || flags.clientConfig !== undefined) return inClient(flags, env);
  const dir = targetOf(flags.dir ?? '.', env);
  const project = await readProject(dir);
  const own = project && serverOf(project);
  if (project === undefined || own === undefined) throw noProject(dir, project, words);
  const headers = headersFrom(flags.header, env.vars);
  const targets = targetsOf(project, own, env).map((one) => (one.transport === 'http' ? { ...one, headers } : one));
  if (flags.header !== undefined && targets.every(({ transport }) => transport === 'stdio')) {
    throw usageError('contradictory-flags', 'These do not go together: --header and a server on stdin and stdout.');
  }
  return { title: own, name: name ?? own, dir, targets };
}

/** What was typed, without secrets. */
const titleOf = (typed: string, target: CheckTarget): string => shownWithout(hiddenOf(target))(typed);

function refuseContradictions(
  { dir, url, client, header = [], env = [] }: TargetFlags,
  command: readonly string[],
): void {
  const isCommand = command.length > 0;
  const both: readonly (readonly [boolean, boolean, string])[] = [
    [url !== undefined, isCommand, '--url and a command after --'],
    [client !== undefined, isCommand, '--client and a command after --'],
    [client !== undefined, url !== undefined, '--client and --url'],
    [dir !== undefined, isCommand, 'the folder of a project and a command after --'],
    [dir !== undefined, url !== undefined, 'the folder of a project and --url'],
    [header.length > 0, isCommand || client !== undefined, '--header and a server of --client or after --'],
    [env.length > 0, !isCommand, '--env and a server that is not started by a command after --'],
  ];
  const [, , clash] = both.find(([one, other]) => one && other) ?? [];
  if (clash !== undefined) throw usageError('contradictory-flags', `These do not go together: ${clash}.`);
}

/** What a client's own file says, be it right or wrong: that is what its user gets. */
async function inClient(flags: TargetFlags, env: Env): Promise<ChosenTarget> {
  const files = clientFiles(flags.clientConfig);
  const ids = flags.client === undefined ? [...files.keys()] : [clientOf(flags.client).id];
  const [chosen] = chooseClients({ ids, files, dir: flags.dir }, env);
  const path = (chosen?.locations.find(({ found }) => found) ?? chosen?.locations[0])?.path;
  if (chosen === undefined || path === undefined)
    throw usageError('no-config-file', `${show(ids.join(', '))} has no config file that could be read.`);
  const { client, scope, projectDir } = chosen;
  const entries = await readClientEntries(client, { path, scope, projectDir }, env.vars);
  const name = flags.name ?? (await nameIn(flags, env)) ?? (entries.size === 1 ? [...entries.keys()][0] : undefined);
  const entry = name === undefined ? undefined : entries.get(name);
  if (name === undefined || entry === undefined) throw noEntry(path, name, [...entries.keys()]);
  const target: CheckTarget =
    entry.transport === 'http' ? { ...entry, url: urlFrom(entry.url), transport: 'remote' } : entry;
  return { title: `${name} in ${client.title}`, name, dir: null, targets: [target] };
}

async function nameIn({ dir }: TargetFlags, env: Env): Promise<string | undefined> {
  const project = await readProject(targetOf(dir ?? '.', env));
  return project && serverOf(project);
}

function noEntry(path: string, name: string | undefined, names: readonly string[]): CliError {
  const similar = name === undefined ? undefined : nearest(name, names);
  const there =
    names.length === 0 ? 'It has none.' : `It has ${listOf(names.map((one) => show(one)).slice(0, 20), 'and')}.`;
  const what = name === undefined ? `Which server of ${path} is meant?` : `${path} has no server ${show(name)}.`;
  const hint = similar === undefined ? `${there} Name one: --name <name>` : `Did you mean --name ${similar}?`;
  return usageError('no-entry', what, { hint, ...(name === undefined && { missing: ['--name'] }) });
}

function noProject(dir: string, project: ProjectOnDisk | undefined, words: string): CliError {
  const what =
    project === undefined ? 'no project of create-mcp-mason' : `no record, and ${ENTRY_FILE} does not name one server`;
  return usageError('no-project', `There is ${what} in ${dir}.`, {
    hint: `Name the folder of a project, or any server: create-mcp-mason ${words} -- node /path/to/server.js`,
  });
}
