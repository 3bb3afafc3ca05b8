import type { HttpEntry, StdioEntry, Value } from '../../base/entry.ts';
import { isSecret } from '../../base/secrets.ts';
import type { Client, Site } from './client.ts';
import { inFolderOf, inProject } from './paths.ts';
import { TRUSTED, textsAs } from './shapes.ts';

export const codex: Client = {
  id: 'codex',
  title: 'Codex',
  format: 'toml',
  keyPath: ['mcp_servers'],
  paths: { user: inFolderOf('CODEX_HOME', ['.codex'], 'config.toml'), project: inProject('.codex', 'config.toml') },
  stdio: command,
  http: address,
  after: ['Start a new session of Codex.'],
  forNew: TRUSTED,
  evidence: 'codex 0.169.0 run on Linux: codex mcp list, get',
};

/** Codex has no references in texts; it has lists of variables to pass on instead. */
function command({ command, args, env }: StdioEntry, site: Site): object {
  const [passed, written] = split(env, (name, value) => isSecret(value) && isBare(value) && value.secret === name);
  return {
    command,
    args,
    ...(passed.length > 0 && { env_vars: passed.map(([name]) => name) }),
    ...textsAs('env', Object.fromEntries(written), site),
  };
}

function address({ url, headers }: HttpEntry, site: Site): object {
  const [bearer, others] = split(headers, (name, value) => /^authorization$/i.test(name) && isBearer(value));
  const [passed, written] = split(Object.fromEntries(others), (_, value) => isBare(value));
  const token = bearer[0]?.[1];
  return {
    url,
    ...(token !== undefined && isSecret(token) && { bearer_token_env_var: token.secret }),
    ...textsAs('http_headers', Object.fromEntries(written), site),
    ...(passed.length > 0 && { env_http_headers: Object.fromEntries(passed.map(secretName)) }),
  };
}

const isBare = (value: Value): boolean => isSecret(value) && !value.before && !value.after;
const isBearer = (value: Value): boolean => isSecret(value) && value.before === 'Bearer ' && !value.after;
const secretName = ([name, value]: readonly [string, Value]): [string, string] => [
  name,
  isSecret(value) ? value.secret : value,
];

type Pairs = (readonly [string, Value])[];

function split(values: Readonly<Record<string, Value>>, test: (name: string, value: Value) => boolean): [Pairs, Pairs] {
  const entries = Object.entries(values);
  return [entries.filter(([name, value]) => test(name, value)), entries.filter(([name, value]) => !test(name, value))];
}
