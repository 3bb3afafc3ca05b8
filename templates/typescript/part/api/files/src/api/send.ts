import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { config } from '../config.js';
import { ToolError } from '../result.js';
import { authorize, type Credentials } from './auth.js';
import type { ApiRequest } from './request.js';
import type { Operation } from './table.js';

/** What the API has answered. */
export interface Answer {
  status: number;
  reason: string;
  headers: IncomingMessage['headers'];
  body: Buffer;
  /** The body is longer than API_MAX_BYTES: this is its beginning. */
  isCut: boolean;
  /** Where it came from, without query and credentials. */
  place: string;
}

const MOST_TRIES = 3;
const MOST_REDIRECTS = 5;

/** Sends a request with credentials, and again where that can help and does no harm. */
export async function send(operation: Operation, request: ApiRequest, cancelled: AbortSignal): Promise<Answer> {
  const timeout = AbortSignal.timeout(config.API_TIMEOUT_MS);
  const end = Date.now() + config.API_TIMEOUT_MS;
  const signal = AbortSignal.any([cancelled, timeout]);
  let renew = false;
  for (let tries = 1; ; tries++) {
    try {
      const tried = { ...request, url: new URL(request.url), headers: { ...request.headers } };
      const credentials = await authorize(operation, tried, renew);
      const answer = await follow(tried, credentials, signal);
      const { status, headers } = answer;
      // A token that was good before may have been taken back.
      if (status === 401 && credentials.renewable === true && !renew) {
        renew = true;
        continue;
      }
      const mayRepeat = status === 429 || (operation.idempotent === true && [502, 503, 504].includes(status));
      const wait = waitOf(headers['retry-after'], tries);
      if (!mayRepeat || tries >= MOST_TRIES || Date.now() + wait >= end) return answer;
      await sleep(wait, undefined, { signal });
    } catch (error) {
      if (error instanceof ToolError || cancelled.aborted) throw error;
      if (timeout.aborted) throw unreachable(`takes more than ${config.API_TIMEOUT_MS} ms`, operation);
      if (operation.idempotent !== true || tries >= MOST_TRIES) {
        throw unreachable(
          `cannot be reached (${(error as NodeJS.ErrnoException).code ?? (error as Error).name})`,
          operation,
        );
      }
      await sleep(waitOf(undefined, tries), undefined, { signal }).catch(() => {});
    }
  }
}

const unreachable = (what: string, { idempotent }: Operation): ToolError =>
  new ToolError(
    `The API ${what}.`,
    idempotent ? 'Try again in a minute.' : 'It may have been done all the same: look before you repeat it.',
  );

/** Milliseconds: what the API asks for, else twice as long each time. */
export function waitOf(retryAfter: string | undefined, tries: number): number {
  const seconds = Number(retryAfter);
  const asked = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(retryAfter ?? '') - Date.now();
  return retryAfter === undefined || Number.isNaN(asked)
    ? 250 * 2 ** tries * (0.75 + Math.random() / 2)
    : Math.max(0, asked);
}

/** Follows redirects on the same host only: credentials and bodies are for nobody else. */
async function follow(request: ApiRequest, credentials: Credentials, signal: AbortSignal): Promise<Answer> {
  let { url, method, body, headers } = request;
  for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
    const response = await once({ url, method, headers, body }, credentials, signal);
    const { statusCode: status = 0, headers: received } = response;
    const { location } = received;
    if (![301, 302, 303, 307, 308].includes(status) || location === undefined) {
      const place = url.origin + url.pathname;
      return { status, reason: response.statusMessage ?? '', headers: received, place, ...(await read(response)) };
    }
    response.destroy();
    const next = URL.canParse(location, url.href) ? new URL(location, url) : undefined;
    if (next?.origin !== url.origin) {
      throw new ToolError(
        `The API redirects to ${next?.host ?? 'no address'}, which is not its own host.`,
        'Tell the user.',
      );
    }
    url = next;
    if (status === 303 || (status < 303 && method === 'POST')) {
      const { 'content-type': _, ...rest } = headers;
      [method, body, headers] = [method === 'HEAD' ? 'HEAD' : 'GET', undefined, rest];
    }
  }
  throw new ToolError('The API redirects too often.', 'Tell the user.');
}

/** With node:http, because the global fetch has neither certificates of clients nor bodies of GET. */
function once({ url, method, headers, body }: ApiRequest, credentials: Credentials, signal: AbortSignal) {
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  const length = body === undefined ? {} : { 'content-length': String(body.length) };
  const options = {
    method,
    headers: { ...headers, 'accept-encoding': 'gzip, deflate, br', ...length },
    signal,
    ...credentials,
  };
  return new Promise<IncomingMessage>((resolve, reject) => {
    request(url, options, resolve).once('error', reject).end(body);
  });
}

async function read(response: IncomingMessage): Promise<Pick<Answer, 'body' | 'isCut'>> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of decoded(response)) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > config.API_MAX_BYTES) break;
    }
  } finally {
    response.destroy();
  }
  return { body: Buffer.concat(chunks).subarray(0, config.API_MAX_BYTES), isCut: size > config.API_MAX_BYTES };
}

const DECODERS = new Map(Object.entries({ gzip: createGunzip, deflate: createInflate, br: createBrotliDecompress }));

function decoded(response: IncomingMessage): Readable {
  const encoding = response.headers['content-encoding']?.toLowerCase() ?? '';
  const decoder = DECODERS.get(encoding)?.();
  if (decoder === undefined) return response;
  response.once('error', (error) => decoder.destroy(error));
  return response.pipe(decoder);
}
