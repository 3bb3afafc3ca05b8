import type { HttpEntry } from '../../base/entry.ts';
import type { Client, Site } from './client.ts';
import { inHome } from './paths.ts';
import { commandOf, envReference, textsAs } from './shapes.ts';

export const windsurf: Client = {
  id: 'windsurf',
  title: 'Windsurf',
  format: 'json',
  keyPath: ['mcpServers'],
  paths: { user: inHome('.codeium', 'windsurf', 'mcp_config.json') },
  noMark: 'Windsurf finds no server in such a file',
  stdio: commandOf,
  http: ({ url, headers }: HttpEntry, site: Site) => ({ serverUrl: url, ...textsAs('headers', headers, site) }),
  secret: envReference,
  hasWindows: true,
  after: ['Press the refresh button of the MCP servers in Cascade.'],
  evidence: 'docs.windsurf.com/plugins/cascade/mcp; CoplayDev/unity-mcp#231 (byte order mark)',
};
