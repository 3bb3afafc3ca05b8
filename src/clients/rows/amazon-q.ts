import type { Client } from './client.ts';
import { inHome, inProject } from './paths.ts';
import { addressOf, commandOf, withMembers } from './shapes.ts';

export const amazonQ: Client = {
  id: 'amazon-q',
  title: 'Amazon Q',
  format: 'json',
  keyPath: ['mcpServers'],
  paths: { user: inHome('.aws', 'amazonq', 'default.json'), project: inProject('.amazonq', 'default.json') },
  stdio: commandOf,
  http: withMembers({ type: 'http' }, addressOf),
  after: ['Restart the editor, or the Q panel in it.'],
  evidence: 'docs.aws.amazon.com/amazonq/latest/qdeveloper-ug/mcp-ide.html',
};
