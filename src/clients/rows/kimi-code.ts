import type { Client } from './client.ts';
import { inFolderOf, inProject } from './paths.ts';
import { addressOf, commandOf } from './shapes.ts';

export const kimiCode: Client = {
  id: 'kimi-code',
  title: 'Kimi Code',
  format: 'json',
  keyPath: ['mcpServers'],
  paths: {
    user: inFolderOf('KIMI_CODE_HOME', ['.kimi-code'], 'mcp.json'),
    project: inProject('.kimi-code', 'mcp.json'),
  },
  stdio: commandOf,
  http: addressOf,
  after: ['Start a new session of Kimi Code, and look with /mcp.'],
  forNew: ['Of a project, only trust what you have read.'],
  evidence: 'moonshotai.github.io/kimi-code/customization/mcp',
};
