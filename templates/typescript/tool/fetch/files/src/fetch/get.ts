import { type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import { isPublic, PrivateAddressError, publicLookup } from './addresses.js';

export interface GetOptions {
  readonly signal: AbortSignal;
  readonly maxBytes: number;
  readonly allowPrivate: boolean;
}

export interface Page {
  readonly url: string;
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer;
  /** The page is longer than `maxBytes`. */
  readonly cut: boolean;
}

export class RedirectError extends Error {
  override readonly name = 'RedirectError';
}

const MAX_REDIRECTS = 5;

/**
 * Gets a page over HTTP or HTTPS and follows redirects, each of which is checked like the first address.
 *
 * Built on node:http because the global fetch gives no say in which address a name is connected to.
 *
 * @throws PrivateAddressError, RedirectError, or the network's error.
 */
export async function get(start: URL, options: GetOptions): Promise<Page> {
  let url = start;
  for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
    const response = await send(url, options);
    const { statusCode: status = 0, headers } = response;
    if (status < 300 || status > 399 || headers.location === undefined) {
      const { body, cut } = await read(response, options.maxBytes);
      return { url: url.href, status, contentType: headers['content-type'] ?? '', body, cut };
    }
    response.destroy();
    url = next(url, headers.location);
  }
  throw new RedirectError(`more than ${MAX_REDIRECTS} redirects`);
}

function next(from: URL, location: string): URL {
  const to = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  if (to === undefined || !/^https?:$/.test(to.protocol)) throw new RedirectError(`a redirect to ${location}`);
  return to;
}

function send(url: URL, { signal, allowPrivate }: GetOptions): Promise<IncomingMessage> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  // An address in the URL itself never goes through the lookup.
  if (!allowPrivate && isIP(host) !== 0 && !isPublic(host)) throw new PrivateAddressError(`${host} is not public`);
  const request: typeof requestHttp = url.protocol === 'https:' ? requestHttps : requestHttp;
  const headers = { accept: 'text/html, text/*, application/json;q=0.9', 'user-agent': 'mcp-fetch/1.0' };
  return new Promise((resolve, reject) => {
    const options: RequestOptions = allowPrivate ? { signal, headers } : { signal, headers, lookup: publicLookup };
    request(url, options, resolve).once('error', reject).end();
  });
}

async function read(response: IncomingMessage, maxBytes: number): Promise<{ body: Buffer; cut: boolean }> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    // Leaving the loop destroys the response, so nothing more is downloaded.
    if (size > maxBytes) break;
  }
  return { body: Buffer.concat(chunks).subarray(0, maxBytes), cut: size > maxBytes };
}
