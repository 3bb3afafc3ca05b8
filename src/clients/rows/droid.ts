import type { Client } from './client.ts';
import { inHome, inProject } from './paths.ts';
import { addressOf, commandOf, withMembers } from './shapes.ts';

export const droid: Client = {
  id: 'droid',
  title: 'Factory Droid',
  format: 'json',
  keyPath: ['mcpServers'],
  paths: { user: inHome('.factory', 'mcp.json'), project: inProject('.factory', 'mcp.json') },
  stdio: withMembers({ type: 'stdio' }, commandOf),
  http: withMembers({ type: 'http' }, addressOf),
  after: ['Look with /mcp in Droid.'],
  evidence: 'docs.factory.ai/cli/configuration/mcp',
};
