import type { Client } from './client.ts';
import { inHome } from './paths.ts';
import { addressOf, commandOf, withMembers } from './shapes.ts';

export const rovoDev: Client = {
  id: 'rovo-dev',
  title: 'Rovo Dev',
  format: 'json',
  keyPath: ['mcpServers'],
  paths: { user: inHome('.rovodev', 'mcp.json') },
  stdio: withMembers({ transport: 'stdio' }, commandOf),
  http: withMembers({ transport: 'http' }, addressOf),
  after: ['Start a new session of Rovo Dev, and look with /mcp.'],
  evidence: 'support.atlassian.com/rovo/docs/connect-to-an-mcp-server-in-rovo-dev-cli',
};
