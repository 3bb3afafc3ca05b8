import type { Client } from './client.ts';
import { inProject } from './paths.ts';
import { addressOf, commandOf, envReference, withMembers } from './shapes.ts';
import { vscodeUser } from './vscode.ts';

export const rooCode: Client = {
  id: 'roo-code',
  title: 'Roo Code',
  format: 'json',
  keyPath: ['mcpServers'],
  paths: {
    user: vscodeUser('Code', 'globalStorage', 'rooveterinaryinc.roo-cline', 'settings', 'mcp_settings.json'),
    project: inProject('.roo', 'mcp.json'),
  },
  traces: vscodeUser('Code', 'globalStorage', 'rooveterinaryinc.roo-cline'),
  noMark: 'Roo Code cannot read such a file',
  stdio: commandOf,
  startsBatchFiles: true,
  http: withMembers({ type: 'streamable-http' }, addressOf),
  secret: envReference,
  projectRoot: `\${workspaceFolder}`,
  after: ['Roo Code notices the change by itself; its MCP view shows the state.'],
  evidence: 'RooCodeInc/Roo-Code@cb836567; docs.roocode.com/features/mcp/using-mcp-in-roo',
};
