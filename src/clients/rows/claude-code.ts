import type { Client, Place } from './client.ts';
import { inFolderOf, inHome, inProject } from './paths.ts';
import { addressOf, commandOf, shellReference, withMembers } from './shapes.ts';

const ownFile = inFolderOf('CLAUDE_CONFIG_DIR', [], '.claude.json');

export const claudeCode: Client = {
  id: 'claude-code',
  title: 'Claude Code',
  // It takes a comment for damage, and starts over with an empty file.
  format: 'json',
  keyPath: ({ scope, projectDir }) => (scope === 'local' ? ['projects', projectDir, 'mcpServers'] : ['mcpServers']),
  paths: { user: ownFile, local: ownFile, project: inProject('.mcp.json') },
  orNull: true,
  traces: (place: Place) => [...ownFile(place), ...inHome('.claude')(place)],
  stdio: withMembers({ type: 'stdio' }, commandOf),
  http: withMembers({ type: 'http' }, addressOf),
  secret: shellReference,
  // Servers start in the folder where Claude Code was started; its variable for the project is not set at that time.
  projectRoot: '.',
  after: ['Start a new session of Claude Code.'],
  forNew: ['For a .mcp.json it asks once whether the server may be used.'],
  evidence:
    'claude-code 2.1.330 run on Linux: file, shapes, duplicates, comments, a null table; anthropics/claude-code#69354 (comments)',
};
