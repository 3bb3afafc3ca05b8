import { createMcpHandler, isInitializeRequest } from '@modelcontextprotocol/server';
import type { App } from '../app.js';
import { serverFactory } from '../server.js';
import { readMessage } from './message.js';
import { SessionTable } from './session-table.js';
import { createSessions } from './sessions.js';

/**
 * The MCP endpoint as a fetch handler. 2026-07-28 requests carry all they need and are served by a fresh server each;
 * earlier clients open a session, because they expect the server to push questions and notifications to them.
 */
export function createEndpoint(app: App, table = new SessionTable(app.config)) {
  const createServer = serverFactory(app);
  const modern = createMcpHandler(createServer, {
    legacy: 'reject',
    bus: app.changes,
    onerror: (error) => app.log.warn('protocol error', { error }),
  });
  const sessions = createSessions(app, createServer, table);

  return {
    async fetch(request: Request): Promise<Response> {
      const session = request.headers.get('mcp-session-id');
      if (request.method !== 'POST') return sessions.fetch(request, session, undefined);
      const body = await readMessage(request, app.config);
      if (body instanceof Response) return body;
      const { message } = body;
      // Only 2025 clients initialize, and only they have sessions.
      if (session !== null || isInitializeRequest(message)) return sessions.fetch(request, session, message);
      return modern.fetch(request, { parsedBody: message });
    },
    async close(): Promise<void> {
      await sessions.close();
      await modern.close();
    },
  };
}
