import { targetOf } from '../answers/names.ts';
import { show } from '../answers/text.ts';
import { type Client, type Place, REAL_FILES } from '../clients/client.ts';
import { CLIENTS, clientOf, type Location, locate } from '../clients/registry.ts';
import type { Context } from '../context.ts';
import type { Env } from '../env.ts';
import { EXIT, type ExitCode, usageError } from '../errors.ts';
import { painter } from '../report/style.ts';
import { type ConfigFlags, scopeOf } from './config-flags.ts';

/** A client, and its config files that are to be edited. */
export interface ChosenClient {
  readonly client: Client;
  readonly locations: readonly Location[];
  /** The user named it, or its file: then missing folders are made for it. */
  readonly named: boolean;
}

/**
 * The clients that the arguments name.
 *
 * @throws {CliError} `unknown-client`, `invalid-client-config`, exit 2.
 */
export function chooseClients(ids: readonly string[], flags: ConfigFlags, env: Env): readonly ChosenClient[] {
  const files = filesOf(flags, env);
  const everything = flags.all || (flags.list && ids.length === 0 && files.size === 0);
  const named = ids.length > 0 ? ids : [...files.keys()];
  const fallback = named.length > 0 ? named : ['claude-desktop'];
  const clients = everything ? CLIENTS : [...new Set([...fallback, ...files.keys()])].map(clientOf);
  return clients.map((client) => {
    const file = files.get(client.id);
    const locations =
      file === undefined ? locate(client, scopeOf(flags), placeOf(flags, env)) : [{ path: file, found: true }];
    return { client, locations, named: !everything || file !== undefined };
  });
}

/** Where a client's entry is written: every file that it keeps here, else the one that it would make. */
export function editedPaths({ client, locations, named }: ChosenClient, flags: ConfigFlags): readonly string[] {
  const found = locations.filter((location) => location.found);
  if (found.length > 0) return found.map(({ path }) => path);
  const [first] = locations;
  if (first !== undefined) return named ? [first.path] : [];
  if (!named) return [];
  throw usageError('no-config-file', `${client.title} has no config file for the scope ${scopeOf(flags)}.`, {
    hint: `Give another --scope, or its file: --client-config ${client.id}=path`,
  });
}

/** The table of clients, with their files on this machine. */
export function listClients(chosen: readonly ChosenClient[], flags: ConfigFlags, context: Context): ExitCode {
  const { stdout, env, version } = context;
  const scope = scopeOf(flags);
  const rows = chosen.flatMap(({ client: { id, title }, locations }) =>
    locations.map(({ path, found }) => ({ client: id, title, scope, path, found })),
  );
  if (flags.json) {
    stdout.write(`${JSON.stringify({ ok: true, version, clients: rows })}\n`);
    return EXIT.ok;
  }
  const paint = painter(stdout, env);
  const width = (key: 'client' | 'title'): number => Math.max(...rows.map((row) => row[key].length));
  for (const { client, title, path, found } of rows) {
    const state = found ? paint('green', 'found    ') : paint('dim', 'not found');
    stdout.write(`${client.padEnd(width('client'))}  ${title.padEnd(width('title'))}  ${state}  ${path}\n`);
  }
  return EXIT.ok;
}

const placeOf = ({ dir }: ConfigFlags, env: Env): Place => ({
  env,
  files: REAL_FILES,
  projectDir: targetOf(dir ?? '.', env),
});

/** `--client-config` by client. */
function filesOf({ clientConfig = [] }: ConfigFlags, env: Env): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const text of clientConfig) {
    const at = text.indexOf('=');
    const path = text.slice(at + 1);
    if (at <= 0 || path.trim() === '') {
      throw usageError('invalid-client-config', `--client-config ${show(text)} is not of the form <client>=<path>.`, {
        hint: 'For example: --client-config claude-desktop=/path/to/claude_desktop_config.json',
      });
    }
    const { id } = clientOf(text.slice(0, at));
    if (files.has(id)) throw usageError('contradictory-flags', `--client-config names two files for ${id}.`);
    files.set(id, targetOf(path, env));
  }
  return files;
}
