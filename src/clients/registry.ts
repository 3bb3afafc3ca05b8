import type { Env } from '../base/env.ts';
import { usageError } from '../base/errors.ts';
import { listOf, nearest, show } from '../base/text.ts';
import { type Client, type Files, type Place, REAL_FILES, SCOPES, type Scope } from './rows/client.ts';
import { CLIENTS } from './rows/index.ts';

export { CLIENTS } from './rows/index.ts';

/** Clients whose files we write; of the others only the entry is shown. */
export const isWritable = ({ paths }: Client): boolean => scopesOf({ paths }).length > 0;

/** The scopes for which a client has a file. */
export const scopesOf = ({ paths }: Pick<Client, 'paths'>): readonly Scope[] =>
  SCOPES.filter((scope) => paths[scope] !== undefined);

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

export interface Location {
  readonly path: string;
  readonly scope: Scope;
  /** The client keeps its files there on this machine. */
  readonly found: boolean;
}

/** A client's config files on this machine; none when it has no file of that scope. */
export function locate(client: Client, scope: Scope, place: Place): readonly Location[] {
  const paths = client.paths[scope]?.(place) ?? [];
  const traces = scope === 'user' ? client.traces?.(place) : undefined;
  const isHere = traces?.some((path) => place.files.exists(path));
  return paths.map((path) => ({ path, scope, found: isHere ?? place.files.exists(folderOf(path)) }));
}

/** The clients that are on this machine, and whose user files we write. */
export function detectClients(env: Env, files: Files = REAL_FILES): readonly Client[] {
  const place: Place = { env, files, projectDir: env.cwd };
  return CLIENTS.filter((client) => locate(client, 'user', place).some(({ found }) => found));
}

const folderOf = (path: string): string => path.replace(/[\\/][^\\/]*$/, '');
