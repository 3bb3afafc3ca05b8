import type { HttpEntry, StdioEntry } from '../../base/entry.ts';
import { isObject, memberOf } from '../../base/json.ts';
import type { Client, ConfigFile, Site } from './client.ts';
import { firstOf, inConfigHome, inProject } from './paths.ts';
import { textsAs } from './shapes.ts';

export const opencode: Client = {
  id: 'opencode',
  title: 'opencode',
  format: 'jsonc',
  keyPath,
  paths: {
    user: firstOf(inConfigHome('opencode', 'opencode.jsonc'), inConfigHome('opencode', 'opencode.json')),
    project: firstOf(inProject('opencode.jsonc'), inProject('opencode.json')),
  },
  // Without a schema, opencode rewrites the file and drops its comments.
  blank: '{\n  "$schema": "https://opencode.ai/config.json"\n}\n',
  stdio: ({ command, args, env }: StdioEntry, site: Site) => ({
    type: 'local',
    command: [command, ...args],
    ...textsAs('environment', env, site),
  }),
  http: ({ url, headers }: HttpEntry, site: Site) => ({ type: 'remote', url, ...textsAs('headers', headers, site) }),
  secret: (variable) => `{env:${variable}}`,
  after: ['Start a new session of opencode.'],
  evidence: 'opencode 1.18.33 run on Linux: opencode mcp list; opencode.ai/v2/docs/mcp-servers and /docs/migrate-v1',
};

/** Version 2 has the servers one level deeper, and still reads the first version's place. */
function keyPath({ content }: ConfigFile): readonly string[] {
  const servers = memberOf(memberOf(content, 'mcp'), 'servers');
  // A server of the first version could be called "servers"; it has a type.
  return isObject(servers) && !Object.hasOwn(servers, 'type') ? ['mcp', 'servers'] : ['mcp'];
}
