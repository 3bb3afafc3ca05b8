import type { Client } from './client.ts';
import { inHome, inProject } from './paths.ts';
import { addressOf, commandOf, shellReference } from './shapes.ts';

export const warp: Client = {
  id: 'warp',
  title: 'Warp',
  format: 'json',
  keyPath: ['mcpServers'],
  paths: { user: inHome('.warp', '.mcp.json'), project: inProject('.warp', '.mcp.json') },
  stdio: commandOf,
  http: addressOf,
  secret: shellReference,
  after: ['Warp notices the change by itself; the state is in Settings > AI > MCP servers.'],
  evidence: 'warpdotdev/warp@19548aec: app/src/ai/mcp/mod.rs; docs.warp.dev/agents/capabilities/mcp',
};
