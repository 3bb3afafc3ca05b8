import {
  createMcpHandler,
  isInitializeRequest,
  isJsonContentType,
  readRequestBody,
} from '@modelcontextprotocol/server';
import type { App } from '../app.js';
import { serverFactory } from '../server.js';
import { refuse } from './refuse.js';
import { createSessions } from './sessions.js';

/**
 * The MCP endpoint as a fetch handler. 2026-07-28 requests carry all they need and are served by a fresh server each;
 * earlier clients open a session, because they expect the server to push questions and notifications to them.
 */
export function createEndpoint(app: App) {
  const createServer = serverFactory(app);
  const modern = createMcpHandler(createServer, {
    legacy: 'reject',
    bus: app.changes,
    onerror: (error) => app.log.warn('protocol error', { error }),
  });
  const sessions = createSessions(app, createServer);

  return {
    async fetch(request: Request): Promise<Response> {
      const session = request.headers.get('mcp-session-id');
      if (request.method !== 'POST') return sessions.fetch(request, session, undefined);
      if (!isJsonContentType(request.headers.get('content-type'))) {
        return refuse(415, -32000, 'Content-Type must be application/json');
      }
      const body = await readRequestBody(request, app.config.MAX_BODY_BYTES);
      if (body.tooLarge) return refuse(413, -32000, `The body is larger than ${app.config.MAX_BODY_BYTES} bytes`);
      const message = parse(body.text);
      if (message === undefined) return refuse(400, -32700, 'The body is not valid JSON');
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

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
