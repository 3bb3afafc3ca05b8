import { listOf, nearest, show } from '../answers/text.ts';
import type { Env } from '../env.ts';
import { usageError } from '../errors.ts';
import { type Client, type Files, type Place, REAL_FILES, type Scope } from './client.ts';
import { claudeDesktop } from './rows/claude-desktop.ts';
import type { ServerEntry } from './types.ts';

/** Every client, in the order in which they are listed. */
export const CLIENTS: readonly Client[] = [claudeDesktop];

/** @throws {CliError} `unknown-client`, exit 2, with the nearest id. */
export function clientOf(id: string): Client {
  const client = CLIENTS.find((row) => row.id === id);
  if (client !== undefined) return client;
  const ids = CLIENTS.map((row) => row.id);
  const similar = nearest(id, ids);
  throw usageError('unknown-client', `There is no client ${show(id)}.`, {
    hint: similar === undefined ? `Known clients: ${listOf(ids, 'and')}.` : `Did you mean ${similar}?`,
  });
}

/** The entry as it stands in a client's file. */
export function shapeOf(client: Client, entry: ServerEntry, env: Env): unknown {
  return entry.transport === 'stdio' ? client.stdio(entry) : client.http(entry, env);
}

export interface Location {
  readonly path: string;
  /** The client keeps its files there on this machine. */
  readonly found: boolean;
}

/** A client's config files on this machine; none when it has no file of that scope. */
export function locate(client: Client, scope: Scope, place: Place): readonly Location[] {
  const paths = client.paths[scope]?.(place) ?? [];
  return paths.map((path) => ({ path, found: place.files.exists(folderOf(path)) }));
}

/** The clients that are on this machine. */
export function detectClients(env: Env, files: Files = REAL_FILES): readonly Client[] {
  return CLIENTS.filter((client) => locate(client, 'user', { env, files }).some(({ found }) => found));
}

const folderOf = (path: string): string => path.replace(/[\\/][^\\/]*$/, '');
