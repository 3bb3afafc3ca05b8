import type { Client } from './client.ts';
import { inFolderOf, inProject } from './paths.ts';
import { addressOf, commandOf, shellReference } from './shapes.ts';

export const grok: Client = {
  id: 'grok',
  title: 'Grok Build',
  format: 'toml',
  keyPath: ['mcp_servers'],
  paths: { user: inFolderOf('GROK_HOME', ['.grok'], 'config.toml'), project: inProject('.grok', 'config.toml') },
  stdio: commandOf,
  http: addressOf,
  secret: shellReference,
  after: ['Press r in /mcps, or start a new session of Grok Build.'],
  evidence: 'grok 1.0.41 run on Linux: grok mcp list, doctor, a byte order mark; docs.x.ai/build/features/mcp-servers',
};
