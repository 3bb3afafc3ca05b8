import type { HttpEntry } from '../../base/entry.ts';
import type { Client, Site } from './client.ts';
import { commandLine, lines } from './fields.ts';

export const raycast: Client = {
  id: 'raycast',
  title: 'Raycast',
  format: 'form',
  keyPath: [],
  paths: {},
  stdio: commandLine,
  http: ({ url, headers }: HttpEntry, site: Site) => ({
    Name: site.name,
    URL: url,
    ...lines('Headers', headers, site),
  }),
  after: [],
  notes: () => ['Run the command "Install MCP Server" in Raycast and fill these in.'],
  evidence: 'manual.raycast.com/ai/model-context-protocol',
};
