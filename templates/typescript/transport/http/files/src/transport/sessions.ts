import { randomUUID } from 'node:crypto';
import { type McpServer, WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/server';
import type { App } from '../app.js';
import { forwardChanges } from '../changes.js';
import { refuse } from './refuse.js';
import type { SessionTable } from './session-table.js';

/**
 * Sessions for clients of the 2025 protocol versions. They live in this process: behind a load balancer, route requests
 * with the same Mcp-Session-Id to the same instance.
 */
export function createSessions(app: App, createServer: () => McpServer, sessions: SessionTable) {
  async function open(): Promise<WebStandardStreamableHTTPServerTransport> {
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      onsessioninitialized: (id) => sessions.add(id, transport),
    });
    const server = createServer();
    forwardChanges(server, app.changes, 'legacy');
    await server.connect(transport);
    return transport;
  }

  return {
    async fetch(request: Request, id: string | null, parsedBody: unknown): Promise<Response> {
      if (id !== null) {
        const transport = sessions.find(id, WebStandardStreamableHTTPServerTransport);
        if (transport === undefined) return refuse(404, -32001, 'Session not found: initialize again');
        return transport.handleRequest(request, { parsedBody });
      }
      if (request.method !== 'POST') return refuse(405, -32000, 'Method not allowed without a session');
      if (sessions.isFull) return refuse(503, -32000, 'Too many sessions');
      const transport = await open();
      return transport.handleRequest(request, { parsedBody });
    },
    close: () => sessions.close(),
  };
}
