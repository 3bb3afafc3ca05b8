import type { Client } from './client.ts';
import { firstOf, inConfigHome, inProject } from './paths.ts';
import { addressOf, commandOf, shellReference } from './shapes.ts';

export const amp: Client = {
  id: 'amp',
  title: 'Amp',
  format: 'jsonc',
  // One key with a dot in it.
  keyPath: ['amp.mcpServers'],
  paths: {
    user: firstOf(inConfigHome('amp', 'settings.json'), inConfigHome('amp', 'settings.jsonc')),
    project: firstOf(inProject('.amp', 'settings.json'), inProject('.amp', 'settings.jsonc')),
  },
  orNull: true,
  noMark: 'Amp refuses such a file',
  stdio: commandOf,
  http: addressOf,
  secret: shellReference,
  after: ['Start a new session of Amp.'],
  forNew: ['A server in a project has to be approved once: amp mcp approve <name>.'],
  evidence: 'amp 0.0.1790142911 run on Linux: amp mcp list, a null table, a byte order mark',
};
