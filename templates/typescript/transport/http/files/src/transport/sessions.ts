import { randomUUID } from 'node:crypto';
import { type McpServer, WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/server';
import type { App } from '../app.js';
import { forwardChanges } from '../changes.js';
import { refuse } from './refuse.js';

interface Session {
  readonly transport: WebStandardStreamableHTTPServerTransport;
  lastSeen: number;
}

/**
 * Sessions for clients of the 2025 protocol versions. They live in this process: behind a load balancer, route requests
 * with the same Mcp-Session-Id to the same instance.
 */
export function createSessions(app: App, createServer: () => McpServer) {
  const { MAX_SESSIONS, SESSION_IDLE_MS } = app.config;
  const sessions = new Map<string, Session>();
  const sweep = setInterval(closeIdle, Math.min(SESSION_IDLE_MS, 60_000)).unref();

  function closeIdle(): void {
    const oldest = Date.now() - SESSION_IDLE_MS;
    for (const { transport, lastSeen } of sessions.values()) if (lastSeen < oldest) void transport.close();
  }

  async function open(): Promise<WebStandardStreamableHTTPServerTransport> {
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      onsessioninitialized: (id) => void sessions.set(id, { transport, lastSeen: Date.now() }),
    });
    const server = createServer();
    forwardChanges(server, app.changes, 'legacy');
    await server.connect(transport);
    const closed = transport.onclose;
    transport.onclose = () => {
      if (transport.sessionId !== undefined) sessions.delete(transport.sessionId);
      closed?.();
    };
    return transport;
  }

  return {
    async fetch(request: Request, id: string | null, parsedBody: unknown): Promise<Response> {
      if (id !== null) {
        const session = sessions.get(id);
        if (session === undefined) return refuse(404, -32001, 'Session not found: initialize again');
        session.lastSeen = Date.now();
        return session.transport.handleRequest(request, { parsedBody });
      }
      if (request.method !== 'POST') return refuse(405, -32000, 'Method not allowed without a session');
      if (sessions.size >= MAX_SESSIONS) return refuse(503, -32000, 'Too many sessions');
      const transport = await open();
      return transport.handleRequest(request, { parsedBody });
    },
    async close(): Promise<void> {
      clearInterval(sweep);
      await Promise.all([...sessions.values()].map(({ transport }) => transport.close()));
    },
  };
}
