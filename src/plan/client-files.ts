import { posix } from 'node:path';
import type { NamedEntry } from '../base/entry.ts';
import { type JsonObject, mergeObjects, nested } from '../base/json.ts';
import { DEFAULT_URL, type EntryProject, sharedEntryOf } from '../clients/entry.ts';
import { CLIENTS, clientOf } from '../clients/registry.ts';
import type { Client } from '../clients/rows/client.ts';
import { type Button, buttonOf, shapeOf, spotOf } from '../clients/shape.ts';
import { publishedLaunch } from '../languages/index.ts';

/** Committed files depend on no machine, so any will do. */
const ANYWHERE = { platform: 'linux', home: '/', vars: {} } as const;

export interface ClientFile {
  readonly path: string;
  readonly value: JsonObject;
}

/** The config files of clients that a project's team shares, with the client's own word for the project's folder. */
export const clientFiles = (ids: readonly string[], project: EntryProject): ClientFile[] =>
  ids.map((id) => {
    const client = clientOf(id);
    const { projectRoot } = client;
    if (projectRoot === undefined) throw new Error(`${id} has no variable for the project's folder.`);
    return { path: pathIn(client), value: configOf(client, sharedEntryOf(project, projectRoot)) };
  });

function pathIn({ id, paths }: Client): string {
  const files = { exists: () => false, list: () => [] };
  const [path] = paths.project?.({ env: ANYWHERE, files, projectDir: '/' }) ?? [];
  if (path === undefined) throw new Error(`${id} has no config file in a project.`);
  return posix.relative('/', path);
}

function configOf(client: Client, named: NamedEntry): JsonObject {
  const file = { scope: 'project', projectDir: '/', content: undefined } as const;
  const { path, name } = spotOf(client, named.name, file);
  const parts = (client.companions?.of(named) ?? []).map(({ spot, value }) => nested(spot.path, [value]));
  return [nested([...path, name], shapeOf(client, named, ANYWHERE)), ...parts].reduce<JsonObject>(
    (config, part) => mergeObjects(config, part as JsonObject),
    {},
  );
}

/** Buttons for a README that install the published package or, where clients reach the server by HTTP, its address. */
export function installButtons({ language, name, serverName, isLocal, env }: InstallSubject): readonly Button[] {
  const entry: NamedEntry['entry'] = isLocal
    ? { transport: 'stdio', ...publishedLaunch(language, name), env }
    : { transport: 'http', url: DEFAULT_URL, headers: {} };
  return CLIENTS.flatMap((client) => buttonOf(client, { name: serverName, entry }, ANYWHERE) ?? []);
}

interface InstallSubject {
  readonly language: string;
  /** The package name, as the language's registry has it. */
  readonly name: string;
  readonly serverName: string;
  /** Clients start it themselves, over stdio. */
  readonly isLocal: boolean;
  readonly env: EntryProject['entryEnv'];
}
