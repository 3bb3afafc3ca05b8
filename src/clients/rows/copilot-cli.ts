import type { Client } from './client.ts';
import { inFolderOf, inProject } from './paths.ts';
import { addressOf, commandOf, shellReference, TRUSTED, withMembers } from './shapes.ts';

/** Which of a server's tools may be used. */
const TOOLS = { tools: ['*'] };

export const copilotCli: Client = {
  id: 'copilot-cli',
  title: 'GitHub Copilot CLI',
  // Comments go when it writes the file itself.
  format: 'jsonc',
  keyPath: ['mcpServers'],
  paths: { user: inFolderOf('COPILOT_HOME', ['.copilot'], 'mcp-config.json'), project: inProject('.mcp.json') },
  // The shape of Claude Code, which reads the same .mcp.json and knows neither "local" nor a list of tools.
  stdio: withMembers({ type: 'stdio' }, commandOf),
  http: withMembers({ type: 'http' }, addressOf),
  secret: shellReference,
  after: ['Start a new session of Copilot CLI, and look with /mcp.'],
  forNew: TRUSTED,
  evidence: 'copilot 1.0.102 run on Linux: copilot mcp list, files with comments, trailing commas, a byte order mark',
};

export const copilotAgent: Client = {
  id: 'copilot-agent',
  title: 'GitHub Copilot cloud agent',
  format: 'json',
  keyPath: ['mcpServers'],
  paths: {},
  stdio: withMembers(TOOLS, withMembers({ type: 'local' }, commandOf)),
  http: withMembers(TOOLS, withMembers({ type: 'http' }, addressOf)),
  secret: (variable) => `\${COPILOT_MCP_${variable}}`,
  after: [],
  notes: () => [
    'Paste it on GitHub: the repository’s Settings > Copilot > MCP servers. Paths of this machine do not exist there.',
  ],
  evidence: 'docs.github.com, extending the coding agent with MCP',
};
