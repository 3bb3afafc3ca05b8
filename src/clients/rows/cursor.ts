import type { Client } from './client.ts';
import { cursorButton, cursorLink } from './links.ts';
import { inHome, inProject } from './paths.ts';
import { addressOf, commandOf, envReference } from './shapes.ts';

export const cursor: Client = {
  id: 'cursor',
  title: 'Cursor',
  format: 'json',
  keyPath: ['mcpServers'],
  paths: { user: inHome('.cursor', 'mcp.json'), project: inProject('.cursor', 'mcp.json') },
  stdio: commandOf,
  http: addressOf,
  secret: envReference,
  projectRoot: `\${workspaceFolder}`,
  link: cursorLink,
  button: cursorButton,
  hasWindows: true,
  after: ['Look at Settings > MCP in Cursor, and restart Cursor if the change is not there.'],
  forNew: ['Switch the server on there.'],
  evidence: 'cursor.com/docs/context/mcp and cursor.com/docs/mcp/install-links',
};
