import { type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { config } from '../config.js';
import { ToolError } from '../result.js';
import { isPublic, notPublic, publicLookup } from './address.js';

export interface Page {
  readonly url: string;
  readonly status: number;
  readonly type: string;
  /** Its beginning, where it is longer than FETCH_MAX_BYTES. */
  readonly body: Buffer;
}

const MAX_REDIRECTS = 5;

/**
 * Gets a page and follows redirects, each of which is checked like the first address. With node:http, because the global
 * fetch gives no say in which address a name is connected to.
 */
export async function getPage(start: URL, signal: AbortSignal): Promise<Page> {
  let url = start;
  for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
    const response = await send(url, signal);
    const { statusCode: status = 0, headers } = response;
    if (status < 300 || status > 399 || headers.location === undefined) {
      return { url: url.href, status, type: headers['content-type'] ?? '', body: await read(response) };
    }
    response.destroy();
    const next = URL.canParse(headers.location, url.href) ? new URL(headers.location, url) : undefined;
    if (next === undefined || !/^https?:$/.test(next.protocol)) break;
    url = next;
  }
  throw new ToolError(`${start.href} redirects too often, or to no web page.`, 'Fetch the final address directly.');
}

function send(url: URL, signal: AbortSignal): Promise<IncomingMessage> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  // An address in the URL itself is never looked up.
  if (!config.FETCH_ALLOW_PRIVATE && isIP(host) !== 0 && !isPublic(host)) throw notPublic(host);
  const options: RequestOptions = {
    signal,
    // Of its own, so that no proxy is asked, which would look names up itself.
    agent: false,
    headers: {
      accept: 'text/html, text/*, application/json;q=0.9',
      'accept-encoding': 'gzip, deflate, br',
      'user-agent': 'mcp-fetch/1.0',
    },
    ...(!config.FETCH_ALLOW_PRIVATE && { lookup: publicLookup }),
  };
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    // Who switches to another protocol never answers, and is hung up on.
    const hungUp = () => reject(new Error('no answer'));
    request(url, options, resolve).once('error', reject).once('close', hungUp).end();
  });
}

/** The body, decoded, up to FETCH_MAX_BYTES. */
async function read(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of decoded(response)) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > config.FETCH_MAX_BYTES) break;
    }
  } finally {
    response.destroy();
  }
  return Buffer.concat(chunks).subarray(0, config.FETCH_MAX_BYTES);
}

function decoded(response: IncomingMessage): Readable {
  const encoding = response.headers['content-encoding']?.toLowerCase() ?? 'identity';
  if (encoding === 'identity') return response;
  const decoders = { gzip: createGunzip, 'x-gzip': createGunzip, deflate: createInflate, br: createBrotliDecompress };
  const create = Object.hasOwn(decoders, encoding) ? decoders[encoding as keyof typeof decoders] : undefined;
  if (create === undefined) throw new Error(`the encoding ${encoding} is not known`);
  const decoder = create();
  response.once('error', (error) => decoder.destroy(error));
  return response.pipe(decoder);
}
