import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  isJSONRPCNotification,
  isJSONRPCRequest,
  isJSONRPCResponse,
  type McpHandlerRequestOptions,
  type RequestId,
} from '@modelcontextprotocol/server';
import { SSEServerTransport } from '@modelcontextprotocol/server-legacy/sse';
import type { App } from '../app.js';
import { forwardChanges } from '../changes.js';
import { serverFactory } from '../server.js';
import { readMessage } from './message.js';
import { refuse, refuseNode } from './refuse.js';
import type { SessionTable } from './session-table.js';

/** Proxies end streams that are silent for about a minute. */
const KEEP_ALIVE_MS = 15_000;

/**
 * The transport that Streamable HTTP has replaced, for clients that speak nothing newer: deprecated, and to be removed
 * when the last of them is gone. A client opens a stream at `/sse`, which is its session, and posts to `/messages`; what
 * it is answered comes over the stream.
 */
export function createSse(app: App, sessions: SessionTable) {
  const createServer = serverFactory(app);
  const streams = new Set<Stream>();
  app.log.warn('legacy SSE is deprecated: /sse is for clients that cannot use Streamable HTTP at /mcp');

  return {
    /** Opens a stream: `GET /sse`. */
    async open(request: IncomingMessage, response: ServerResponse): Promise<void> {
      if (request.method !== 'GET') return refuseNode(response, 405, 'Open a stream with GET', { allow: 'GET' });
      if (sessions.isFull) return refuseNode(response, 503, 'Too many sessions');
      app.log.info('legacy SSE client', { userAgent: request.headers['user-agent'] });
      const stream = new Stream('/messages', response);
      // By this a load balancer can send what the client posts to the process that has its stream.
      response.setHeader('Mcp-Session-Id', stream.sessionId);
      const server = createServer();
      forwardChanges(server, app.changes, 'legacy');
      await server.connect(stream);
      sessions.add(stream.sessionId, stream);
      streams.add(stream);
      const keepAlive = setInterval(() => stream.keepAlive(response), KEEP_ALIVE_MS);
      response.once('close', () => {
        clearInterval(keepAlive);
        streams.delete(stream);
      });
    },

    /** Takes a message to the session that its address names: `POST /messages?sessionId=…`. */
    async fetch(request: Request, { authInfo }: McpHandlerRequestOptions = {}): Promise<Response> {
      if (request.method !== 'POST') return refuse(405, -32000, 'Send messages with POST');
      const id = new URL(request.url).searchParams.get('sessionId') ?? '';
      const stream = sessions.find(id, Stream);
      if (stream === undefined) return refuse(404, -32001, 'Session not found: open a stream at /sse');
      const body = await readMessage(request, app.config);
      if (body instanceof Response) return body;
      try {
        await stream.handleMessage(body.message, { request, ...(authInfo && { authInfo }) });
      } catch {
        return refuse(400, -32600, 'The body is not a JSON-RPC message');
      }
      return new Response('Accepted', { status: 202 });
    },

    /** Settles when no call is running any more: their results come over streams, which nothing else waits for. */
    async ended(): Promise<void> {
      await Promise.all([...streams].map((stream) => stream.ended()));
    },
  };
}

/** The SDK's transport, which knows besides which requests of its client are still to be answered. */
class Stream extends SSEServerTransport {
  readonly #running = new Set<RequestId>();
  #whenEnded: (() => void) | undefined;

  ended(): Promise<void> {
    return new Promise((resolve) => {
      this.#whenEnded = resolve;
      this.#settle();
    });
  }

  keepAlive(response: ServerResponse): void {
    if (!response.writableEnded) response.write(': keep-alive\n\n');
  }

  override async handleMessage(...[message, extra]: Parameters<SSEServerTransport['handleMessage']>): Promise<void> {
    if (isJSONRPCRequest(message)) this.#running.add(message.id);
    // A call that its client has cancelled is not answered.
    if (isJSONRPCNotification(message) && message.method === 'notifications/cancelled') {
      this.#running.delete(message.params?.requestId as RequestId);
    }
    await super.handleMessage(message, extra);
    this.#settle();
  }

  override async send(...[message, options]: Parameters<SSEServerTransport['send']>): Promise<void> {
    await super.send(message, options);
    if (isJSONRPCResponse(message) && message.id !== undefined) this.#running.delete(message.id);
    this.#settle();
  }

  override async close(): Promise<void> {
    this.#running.clear();
    this.#settle();
    await super.close();
  }

  #settle(): void {
    if (this.#running.size === 0) this.#whenEnded?.();
  }
}
