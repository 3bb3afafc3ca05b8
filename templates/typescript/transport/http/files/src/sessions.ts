import type { ServerResponse } from 'node:http';
import {
  type AuthInfo,
  type JSONRPCMessage,
  type McpServer,
  type RequestId,
  type Transport,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';
import { config } from './config.js';
import { refusal } from './exchange.js';

interface Session {
  readonly transport: Transport;
  /** Who opened it, if that is known: it is for nobody else. */
  readonly owner: string | undefined;
  /** The client's requests that have not been answered, and the questions to its user that have not. */
  readonly calls: Set<RequestId>;
  readonly questions: Set<RequestId>;
  /** HTTP requests that are open, streams among them. */
  open: number;
  lastSeen: number;
}

/**
 * The sessions of 2025 clients: at most MAX_SESSIONS, and none that is idle for SESSION_IDLE_MS. They live in this
 * process, so requests with the same Mcp-Session-Id have to reach the same instance.
 */
export class Sessions {
  /** The one that has been silent longest comes first. */
  readonly #sessions = new Map<string, Session>();
  readonly #sweep = setInterval(() => this.#closeIdle(), Math.min(config.SESSION_IDLE_MS, 60_000)).unref();

  constructor(readonly createServer: () => McpServer) {}

  /** How many calls are running, without those that wait for what a user says. */
  get running(): number {
    const running = [...this.#sessions.values()].map(({ calls, questions }) =>
      Math.max(0, calls.size - questions.size),
    );
    return running.reduce((sum, one) => sum + one, 0);
  }

  /** Answers a request of a session, or one that opens a session. */
  async fetch(
    request: Request,
    response: ServerResponse,
    authInfo?: AuthInfo,
    parsedBody?: unknown,
  ): Promise<Response> {
    const id = request.headers.get('mcp-session-id');
    if (id !== null) {
      const transport = this.find(id, WebStandardStreamableHTTPServerTransport, response, authInfo);
      return transport.handleRequest(request, { authInfo, parsedBody });
    }
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => crypto.randomUUID(),
      onsessioninitialized: (id) => this.add(id, transport, response, authInfo),
    });
    await this.makeRoom();
    const server = this.createServer();
    await server.connect(transport);
    try {
      return await transport.handleRequest(request, { authInfo, parsedBody });
    } finally {
      // What was refused has not become a session.
      if (transport.sessionId === undefined) await server.close();
    }
  }

  /** If there are too many, closes the session that has been silent longest. */
  async makeRoom(): Promise<void> {
    if (this.#sessions.size < config.MAX_SESSIONS) return;
    const idle = [...this.#sessions.values()].find((session) => !isBusy(session));
    if (idle === undefined) throw refusal(503, -32000, 'Too many sessions');
    await idle.transport.close();
  }

  /** Keeps a session for as long as its transport is open. */
  add(id: string, transport: Transport, response: ServerResponse, authInfo?: AuthInfo): void {
    const [calls, questions] = [new Set<RequestId>(), new Set<RequestId>()];
    const session: Session = { transport, owner: authInfo?.clientId, calls, questions, open: 0, lastSeen: 0 };
    const { onmessage, onclose } = transport;
    const send = transport.send.bind(transport);
    transport.onmessage = (message, extra) => {
      follow(message, calls, questions);
      onmessage?.(message, extra);
    };
    transport.send = (message, options) => {
      follow(message, questions, calls);
      return send(message, options);
    };
    transport.onclose = () => {
      this.#sessions.delete(id);
      onclose?.();
    };
    this.#sessions.set(id, session);
    this.#follow(id, session, response);
  }

  /** The transport of a session, if it is of the given kind and belongs to the caller. */
  find<T extends Transport>(
    id: string,
    kind: new (...args: never[]) => T,
    response: ServerResponse,
    authInfo?: AuthInfo,
  ): T {
    const session = this.#sessions.get(id);
    if (!(session?.transport instanceof kind) || session.owner !== authInfo?.clientId) {
      throw refusal(404, -32001, 'Session not found: initialize again');
    }
    this.#follow(id, session, response);
    return session.transport;
  }

  async close(): Promise<void> {
    clearInterval(this.#sweep);
    await Promise.all([...this.#sessions.values()].map(({ transport }) => transport.close()));
  }

  /** A session is not idle while a response is open, and becomes the one that spoke last when it begins and ends. */
  #follow(id: string, session: Session, response: ServerResponse): void {
    const spoke = (by: number): void => {
      session.open += by;
      session.lastSeen = Date.now();
      if (this.#sessions.delete(id)) this.#sessions.set(id, session);
    };
    spoke(1);
    response.once('close', () => spoke(-1));
  }

  #closeIdle(): void {
    const oldest = Date.now() - config.SESSION_IDLE_MS;
    for (const session of this.#sessions.values()) {
      if (session.lastSeen < oldest && !isBusy(session)) void session.transport.close();
    }
  }
}

const isBusy = ({ open, calls, questions }: Session): boolean => open > 0 || calls.size > questions.size;

/** Keeps in mind a request that was sent, and that one that was received has been answered. */
function follow(message: JSONRPCMessage, sent: Set<RequestId>, received: Set<RequestId>): void {
  const { id, method, params } = message as { id?: RequestId; method?: string; params?: { requestId?: RequestId } };
  if (method === 'notifications/cancelled') sent.delete(params?.requestId ?? '');
  else if (id !== undefined && method !== undefined) sent.add(id);
  else if (id !== undefined) received.delete(id);
}
