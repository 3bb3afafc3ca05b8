import type { McpServer } from '@modelcontextprotocol/server';
import { config, secrets } from '../config.js';

/** The settings in force, without secrets. */
export function registerSettings(server: McpServer): void {
  const uri = 'config://app-settings';
  const mimeType = 'application/json';
  const hide = (_: string, value: unknown) => (secrets.includes(String(value)) ? '[hidden]' : value);
  server.registerResource(
    'app-settings',
    uri,
    { title: 'Settings', description: 'The settings in force. Secrets are hidden.', mimeType },
    async () => ({ contents: [{ uri, mimeType, text: JSON.stringify(config, hide, 2) }] }),
  );
}
