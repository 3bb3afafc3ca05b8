import { type IncomingMessage, request } from 'node:http';
import { cancelled } from '../base/errors.ts';
import { type Link, LinkError, type Message, type Params, parseMessage, type Result, resultOf } from './rpc.ts';
import { eventReader } from './sse.ts';

const MAX_BODY = 32 * 1024 * 1024;

/** A line that says where a server listens. */
const ADDRESS = /https?:\/\/(?:\[[0-9a-fA-F:.]+\]|[\w.-]+):\d+\/mcp(?![\w/-])/;

/** The first address of an MCP endpoint in a text, or undefined. */
export const addressIn = (text: string): string | undefined => ADDRESS.exec(text)?.[0];

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** The message with the id that was waited for. */
  readonly message: Message | undefined;
  /** The body, when it was no message. */
  readonly text: string;
}

/** Which headers go along with a message; an era's rules in one function. */
export type HeadersOf = (method: string, params: Params) => Readonly<Record<string, string>>;

/** A server that is spoken to over Streamable HTTP: one POST a message, answered with JSON or a stream of events. */
export class HttpLink implements Link {
  readonly #url: string;
  readonly #headersOf: HeadersOf;
  readonly #limit: () => number;
  readonly #signal: AbortSignal | undefined;
  #nextId = 1;
  #session: string | undefined;

  constructor(url: string, headersOf: HeadersOf, limit: () => number, signal: AbortSignal | undefined) {
    this.#url = url;
    this.#headersOf = headersOf;
    this.#limit = limit;
    this.#signal = signal;
  }

  async request(method: string, params: Params = {}): Promise<Result> {
    const id = this.#nextId++;
    const answer = await this.#send(
      'POST',
      { jsonrpc: '2.0', id, method, params },
      this.#headersOf(method, params),
      id,
    );
    const session = answer.headers['mcp-session-id'];
    if (typeof session === 'string') this.#session = session;
    if (answer.message !== undefined) return resultOf(method, answer.message);
    throw new LinkError(
      `${method} was answered with HTTP ${answer.status} and no JSON-RPC message: ${answer.text.slice(0, 200)}`,
    );
  }

  async notify(method: string, params: Params = {}): Promise<void> {
    const { status } = await this.#send('POST', { jsonrpc: '2.0', method, params }, this.#headersOf(method, params));
    if (status !== 202) throw new LinkError(`${method} was answered with HTTP ${status} instead of 202.`);
  }

  /** Ends a session, if the server has opened one. Servers may refuse that. */
  async close(): Promise<void> {
    if (this.#session !== undefined) await this.#send('DELETE', undefined, this.#headersOf('', {})).catch(() => {});
  }

  #send(
    verb: string,
    body: object | undefined,
    headers: Readonly<Record<string, string>>,
    id?: number,
  ): Promise<Answer> {
    const limit = this.#limit();
    return new Promise((resolve, reject) => {
      const outgoing = request(this.#url, {
        method: verb,
        agent: false,
        headers: {
          ...headers,
          accept: 'application/json, text/event-stream',
          ...(body && { 'content-type': 'application/json' }),
          ...(this.#session !== undefined && { 'mcp-session-id': this.#session }),
        },
      });
      const finish = (settle: () => void): void => {
        clearTimeout(timer);
        this.#signal?.removeEventListener('abort', stop);
        outgoing.destroy();
        settle();
      };
      const fail = (error: Error): void => finish(() => reject(error));
      const stop = (): void => fail(cancelled());
      const timer = setTimeout(
        () => fail(new LinkError(`${this.#url} did not answer within ${limit / 1000} s.`)),
        limit,
      );
      if (this.#signal?.aborted) return stop();
      this.#signal?.addEventListener('abort', stop, { once: true });
      outgoing.on('error', (error) => fail(new LinkError(`${this.#url} cannot be reached: ${error.message}`)));
      outgoing.on('response', (response) => read(response, id, (answer) => finish(() => resolve(answer)), fail));
      outgoing.end(body && JSON.stringify(body));
    });
  }
}

function read(
  response: IncomingMessage,
  id: number | undefined,
  done: (answer: Answer) => void,
  fail: (error: Error) => void,
): void {
  const { statusCode: status = 0, headers } = response;
  const answer = (message: Message | undefined, text: string): void => done({ status, headers, message, text });
  const isStream = headers['content-type']?.startsWith('text/event-stream') === true;
  let text = '';
  let size = 0;
  const feed = eventReader((data) => {
    const message = parseMessage(data);
    // Notifications and questions of the server may come first.
    if (message !== undefined && message.method === undefined && message.id === id) answer(message, '');
  });
  response.setEncoding('utf8');
  response.on('data', (chunk: string) => {
    size += chunk.length;
    if (size > MAX_BODY) fail(new LinkError('The answer is larger than 32 MB.'));
    else if (isStream) feed(chunk);
    else text += chunk;
  });
  response.on('error', (error) => fail(new LinkError(`The answer broke off: ${error.message}`)));
  response.on('end', () => answer(isStream ? undefined : parseMessage(text), isStream ? 'the stream ended' : text));
}
