import type { HttpEntry } from '../../base/entry.ts';
import type { Client, Site } from './client.ts';
import { commandLine, lines } from './fields.ts';

export const chatgpt: Client = {
  id: 'chatgpt',
  title: 'ChatGPT',
  format: 'form',
  keyPath: [],
  paths: {},
  stdio: commandLine,
  http: ({ url, headers }: HttpEntry, site: Site) => ({
    Name: site.name,
    'Server URL': url,
    ...lines('Headers', headers, site),
  }),
  after: [],
  notes: ({ transport }) =>
    transport === 'http'
      ? [
          'In the browser: Settings > Connectors, with developer mode on. The address must be HTTPS and reachable from the internet.',
        ]
      : [
          'In the desktop application: Settings > MCP servers. In the browser ChatGPT reaches servers by an HTTPS address only.',
        ],
  evidence: 'developers.openai.com/api/docs/guides/secure-mcp-tunnels',
};
