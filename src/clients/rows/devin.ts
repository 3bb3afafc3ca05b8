import type { Client } from './client.ts';
import { addressOf, commandOf } from './shapes.ts';

/** What Windsurf is called since June 2026. Only others describe its file, so it is not written. */
export const devin: Client = {
  id: 'devin',
  title: 'Devin Desktop',
  format: 'json',
  keyPath: ['mcpServers'],
  paths: {},
  stdio: commandOf,
  http: addressOf,
  after: [],
  notes: () => ['Paste it into ~/.config/devin/mcp_config.json, on Windows %APPDATA%\\devin\\mcp_config.json.'],
  evidence: 'docs.devin.ai/desktop/cascade/mcp; vaadin.com, docs.sevalla.com, docs.browserless.io (the file)',
};
