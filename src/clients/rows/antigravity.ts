import type { HttpEntry } from '../../base/entry.ts';
import type { Client, Site } from './client.ts';
import { firstOf, inHome, inProject } from './paths.ts';
import { commandOf, textsAs } from './shapes.ts';

export const antigravity: Client = {
  id: 'antigravity',
  title: 'Antigravity',
  format: 'json',
  keyPath: ['mcpServers'],
  paths: {
    // The second one is where the first versions had it.
    user: firstOf(inHome('.gemini', 'config', 'mcp_config.json'), inHome('.gemini', 'antigravity', 'mcp_config.json')),
    project: inProject('.agents', 'mcp_config.json'),
  },
  stdio: commandOf,
  http: ({ url, headers }: HttpEntry, site: Site) => ({ serverUrl: url, ...textsAs('headers', headers, site) }),
  after: ['Press Refresh in the MCP servers view of Antigravity.'],
  evidence:
    'developer.mescius.com; stbenjam/skillsaw (antigravity-mcp-valid); ChromeDevTools/chrome-devtools-mcp#580 (the older file)',
};
