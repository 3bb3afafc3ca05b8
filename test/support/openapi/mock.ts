import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { gzipSync } from 'node:zlib';
import { descriptionAt } from './api.ts';

/** What came in, as it stood on the wire. */
export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** As Latin 1, so that bytes can be compared. */
  readonly body: string;
}

/** An API that answers every request with what it was asked, or goes wrong in the way that the path names. */
export interface Mock {
  readonly url: string;
  readonly tlsUrl: string;
  /** All that it was asked. */
  readonly asked: Asked[];
  /** Another host, which nobody may be led to. */
  readonly strangers: string[];
  /** From now on, tokens that were given out before are refused. */
  revokeTokens(): void;
  close(): void;
}

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=',
  'base64',
);

type Answer = (response: ServerResponse, asked: Asked, count: number, mock: Strangers) => void;
interface Strangers {
  readonly stranger: string;
}

const json =
  (status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Answer =>
  (response) =>
    void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
const raw =
  (type: string, body: string | Buffer, headers: Readonly<Record<string, string>> = {}): Answer =>
  (response) =>
    void response.writeHead(200, { 'content-type': type, ...headers }).end(body);
/** Fails so many times, and is well afterwards. */
const first =
  (times: number, failing: Answer): Answer =>
  (response, asked, count, mock) =>
    (count <= times ? failing : json(200, { tries: count }))(response, asked, count, mock);
const reset: Answer = (response) => void response.socket?.resetAndDestroy();

const BAD: Readonly<Record<string, Answer>> = {
  status_400: json(400, { error: 'name is missing' }),
  status_401: json(401, { error: 'who are you' }),
  status_403: json(403, { error: 'not you' }),
  status_404: json(404, { error: 'no pet 7' }),
  status_409: json(409, { error: 'version 3 is newer' }),
  status_418: json(418, { error: 'a teapot' }),
  status_422: json(422, { errors: [{ field: 'age', message: 'must be positive' }] }),
  status_500: json(500, { error: 'oops' }),
  limited_once: first(1, json(429, {}, { 'retry-after': '0' })),
  limited: json(429, { error: 'slow down' }, { 'retry-after': '77' }),
  unavailable_once: first(2, json(503, {}, { 'retry-after': '0' })),
  unavailable: json(503, { error: 'maintenance' }, { 'retry-after': '0' }),
  silent: () => {},
  endless: (response) => {
    response.writeHead(200, { 'content-type': 'text/plain' });
    const more = (): void => {
      while (!response.destroyed && response.write('all work and no play '.repeat(500)));
    };
    response.on('drain', more);
    more();
  },
  broken_json: raw('application/json', '{"a": 1'),
  other_type: raw('text/html', '<p>Welcome</p>'),
  odd_charset: raw('text/plain; charset=punycode', 'grün'),
  latin: raw('text/plain; charset=iso-8859-1', Buffer.from('gr\xfcn', 'latin1')),
  elsewhere: (response, _, __, { stranger }) => void response.writeHead(302, { location: `${stranger}/steal` }).end(),
  odd_location: (response) => void response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
  moved: (response) => void response.writeHead(307, { location: '/v1/typed/7' }).end(),
  loop: (response) => void response.writeHead(302, { location: '/v1/bad/loop' }).end(),
  reset,
  reset_in_body: (response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
    response.write('{"a":', () => response.socket?.resetAndDestroy());
  },
  empty: raw('application/json', ''),
  no_content: (response) => void response.writeHead(204).end(),
  bomb: raw('text/plain', gzipSync(Buffer.alloc(50_000_000, 'x')), { 'content-encoding': 'gzip' }),
  image: raw('image/png', PNG),
  file: raw('application/pdf', Buffer.from('%PDF\0')),
  half_character: raw('application/json', '{"text":"a\\ud800b"}'),
  not_a_number: raw('application/json', '{"value": NaN}'),
  outside_schema: json(200, ['quite', { another: 'shape' }]),
  page: (response) =>
    void response
      .writeHead(502, { 'content-type': 'text/html' })
      .end('<html><title>Bad gateway</title><p>nginx</p></html>'),
  secret: (response, { headers }) =>
    void response.writeHead(400).end(`You sent ${JSON.stringify(headers)} header-secret`),
  garbage: (response) => void response.socket?.end('HTTP/1.1 two hundred\r\n\r\nhello'),
  write_unavailable: json(503, {}, { 'retry-after': '0' }),
  write_reset: reset,
  write_limited_once: first(1, json(429, {}, { 'retry-after': '0' })),
  write_see_other: (response) => void response.writeHead(303, { location: '/v1/typed/8' }).end(),
  write_moved: (response) => void response.writeHead(308, { location: '/v1/body/body_json' }).end(),
};

/** Starts it on free ports of this machine. */
export async function startMock(): Promise<Mock> {
  const asked: Asked[] = [];
  const strangers: string[] = [];
  const counts = new Map<string, number>();
  let generation = 1;
  const stranger = await listen(
    createServer((request, response) => {
      strangers.push(request.url ?? '');
      response.end('{}');
    }),
  );
  const answer: RequestListener = async (request, response) => {
    const one = await read(request);
    const { pathname } = new URL(one.url, 'http://mock');
    if (pathname === '/token') return giveToken(one, response, generation);
    asked.push(one);
    const count = (counts.get(pathname) ?? 0) + 1;
    counts.set(pathname, count);
    const bad = BAD[pathname.split('/bad/')[1] ?? ''];
    if (bad !== undefined) return bad(response, one, count, { stranger: stranger.url });
    const isStale = pathname.endsWith('/client') && one.headers.authorization !== `Bearer token-${generation}`;
    if (isStale) return void response.writeHead(401).end();
    json(200, one)(response, one, count, { stranger: stranger.url });
  };
  const plain = await listen(createServer(answer));
  const pem = (name: string): Buffer => readFileSync(descriptionAt(`tls/${name}`));
  const tls = await listen(
    createTlsServer(
      {
        key: pem('server.key'),
        cert: pem('server.pem'),
        ca: pem('ca.pem'),
        requestCert: true,
        rejectUnauthorized: true,
      },
      answer,
    ),
    'https',
  );
  return {
    url: plain.url,
    tlsUrl: tls.url,
    asked,
    strangers,
    revokeTokens: () => {
      generation += 1;
    },
    close: () => {
      for (const { server } of [plain, tls, stranger]) {
        server.close();
        (server as Server & { closeAllConnections?: () => void }).closeAllConnections?.();
      }
    },
  };
}

async function listen(server: Server, protocol = 'http'): Promise<{ server: Server; url: string }> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `${protocol}://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function read(request: IncomingMessage): Promise<Asked> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { method = '', url = '', headers } = request;
  return { method, url, headers, body: Buffer.concat(chunks).toString('latin1') };
}

function giveToken({ headers, body }: Asked, response: ServerResponse, generation: number): void {
  const pair = Buffer.from(String(headers.authorization).replace('Basic ', ''), 'base64').toString();
  const isRight =
    pair === 'the%20id:client-secret' && /grant_type=client_credentials/.test(body) && /scope=pets%3Aread/.test(body);
  const answer = isRight
    ? json(200, { access_token: `token-${generation}`, expires_in: 3600 })
    : json(400, { error: pair });
  answer(response, { method: '', url: '', headers, body }, 1, { stranger: '' });
}
