import { serveStdio as serveConnection } from '@modelcontextprotocol/server/stdio';
import type { App } from '../app.js';
import { forwardChanges } from '../changes.js';
import { serverFactory } from '../server.js';
import type { Listener } from '../shutdown.js';

/** Serves the client that started this process. Its first message decides which protocol era is spoken. */
export async function serveStdio(app: App): Promise<Listener> {
  const createServer = serverFactory(app);
  const handle = serveConnection(
    ({ era }) => {
      const server = createServer();
      forwardChanges(server, app.changes, era);
      return server;
    },
    { onerror: (error) => app.log.warn('protocol error', { error }) },
  );
  return {
    ended: new Promise((resolve) => {
      process.stdin.once('end', resolve);
      process.stdin.once('close', resolve);
    }),
    close: () => handle.close(),
  };
}
