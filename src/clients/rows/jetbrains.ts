import type { Client } from './client.ts';
import { addressOf, commandOf } from './shapes.ts';

export const jetbrains: Client = {
  id: 'jetbrains',
  title: 'JetBrains AI Assistant',
  format: 'json',
  keyPath: ['mcpServers'],
  paths: {},
  stdio: commandOf,
  http: addressOf,
  after: [],
  notes: () => ['Paste it in the IDE: Settings > Tools > AI Assistant > Model Context Protocol > Add > As JSON.'],
  evidence: 'jetbrains.com/help/ai-assistant/mcp.html',
};
