import { readFileSync, statSync } from 'node:fs';
import { failure, messageOf } from '../base/errors.ts';
import { isObject, memberOf, valueAt } from '../base/json.ts';
import { loadFormat } from '../configs/formats/index.ts';
import type { Client, Scope } from './rows/client.ts';
import { spotOf } from './shape.ts';

/** An entry as it stands in a client's file: how it starts the server, or where it reaches it. */
export type FoundEntry =
  | { readonly transport: 'stdio'; readonly command: string; readonly args: readonly string[]; readonly env: Texts }
  | { readonly transport: 'http'; readonly url: string; readonly headers: Texts };

type Texts = Readonly<Record<string, string>>;

const MOST_BYTES = 16 * 1024 * 1024;

/**
 * The entries of servers in a client's config file, by name. What is no entry of a server is left out.
 *
 * @throws {CliError} `config-invalid` when the file cannot be read
 */
export async function readClientEntries(
  client: Client,
  file: { readonly path: string; readonly scope: Scope; readonly projectDir: string },
  vars: Readonly<Record<string, string | undefined>>,
): Promise<ReadonlyMap<string, FoundEntry>> {
  const { path, scope, projectDir } = file;
  try {
    const info = statSync(path);
    if (!info.isFile() || info.size > MOST_BYTES) throw new Error('it is no ordinary file, or far too long.');
    const content = (await loadFormat(client.format)).read(readFileSync(path, 'utf8').replace(/^\uFEFF/, ''));
    const table = valueAt(content, spotOf(client, '', { scope, projectDir, content }).path);
    const filled = (text: string): string => withVariables(text, vars, client.escape);
    return new Map(namedIn(table, client.by).flatMap(([name, entry]) => entryIn(name, entry, vars, filled)));
  } catch (error) {
    throw failure('config-invalid', `${path} of ${client.title} cannot be read: ${messageOf(error)}`, {
      hint: 'Correct the file, or name another one: --client-config <client>=<path>',
      cause: error,
    });
  }
}

/** Most tables are objects; a few are lists whose items have their names in a member. */
function namedIn(table: unknown, by: string | undefined): readonly (readonly [string, unknown])[] {
  if (by !== undefined && Array.isArray(table)) return table.filter(isObject).map((item) => [String(item[by]), item]);
  return Object.entries(isObject(table) ? table : {});
}

/** The members that clients have for the same things under other names. */
function entryIn(
  name: string,
  entry: unknown,
  vars: Readonly<Record<string, string | undefined>>,
  filled: (text: string) => string,
): readonly [string, FoundEntry][] {
  if (!isObject(entry)) return [];
  if (isObject(entry.transport)) return entryIn(name, entry.transport, vars, filled);
  const url = [entry.url, entry.httpUrl, entry.serverUrl, entry.uri].find((value) => typeof value === 'string');
  if (typeof url === 'string') {
    const own =
      entry.headers ??
      entry.http_headers ??
      memberOf(entry.requestOptions, 'headers') ??
      memberOf(entry.auth, 'headers');
    const headers = { ...textsIn(own, filled), ...passedHeaders(entry, vars), ...keyHeader(entry, vars) };
    return [[name, { transport: 'http', url: filled(url), headers }]];
  }
  const [command, ...more] = [entry.command ?? entry.cmd].flat();
  if (typeof command !== 'string') return [];
  const args = [...more, ...(Array.isArray(entry.args) ? entry.args : [])].map((word) => filled(String(word)));
  const env = { ...textsIn(entry.env ?? entry.envs ?? entry.environment, filled), ...passed(entry, vars) };
  return [[name, { transport: 'stdio', command: filled(command), args, env }]];
}

const textsIn = (table: unknown, filled: (text: string) => string): Texts =>
  Object.fromEntries(Object.entries(isObject(table) ? table : {}).map(([key, value]) => [key, filled(String(value))]));

/** Variables that a client passes on by their names. */
function passed(
  { env_vars, env_keys }: Readonly<Record<string, unknown>>,
  vars: Readonly<Record<string, string | undefined>>,
): Texts {
  const names = [env_vars, env_keys].flatMap((list) => (Array.isArray(list) ? list.map(String) : []));
  return Object.fromEntries(names.flatMap((name) => (vars[name] === undefined ? [] : [[name, vars[name] ?? '']])));
}

/** Codex has the names of variables in the place of values. */
function passedHeaders(
  { bearer_token_env_var: bearer, env_http_headers: table }: Readonly<Record<string, unknown>>,
  vars: Readonly<Record<string, string | undefined>>,
): Texts {
  const named = textsIn(table, (name) => vars[name] ?? '');
  return typeof bearer === 'string' && vars[bearer] ? { ...named, Authorization: `Bearer ${vars[bearer]}` } : named;
}

/** Mistral Vibe has one header from a variable: in a table, or beside the address as it was in older versions. */
function keyHeader(
  entry: Readonly<Record<string, unknown>>,
  vars: Readonly<Record<string, string | undefined>>,
): Texts {
  const {
    api_key_env: name,
    api_key_header: header = 'Authorization',
    api_key_format: format = 'Bearer {token}',
  }: Readonly<Record<string, unknown>> = isObject(entry.auth) ? entry.auth : entry;
  const value = vars[String(name)];
  return value === undefined ? {} : { [String(header)]: String(format).replace('{token}', () => value) };
}

/**
 * `${env:X}`, `${X}`, `{env:X}`, `${{ secrets.X }}` and a placeholder `<X>`, where this environment has X; and without the
 * marks before characters that mean themselves.
 */
function withVariables(
  text: string,
  vars: Readonly<Record<string, string | undefined>>,
  [mark, characters]: NonNullable<Client['escape']> = ['', ''],
): string {
  const fill = (part: string, pattern: RegExp): string =>
    part.replace(pattern, (whole, a?: string, b?: string, c?: string) => vars[a ?? b ?? c ?? ''] ?? whole);
  if (mark === '') return fill(text, /\$\{\{ *secrets\.(\w+) *\}\}|\$?\{(?:env:)?(\w+)\}|^<(\w+)>$/g);
  const parts = text.split(new RegExp(`(\\${mark}[${characters.replaceAll('\\', '\\\\')}])`));
  return parts.map((part, index) => (index % 2 === 0 ? fill(part, /\$\{(\w+)\}/g) : part.slice(mark.length))).join('');
}
