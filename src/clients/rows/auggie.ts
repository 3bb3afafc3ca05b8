import type { Client } from './client.ts';
import { inHome } from './paths.ts';
import { addressOf, commandOf, withMembers } from './shapes.ts';

export const auggie: Client = {
  id: 'auggie',
  title: 'Auggie',
  format: 'json',
  keyPath: ['mcpServers'],
  paths: { user: inHome('.augment', 'settings.json') },
  stdio: commandOf,
  http: withMembers({ type: 'http' }, addressOf),
  after: ['Start a new session of Auggie, and look with /mcp-status.'],
  evidence: 'docs.augmentcode.com/cli/integrations',
};
