import type { HttpEntry, StdioEntry } from '../../base/entry.ts';
import { pathOf } from '../../base/paths.ts';
import { isSecret, secretsIn, textOf } from '../../base/secrets.ts';
import type { Client, Place, Site } from './client.ts';
import { appData, configHome } from './paths.ts';
import { shellReference, textsAs } from './shapes.ts';

const COMMON = { enabled: true, timeout: 300 };

export const goose: Client = {
  id: 'goose',
  title: 'Goose',
  format: 'yaml',
  keyPath: ['extensions'],
  paths: { user: userPath },
  stdio: ({ command, args, env }: StdioEntry, site: Site) => {
    const entries = Object.entries(env);
    const keys = entries.filter(([name, value]) => isSecret(value) && value.secret === name).map(([name]) => name);
    const written = Object.fromEntries(entries.filter(([name]) => !keys.includes(name)));
    return {
      name: site.name,
      type: 'stdio',
      ...COMMON,
      cmd: command,
      args,
      ...textsAs('envs', written, site),
      // Goose asks for these and keeps them in the system's keychain.
      ...(keys.length > 0 && { env_keys: keys }),
    };
  },
  http: ({ url, headers }: HttpEntry, site: Site) => {
    const keys = secretsIn(Object.values(headers));
    return {
      name: site.name,
      type: 'streamable_http',
      ...COMMON,
      uri: url,
      ...textsAs('headers', headers, { ...site, text: (value) => textOf(value, shellReference) }),
      ...(keys.length > 0 && { env_keys: keys }),
    };
  },
  after: ['Start a new session of Goose.'],
  evidence: 'aaif-goose/goose@20f87d19: crates/goose/src/agents/extension.rs, config/paths.rs',
};

function userPath({ env }: Place): readonly string[] {
  const root = env.vars.GOOSE_PATH_ROOT;
  if (root) return [pathOf(env).join(root, 'config', 'config.yaml')];
  const folder =
    env.platform === 'win32'
      ? pathOf(env).join(appData(env), 'Block', 'goose', 'config')
      : pathOf(env).join(configHome(env), 'goose');
  return [pathOf(env).join(folder, 'config.yaml')];
}
