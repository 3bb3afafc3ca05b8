import type { Client } from './client.ts';
import { addressOf, commandOf } from './shapes.ts';

/** Where it keeps the servers of all projects is not documented, and of a project's file only the place is. */
export const jetbrainsAir: Client = {
  id: 'jetbrains-air',
  title: 'JetBrains Air',
  format: 'json',
  keyPath: ['mcpServers'],
  paths: {},
  stdio: commandOf,
  http: addressOf,
  after: [],
  notes: () => [
    'Paste it in Settings > AI > MCP Servers > Add Global MCP Server; for one project, into .air/mcp.json there.',
  ],
  evidence: 'jetbrains.com/help/air/mcp-servers.html',
};
