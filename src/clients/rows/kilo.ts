import type { HttpEntry, StdioEntry } from '../../base/entry.ts';
import type { Client, Site } from './client.ts';
import { firstOf, inConfigHome, inProject } from './paths.ts';
import { textsAs } from './shapes.ts';

export const kilo: Client = {
  id: 'kilo',
  title: 'Kilo Code',
  format: 'jsonc',
  keyPath: ['mcp'],
  paths: {
    user: firstOf(inConfigHome('kilo', 'kilo.jsonc'), inConfigHome('kilo', 'kilo.json')),
    project: firstOf(
      inProject('.kilo', 'kilo.jsonc'),
      inProject('.kilo', 'kilo.json'),
      inProject('kilo.jsonc'),
      inProject('kilo.json'),
    ),
  },
  stdio: ({ command, args, env }: StdioEntry, site: Site) => ({
    type: 'local',
    command: [command, ...args],
    ...textsAs('environment', env, site),
  }),
  http: ({ url, headers }: HttpEntry, site: Site) => ({ type: 'remote', url, ...textsAs('headers', headers, site) }),
  after: ['Restart Kilo Code, or start a new session of its command line.'],
  evidence: 'Kilo-Org/kilocode: packages/kilo-docs/pages/automate/mcp/using-in-kilo-code.md',
};
