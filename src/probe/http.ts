import { type IncomingMessage, request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import { cancelled } from '../base/errors.ts';
import { isObject } from '../base/json.ts';
import { cut } from '../base/text.ts';
import { within } from './limits.ts';
import {
  type Link,
  LinkError,
  type Message,
  type Params,
  parseMessage,
  type Result,
  replyTo,
  resultOf,
} from './rpc.ts';
import { eventReader } from './sse.ts';
import { tooLong, tooMuch, type Wire } from './stdio.ts';

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

/** Where a server is reached, and what every request to it carries. */
export interface Endpoint {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A server that is spoken to over Streamable HTTP: one POST a message, answered with JSON or a stream of events. */
export class HttpLink implements Link {
  readonly #endpoint: Endpoint;
  readonly #headersOf: HeadersOf;
  readonly #wire: Wire;
  #nextId = 1;
  #received = 0;
  #session: string | undefined;
  /** Fires when the server has gone beyond a limit; its reason says which. */
  readonly #broken = new AbortController();

  constructor(endpoint: Endpoint, headersOf: HeadersOf, wire: Wire) {
    this.#endpoint = endpoint;
    this.#headersOf = headersOf;
    this.#wire = wire;
  }

  async request(method: string, params: Params = {}): Promise<Result> {
    const id = this.#nextId++;
    const body = { jsonrpc: '2.0', id, method, params };
    const answer = await this.#send('POST', body, this.#headersOf(method, params), id);
    const session = answer.headers['mcp-session-id'];
    if (typeof session === 'string') this.#session = session;
    if (answer.message !== undefined) return resultOf(method, answer.message);
    throw new LinkError(noMessage(method, answer));
  }

  async notify(method: string, params: Params = {}): Promise<void> {
    const { status } = await this.#send('POST', { jsonrpc: '2.0', method, params }, this.#headersOf(method, params));
    if (status !== 202) throw new LinkError(`${method} was answered with HTTP ${status} instead of 202.`);
  }

  /** Ends a session, if the server has opened one. Servers may refuse that. */
  async close(): Promise<void> {
    if (this.#session === undefined || this.#broken.signal.aborted) return;
    await this.#send('DELETE', undefined, this.#headersOf('', {})).catch(() => {});
  }

  /** Ends every request, and tells whoever waits for an answer why. */
  fail(error: LinkError): void {
    this.#broken.abort(error);
  }

  async #send(
    verb: string,
    body: object | undefined,
    headers: Readonly<Record<string, string>>,
    id?: number,
  ): Promise<Answer> {
    const { limits, signal, host } = this.#wire;
    const { url } = this.#endpoint;
    const broken = this.#broken.signal;
    if (broken.aborted) throw broken.reason;
    if (signal?.aborted) throw cancelled();
    const request = url.startsWith('https:') ? secureRequest : plainRequest;
    const outgoing = request(url, {
      method: verb,
      agent: false,
      headers: {
        ...this.#endpoint.headers,
        ...headers,
        accept: 'application/json, text/event-stream',
        ...(body && { 'content-type': 'application/json' }),
        ...(this.#session !== undefined && { 'mcp-session-id': this.#session }),
      },
    });
    let stop = (): void => {};
    const answered = new Promise<Answer>((resolve, reject) => {
      stop = () => reject(broken.reason);
      broken.addEventListener('abort', stop);
      outgoing.on('error', (error) => reject(new LinkError(`${url} cannot be reached: ${reasonOf(error)}`)));
      outgoing.on('response', (response) => this.#read(response, id, resolve, reject));
      outgoing.end(body && JSON.stringify(body));
    });
    answered.catch(() => {});
    try {
      const late = `${url} did not answer within ${limits.request / 1000} s.`;
      const left = (since: number): number => host?.left(since, limits.request) ?? 0;
      return await within(answered, limits.request, late, signal, left);
    } finally {
      broken.removeEventListener('abort', stop);
      outgoing.destroy();
    }
  }

  #read(
    response: IncomingMessage,
    id: number | undefined,
    done: (answer: Answer) => void,
    fail: (error: unknown) => void,
  ): void {
    const { statusCode: status = 0, headers } = response;
    const { limits } = this.#wire;
    const answer = (message: Message | undefined, text: string): void => done({ status, headers, message, text });
    const isStream = headers['content-type']?.startsWith('text/event-stream') === true;
    let text = '';
    let size = 0;
    const feed = eventReader((data) => {
      size = 0;
      const message = parseMessage(data);
      if (message?.method !== undefined) this.#asked(message, fail);
      else if (message?.id === id) answer(message, '');
    });
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => {
      const bytes = Buffer.byteLength(chunk);
      size += bytes;
      this.#received += bytes;
      try {
        if (this.#received > limits.bytes) throw tooMuch(limits);
        if (size > limits.message) throw tooLong(isStream ? 'an event' : 'an answer', limits.message);
        if (isStream) feed(chunk);
        else text += chunk;
      } catch (error) {
        fail(error);
        response.destroy();
      }
    });
    response.on('error', (error) => fail(new LinkError(`The answer broke off: ${error.message}`)));
    response.on('end', () => {
      try {
        answer(isStream ? undefined : parseMessage(text), isStream ? 'the stream ended' : text);
      } catch (error) {
        fail(error);
      }
    });
  }

  /** Notifications and questions of the server may come before its answer. */
  #asked(message: Message, fail: (error: unknown) => void): void {
    const { host } = this.#wire;
    if (message.id === undefined) {
      host?.notified(message.method ?? '', isObject(message.params) ? message.params : {});
      return;
    }
    replyTo(message, host)
      .then((reply) => this.#send('POST', reply, this.#headersOf('', {})))
      .catch(fail);
  }
}

/** What stands in the way, in words; a server that wants to know who is there is not out of order. */
function noMessage(method: string, { status, headers, text }: Answer): string {
  const answered = `${method} was answered with HTTP ${status}`;
  if (status === 401 || status === 403)
    return `${answered}: the server wants to know who is there. Give a header: --header 'Authorization: Bearer \${API_TOKEN}'`;
  if (status >= 300 && status < 400)
    return `${answered}: the address is another one: ${cut(headers.location ?? '', 200)}`;
  return `${answered} and no JSON-RPC message: ${cut(text, 200)}`;
}

/** Several addresses that fail together give an error without a message. */
const reasonOf = (error: Error): string =>
  error.message || String((error as { readonly code?: unknown }).code ?? error.name);
