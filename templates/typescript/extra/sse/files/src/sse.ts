import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type AuthInfo,
  type JSONRPCMessage,
  type McpServer,
  parseJSONRPCMessage,
  type Transport,
} from '@modelcontextprotocol/server';
import { EVENT_STREAM, KEEP_ALIVE_MS, readMessage, refusal, write } from './exchange.js';
import { log } from './log.js';
import type { Sessions } from './sessions.js';

/**
 * The transport that Streamable HTTP has replaced, for clients that speak nothing newer: deprecated, and to be removed
 * when the last of them is gone. A client opens a stream at `/sse`, which is its session, and posts to `/messages`;
 * what it is answered comes over the stream.
 */
export function createSse(createServer: () => McpServer, sessions: Sessions) {
  log.warn('legacy SSE is deprecated: /sse is for clients that cannot use Streamable HTTP at /mcp');

  return async (request: IncomingMessage, response: ServerResponse, authInfo?: AuthInfo): Promise<void> => {
    const { method, headers, url = '' } = request;
    if (url.startsWith('/sse')) {
      if (method !== 'GET') throw refusal(405, -32000, 'Open a stream with GET', { allow: 'GET' });
      log.info('legacy SSE client', { userAgent: headers['user-agent'] });
      await sessions.makeRoom();
      const stream = new SseTransport(response);
      await createServer().connect(stream);
      return sessions.add(stream.sessionId, stream, response, authInfo);
    }
    if (method !== 'POST') throw refusal(405, -32000, 'Send messages with POST', { allow: 'POST' });
    const id = new URLSearchParams(url.split('?')[1]).get('sessionId') ?? '';
    const stream = sessions.find(id, SseTransport, response, authInfo);
    stream.receive(await readMessage(request), authInfo);
    response.writeHead(202).end('Accepted');
  };
}

class SseTransport implements Transport {
  readonly sessionId = crypto.randomUUID();
  onmessage?: Transport['onmessage'];
  onclose?: () => void;
  readonly #heartbeat = setInterval(() => write(this.response, ': keepalive\n\n'), KEEP_ALIVE_MS);

  constructor(readonly response: ServerResponse) {}

  async start(): Promise<void> {
    this.response.once('close', () => void this.close());
    // By the header a load balancer can send what the client posts to the process that has its stream.
    this.response.writeHead(200, { ...EVENT_STREAM, 'mcp-session-id': this.sessionId });
    // Relative, so that it is right behind a proxy that adds a path.
    write(this.response, `event: endpoint\ndata: messages?sessionId=${this.sessionId}\n\n`);
  }

  receive(message: unknown, authInfo?: AuthInfo): void {
    let parsed: JSONRPCMessage;
    try {
      parsed = parseJSONRPCMessage(message);
    } catch {
      throw refusal(400, -32600, 'The body is not a JSON-RPC message');
    }
    this.onmessage?.(parsed, { authInfo });
  }

  async send(message: JSONRPCMessage): Promise<void> {
    write(this.response, `event: message\ndata: ${JSON.stringify(message)}\n\n`);
  }

  async close(): Promise<void> {
    clearInterval(this.#heartbeat);
    this.response.end();
    const { onclose } = this;
    this.onclose = undefined;
    onclose?.();
  }
}
