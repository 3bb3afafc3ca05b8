import type { NamedEntry, Value } from '../base/entry.ts';
import { isSecret, placeholderOf, textOf } from '../base/secrets.ts';
import type { Spot } from '../configs/formats/index.ts';
import { startable } from '../languages/launch.ts';
import type { Client, ConfigFile, Link, Site } from './rows/client.ts';

/** The entry as it stands in a client's file. */
export function shapeOf(client: Client, { name, entry }: NamedEntry, env: Site['env']): unknown {
  const reference = (variable: string): string => client.secret?.(variable, name) ?? placeholderOf(variable);
  const text = (value: Value): string => textOf(escaped(value, client.escape), reference);
  const site: Site = { name, env, text };
  if (entry.transport === 'http') return client.http(entry, site);
  return client.stdio(client.startsBatchFiles ? entry : startable(entry, env), site);
}

/** A value as a client takes it for what it is. */
function escaped(value: Value, rule: Client['escape']): Value {
  if (rule === undefined) return value;
  const [mark, characters] = rule;
  const plain = (text: string): string =>
    [...text].map((character) => (characters.includes(character) ? mark + character : character)).join('');
  if (!isSecret(value)) return plain(value);
  return { ...value, before: plain(value.before ?? ''), after: plain(value.after ?? '') };
}

/** Where an entry stands in a client's file. */
export function spotOf({ keyPath, by, orNull }: Client, name: string, file: ConfigFile): Spot {
  const path = typeof keyPath === 'function' ? keyPath(file) : keyPath;
  return { path, name, ...(by !== undefined && { by }), ...(orNull && { orNull }) };
}

/** The link that makes the client's application install the server; undefined when there is none. */
export const linkOf = (client: Client, named: NamedEntry, env: Site['env']): string | undefined =>
  client.link && linked(client, client.link, named, env);

export interface Button {
  readonly title: string;
  readonly image: string;
  readonly url: string;
}

/** The button that installs the server from a README; undefined when the client has none. */
export function buttonOf(client: Client, named: NamedEntry, env: Site['env']): Button | undefined {
  const { title, button } = client;
  return button && { title, image: button.image, url: linked(client, button.link, named, env) };
}

const linked = (client: Client, link: Link, named: NamedEntry, env: Site['env']): string =>
  link(named.name, shapeOf(client, named, env), client.companions?.of(named) ?? []);
