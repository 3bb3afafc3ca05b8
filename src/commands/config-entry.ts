import type { Client } from '../clients/client.ts';
import { placeholdersIn } from '../clients/secrets.ts';
import { shapeOf } from '../clients/shape.ts';
import type { NamedEntry } from '../clients/types.ts';
import type { Env } from '../env.ts';
import type { ChosenClient } from './config-clients.ts';
import type { ChosenServer } from './config-server.ts';

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
    ...(client.notes?.(named.entry) ?? []),
    ...(open.length > 0 ? [`${client.title} looks no variables up: put your own value in the place of ${fill}.`] : []),
  ];
}
