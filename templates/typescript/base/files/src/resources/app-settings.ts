import manifest from '../../package.json' with { type: 'json' };
import { publicConfig } from '../config.js';
import type { Registration } from '../registration.js';

/** `config://app-settings`: the settings in force, without secrets. */
export const appSettings: Registration = (app) => {
  const uri = 'config://app-settings';
  const mimeType = 'application/json';
  return (server) =>
    server.registerResource(
      'app-settings',
      uri,
      { title: 'Settings', description: 'The settings in force. Secrets are redacted.', mimeType },
      async () => {
        const settings = { name: manifest.name, version: manifest.version, ...publicConfig(app.config) };
        return { contents: [{ uri, mimeType, text: JSON.stringify(settings, null, 2) }] };
      },
    );
};
