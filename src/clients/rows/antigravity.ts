import type { HttpEntry } from '../../base/entry.ts';
import type { Client, Place, Site } from './client.ts';
import { firstOf, inHome, inProject } from './paths.ts';
import { commandOf, textsAs } from './shapes.ts';

const current = inHome('.gemini', 'config', 'mcp_config.json');
/** Version 2 reads the new file alone once it has moved in, which it marks; before, the file of version 1 counts. */
const userFile = (place: Place): readonly string[] => {
  const hasMoved = inHome('.gemini', 'config', '.migrated')(place).some(place.files.exists);
  return (hasMoved ? current : firstOf(current, inHome('.gemini', 'antigravity', 'mcp_config.json')))(place);
};

export const antigravity: Client = {
  id: 'antigravity',
  title: 'Antigravity',
  format: 'json',
  keyPath: ['mcpServers'],
  paths: { user: userFile, project: inProject('.agents', 'mcp_config.json') },
  traces: (place: Place) =>
    ['antigravity', 'antigravity-cli', 'config'].flatMap((folder) => inHome('.gemini', folder)(place)),
  stdio: commandOf,
  http: ({ url, headers }: HttpEntry, site: Site) => ({ serverUrl: url, ...textsAs('headers', headers, site) }),
  after: ['Press Refresh in the MCP servers view of Antigravity.'],
  evidence:
    'WolframResearch/AgentTools#191, CoplayDev/unity-mcp#1151 (.migrated); stbenjam/skillsaw (antigravity-mcp-valid); ChromeDevTools/chrome-devtools-mcp#580 (the older file)',
};
