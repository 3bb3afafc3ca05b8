import type { HttpEntry, StdioEntry, Value } from '../../base/entry.ts';
import { isSecret, secretsIn, textOf } from '../../base/secrets.ts';
import type { Client, Site } from './client.ts';
import { inFolderOf, inProject } from './paths.ts';
import { commandOf, TRUSTED, textsAs } from './shapes.ts';

export const mistralVibe: Client = {
  id: 'mistral-vibe',
  title: 'Mistral Vibe',
  format: 'toml',
  keyPath: ['mcp_servers'],
  by: 'name',
  paths: { user: inFolderOf('VIBE_HOME', ['.vibe'], 'config.toml'), project: inProject('.vibe', 'config.toml') },
  noMark: 'Mistral Vibe ends with an error',
  stdio: (entry: StdioEntry, site: Site) => ({ name: site.name, transport: 'stdio', ...commandOf(entry, site) }),
  http: address,
  after: ['Start a new session of Mistral Vibe, and look with /mcp.'],
  forNew: TRUSTED,
  evidence: 'vibe 3.0.2 run on Linux: vibe mcp add, a session, a byte order mark; its README',
};

/** It has no references in texts, and takes one header from a variable, in a format of its own. */
function address({ url, headers }: HttpEntry, site: Site): object {
  const secret = Object.entries(headers).find(([, value]) => isSecret(value) && !/[{}]/.test(textOf(value, () => '')));
  const others = Object.fromEntries(Object.entries(headers).filter(([name]) => name !== secret?.[0]));
  const auth = { type: 'static', ...textsAs('headers', others, site), ...(secret && keyOf(...secret)) };
  const isNeeded = Object.keys(headers).length > 0;
  return { name: site.name, transport: 'streamable-http', url, ...(isNeeded && { auth }) };
}

const keyOf = (name: string, value: Value): object => ({
  api_key_env: secretsIn([value])[0],
  api_key_header: name,
  api_key_format: textOf(value, () => '{token}'),
});
