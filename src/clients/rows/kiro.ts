import type { Client } from './client.ts';
import { kiroButton, kiroLink } from './links.ts';
import { inHome, inProject } from './paths.ts';
import { addressOf, commandOf, shellReference } from './shapes.ts';

export const kiro: Client = {
  id: 'kiro',
  title: 'Kiro',
  format: 'json',
  keyPath: ['mcpServers'],
  paths: { user: inHome('.kiro', 'settings', 'mcp.json'), project: inProject('.kiro', 'settings', 'mcp.json') },
  traces: inHome('.kiro'),
  stdio: commandOf,
  http: addressOf,
  secret: shellReference,
  link: kiroLink,
  button: kiroButton,
  hasWindows: true,
  after: ['Kiro reconnects by itself.'],
  forNew: ['It asks before a variable of your environment may be used.'],
  evidence: 'kiro.dev/docs/mcp/configuration, /share',
};
