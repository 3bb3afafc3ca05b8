/** `log://server`: the last log lines of this process, so that a failed call can be looked into from the chat. */
export const serverLog: Registration = (app) => {
  const uri = 'log://server';
  const mimeType = 'application/x-ndjson';
  return (server) =>
    server.registerResource(
      'server-log',
      uri,
      { title: 'Server log', description: 'The last log lines, oldest first. Secrets are redacted.', mimeType },
      async () => ({ contents: [{ uri, mimeType, text: app.log.recent().join('\n') }] }),
    );
};

import type { Registration } from '../registration.js';
