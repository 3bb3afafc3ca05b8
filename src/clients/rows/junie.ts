import type { Client } from './client.ts';
import { inHome, inProject } from './paths.ts';
import { addressOf, commandOf } from './shapes.ts';

export const junie: Client = {
  id: 'junie',
  title: 'Junie',
  format: 'json',
  keyPath: ['mcpServers'],
  paths: { user: inHome('.junie', 'mcp', 'mcp.json'), project: inProject('.junie', 'mcp', 'mcp.json') },
  traces: inHome('.junie'),
  stdio: commandOf,
  http: addressOf,
  after: ['Look at Settings > Tools > Junie > MCP Settings.'],
  evidence: 'junie.jetbrains.com/docs/junie-cli-mcp-configuration.html; laravel/boost (PhpStormJunie.php)',
};
