import { pathOf } from '../../base/paths.ts';
import type { Client, Place } from './client.ts';
import { firstOf, inHome } from './paths.ts';
import { addressOf, commandOf, envReference, withMembers } from './shapes.ts';
import { vscodeUser } from './vscode.ts';

const FILE = 'cline_mcp_settings.json';

export const cline: Client = {
  id: 'cline',
  title: 'Cline',
  format: 'json',
  keyPath: ['mcpServers'],
  // The extension and the command line share a file since 4.1; before, the extension had its own.
  paths: { user: firstOf(sharedFile, vscodeUser('Code', 'globalStorage', 'saoudrizwan.claude-dev', 'settings', FILE)) },
  traces: (place: Place) => [
    ...sharedFile(place),
    place.env.vars.CLINE_DIR || inHome('.cline')(place)[0] || '',
    ...vscodeUser('Code', 'globalStorage', 'saoudrizwan.claude-dev')(place),
  ],
  stdio: commandOf,
  // Without a type it is taken for the old SSE transport.
  http: withMembers({ type: 'streamableHttp' }, addressOf),
  secret: envReference,
  after: ['Cline notices the change by itself; its MCP servers view shows the state.'],
  evidence:
    'cline/cline@21cb8d25: sdk/packages/shared/src/storage/paths.ts, mcp-settings-legacy-migration.ts, envExpansion.ts',
};

function sharedFile({ env }: Place): readonly string[] {
  const { CLINE_MCP_SETTINGS_PATH: file, CLINE_DATA_DIR: data, CLINE_DIR: folder } = env.vars;
  const { join } = pathOf(env);
  return [file || join(data || join(folder || join(env.home, '.cline'), 'data'), 'settings', FILE)];
}
