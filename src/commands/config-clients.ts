import type { NamedEntry } from '../base/entry.ts';
import type { Env } from '../base/env.ts';
import { type CliError, usageError } from '../base/errors.ts';
import { targetOf } from '../base/paths.ts';
import { placeholdersIn } from '../base/secrets.ts';
import { listOf, pairIn, show } from '../base/text.ts';
import { CLIENTS, clientOf, isWritable, type Location, locate, scopesOf } from '../clients/registry.ts';
import { repositoryRoot } from '../clients/repository.ts';
import { type Client, type Place, REAL_FILES, type Scope } from '../clients/rows/client.ts';
import { shapeOf } from '../clients/shape.ts';
import { wslNote } from '../clients/wsl.ts';
import type { ListedClient } from '../report/list.ts';
import type { ChosenServer } from './config-server.ts';

/** A client, and its config files that are to be edited. */
export interface ChosenClient {
  readonly client: Client;
  readonly scope: Scope;
  /** Absolute; the project that a `project` or `local` scope is about. */
  readonly projectDir: string;
  readonly locations: readonly Location[];
  /** The user named it, or its file: then missing folders are made for it. */
  readonly named: boolean;
}

/** Which clients are meant. */
export interface ClientWishes {
  readonly ids: readonly string[];
  /** Other config files than the clients' own, by id: paths as they were typed. */
  readonly files: ReadonlyMap<string, string>;
  /** Every client. */
  readonly all?: boolean | undefined;
  /** Every client, unless some are named. */
  readonly list?: boolean | undefined;
  /** The folder of the project; the current one by default. */
  readonly dir?: string | undefined;
  readonly scope?: Scope;
}

/**
 * The clients that are meant, Claude Desktop when none is named.
 *
 * @throws {CliError} `unknown-client`, exit 2
 */
export function chooseClients(
  { ids, files, all, list, dir = '.', scope = 'user' }: ClientWishes,
  env: Env,
): readonly ChosenClient[] {
  const everything = all || (list && ids.length === 0 && files.size === 0);
  const named = ids.length > 0 ? ids : [...files.keys()];
  const fallback = named.length > 0 ? named : ['claude-desktop'];
  const clients = everything ? CLIENTS : [...new Set([...fallback, ...files.keys()])].map(clientOf);
  const place: Place = { env, files: REAL_FILES, projectDir: targetOf(dir, env) };
  const projectDir = scope === 'local' ? repositoryRoot(place.projectDir) : place.projectDir;
  return clients.map((row) => {
    const client = row.inPlace?.(place) ?? row;
    const file = files.get(client.id);
    const locations =
      file === undefined ? locate(client, scope, place) : [{ path: targetOf(file, env), scope, found: true }];
    return { client, scope, projectDir, locations, named: !everything || file !== undefined };
  });
}

/** The table of clients, with their files on this machine. */
export const listedClients = (chosen: readonly ChosenClient[]): readonly ListedClient[] =>
  chosen.flatMap(({ client, scope, locations }): readonly ListedClient[] => {
    const row = { client: client.id, title: client.title, scope, byHand: !isWritable(client) };
    if (locations.length === 0) return [{ ...row, path: null, found: false, exists: false }];
    return locations.map(({ path, found }) => ({
      ...row,
      path,
      found,
      exists: REAL_FILES.exists(path),
    }));
  });

/**
 * Where a client's entry is written: every file that it keeps here, else the one that it would make.
 *
 * @throws {CliError} `no-config-file`, exit 2, when a client was named that has none
 */
export function editedPaths({ client, scope, locations, named }: ChosenClient): readonly string[] {
  const found = locations.filter((location) => location.found);
  if (client.format === 'form' && named) throw printOnly(client);
  if (found.length > 0) return found.map(({ path }) => path);
  const [first] = locations;
  if (!named) return [];
  if (first !== undefined) return [first.path];
  throw isWritable(client) ? noSuchScope(client, scope) : printOnly(client);
}

function noSuchScope(client: Client, scope: Scope): CliError {
  const others = scopesOf(client).filter((other) => other !== scope);
  const instead = others.length > 0 ? `Give --scope ${listOf(others)}, or` : 'Give';
  return usageError('no-config-file', `${client.title} has no config file for the scope ${scope} here.`, {
    hint: `${instead} its file: --client-config ${client.id}=path`,
  });
}

const printOnly = ({ id, title }: Client): CliError =>
  usageError('no-config-file', `${title} has no config file that could be written: it is set up by hand.`, {
    hint: `Leave out --write to see what to enter: create-mcp-mason config ${id}`,
  });

/** The entry as one client gets it: in a file that a team shares, with the client's own word for the project's folder. */
export function namedFor({ client, scope }: Pick<ChosenClient, 'client' | 'scope'>, server: ChosenServer): NamedEntry {
  const { projectRoot } = client;
  return scope === 'project' && projectRoot !== undefined && server.shared !== undefined
    ? server.shared(projectRoot)
    : server.named;
}

/** What a person should know about an entry in a client. */
export function entryNotes(client: Client, named: NamedEntry, env: Env): readonly string[] {
  const open = placeholdersIn(shapeOf(client, named, env));
  const fill = open.map((name) => `<${name}>`).join(', ');
  return [
    ...[wslNote(client, named, env) ?? []].flat(),
    ...(client.notes?.(named.entry) ?? []),
    ...(open.length > 0 ? [`${client.title} looks no variables up: put your own value in the place of ${fill}.`] : []),
  ];
}

/**
 * `--client-config` by client.
 *
 * @param given `<client>=<path>`, as often as wanted
 * @throws {CliError} `unknown-client`, `invalid-client-config`, `contradictory-flags`, exit 2
 */
export function clientFiles(given: readonly string[] = []): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const text of given) {
    const [name, path] = pairIn(text) ?? [];
    if (name === undefined || path === undefined) {
      throw usageError('invalid-client-config', `--client-config ${show(text)} is not of the form <client>=<path>.`, {
        hint: 'For example: --client-config claude-desktop=/path/to/claude_desktop_config.json',
      });
    }
    const { id } = clientOf(name);
    if (files.has(id)) throw usageError('contradictory-flags', `--client-config names two files for ${id}.`);
    files.set(id, path);
  }
  return files;
}
