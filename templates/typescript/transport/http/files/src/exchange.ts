import type { IncomingMessage, ServerResponse } from 'node:http';
import { isJsonContentType } from '@modelcontextprotocol/server';
import { config } from './config.js';

/** Proxies end connections that are silent for about a minute. */
export const KEEP_ALIVE_MS = 15_000;
/** A call that takes longer is answered by an event stream, so that its client and the proxies see that it is alive. */
const QUICK_MS = 500;
/** How much may wait for a client that does not read, before it is cut off. */
const MAX_BACKLOG_BYTES = 1_048_576;
/** Ids come back with every message of a stream, and what a subscription lists is kept for as long as it lasts. */
const MAX_ID_LENGTH = 256;
const MAX_SUBSCRIPTION_BYTES = 32_768;

export const EVENT_STREAM = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
};

/** A refusal, to be thrown: an HTTP status, and the same as a JSON-RPC error that answers no request in particular. */
export const refusal = (
  status: number,
  code: number,
  message: string,
  headers: Record<string, string> = {},
): Response => Response.json({ jsonrpc: '2.0', error: { code, message }, id: null }, { status, headers });

/** The JSON-RPC message or batch in the body of a request. */
export async function readMessage(request: IncomingMessage): Promise<object> {
  const { headers } = request;
  if (!isJsonContentType(headers['content-type'])) throw refusal(415, -32000, 'Content-Type must be application/json');
  const tooLarge = () => refusal(413, -32000, `The body is larger than ${config.MAX_BODY_BYTES} bytes`);
  if (Number(headers['content-length']) > config.MAX_BODY_BYTES) throw tooLarge();
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes <= config.MAX_BODY_BYTES) chunks.push(chunk);
  }
  if (bytes > config.MAX_BODY_BYTES) throw tooLarge();
  const message = parse(Buffer.concat(chunks).toString());
  for (const one of [message].flat() as ({ id?: unknown; method?: unknown } | null)[]) {
    if (typeof one?.id === 'string' && one.id.length > MAX_ID_LENGTH) throw refusal(400, -32600, 'The id is too long');
    if (one?.method === 'subscriptions/listen' && bytes > MAX_SUBSCRIPTION_BYTES) {
      throw refusal(413, -32000, `A subscription may have ${MAX_SUBSCRIPTION_BYTES} bytes`);
    }
  }
  return message;
}

function parse(text: string): object {
  try {
    // Object() makes `null` and the like an object, too, which is then no JSON-RPC message.
    return Object(JSON.parse(text));
  } catch {
    throw refusal(400, -32700, 'The body is not JSON');
  }
}

/** Sends what becomes of a request. */
export async function reply(response: ServerResponse, pending: Response | Promise<Response>): Promise<void> {
  let heartbeat: NodeJS.Timeout | undefined;
  const slow = setTimeout(() => {
    response.writeHead(200, EVENT_STREAM).flushHeaders();
    heartbeat = setInterval(() => write(response, ': keepalive\n\n'), KEEP_ALIVE_MS);
  }, QUICK_MS);
  let result: Response;
  try {
    result = await pending;
  } finally {
    clearTimeout(slow);
    clearInterval(heartbeat);
  }
  const isStream = result.headers.get('content-type') === EVENT_STREAM['content-type'];
  if (response.headersSent && !isStream) {
    const text = await result.text();
    return void response.end(text && `event: message\ndata: ${text}\n\n`);
  }
  if (!response.headersSent) {
    response.statusCode = result.status;
    response.setHeaders(result.headers);
    if (!isStream) return void response.end(await result.text());
    // At once, but together with the first event if there is one already.
    setImmediate(() => response.flushHeaders());
  }
  const reader = result.body?.getReader();
  response.once('close', () => reader?.cancel().catch(() => {}));
  for (let part = await reader?.read(); part?.value; part = await reader?.read()) write(response, part.value);
  response.end();
}

/** Writes to a stream, whose client may have stopped reading. */
export function write(response: ServerResponse, chunk: string | Uint8Array): void {
  if (response.writableLength > MAX_BACKLOG_BYTES) response.destroy();
  else if (!response.writableEnded) response.write(chunk);
}
