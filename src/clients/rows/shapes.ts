import type { HttpEntry, StdioEntry, Value } from '../../base/entry.ts';
import type { Site } from './client.ts';

/** The members that most clients have, each left out when it would be empty. */

type Values = Readonly<Record<string, Value>>;

/** `{ env: … }`, under the name that the client has for it. */
export function textsAs(key: string, values: Values, { text }: Site): object {
  const entries = Object.entries(values).map(([name, value]) => [name, text(value)]);
  return entries.length === 0 ? {} : { [key]: Object.fromEntries(entries) };
}

/** `command`, `args`, `env`. */
export const commandOf = ({ command, args, env }: StdioEntry, site: Site): object => ({
  command,
  args,
  ...textsAs('env', env, site),
});

/** `url`, `headers`. */
export const addressOf = ({ url, headers }: HttpEntry, site: Site): object => ({
  url,
  ...textsAs('headers', headers, site),
});

/** The same with other members in front. */
export const withMembers =
  <Entry>(members: object, shape: (entry: Entry, site: Site) => object) =>
  (entry: Entry, site: Site): object => ({ ...members, ...shape(entry, site) });

/** `${env:X}` */
export const envReference = (variable: string): string => `\${env:${variable}}`;
/** `${X}` */
export const shellReference = (variable: string): string => `\${${variable}}`;

/** What to do where an entry is new. */
export const TRUSTED = ['A file in a project counts only when the project is trusted.'] as const;
