import { type IncomingHttpHeaders, request } from 'node:http';
import { isDeepStrictEqual } from 'node:util';

/** What a server means by its answer to a request, without its words. */
export interface HttpAnswer {
  readonly status: number;
  /** What the headers mean to a client. */
  readonly headers: Readonly<Record<string, unknown>>;
  /** The code of a JSON-RPC error, or `result` for any other JSON-RPC answer; undefined for a text. */
  readonly code: unknown;
}

interface Ask {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

const JSON_HEADERS = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
const PING = { jsonrpc: '2.0', id: 1, method: 'ping' };
const INITIALIZE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'parity', version: '1.0.0' } },
};
const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'parity', version: '1.0.0' },
  'io.modelcontextprotocol/clientCapabilities': {},
};
const modern = (method: string, params: object = {}) => ({
  jsonrpc: '2.0',
  id: 1,
  method,
  params: { ...params, _meta: META },
});
const modernHeaders = (method: string, name?: string) => ({
  ...JSON_HEADERS,
  'mcp-protocol-version': '2026-07-28',
  'mcp-method': method,
  ...(name !== undefined && { 'mcp-name': name }),
});
const post = (body: unknown, headers: Readonly<Record<string, string>> = {}): Ask => ({
  method: 'POST',
  headers: { ...JSON_HEADERS, ...headers },
  body,
});
const modernPost = (method: string, params: object, headers: Readonly<Record<string, string>>): Ask => ({
  method: 'POST',
  headers,
  body: modern(method, params),
});

/** The largest body and the pages that are let in, for the servers that are asked this. */
export const HTTP_SETTINGS = { MAX_BODY_BYTES: '2000', ALLOWED_ORIGINS: 'https://app.example' };

const PREFLIGHT = {
  'access-control-request-method': 'POST',
  'access-control-request-headers': 'content-type,mcp-protocol-version,mcp-method',
};

const ASKS: Readonly<Record<string, Ask>> = {
  'is it alive': { path: '/healthz' },
  'is it ready': { path: '/readyz' },
  'is it ready, by its address': { path: '/readyz', headers: { host: '10.0.0.7' } },
  'another path': { path: '/' },
  'another path by POST': { ...post(PING), path: '/sse-of-old' },
  'a foreign host': post(PING, { host: 'evil.example' }),
  'a foreign host with a port': post(PING, { host: 'evil.example:80' }),
  'a foreign page': post(PING, { origin: 'https://evil.example' }),
  'a page without a name': post(PING, { origin: 'null' }),
  'a page of this machine': post(INITIALIZE, { origin: 'http://localhost:5173' }),
  'a page that is let in': post(INITIALIZE, { origin: 'https://app.example' }),
  'a page that may ask': { method: 'OPTIONS', headers: { origin: 'https://app.example', ...PREFLIGHT } },
  'a page that may not ask': { method: 'OPTIONS', headers: { origin: 'https://evil.example', ...PREFLIGHT } },
  'no JSON by its type': post(PING, { 'content-type': 'text/plain' }),
  'no JSON': post('{'),
  'no message': post({}),
  'too much': post({ ...PING, padding: 'x'.repeat(3000) }),
  'a client that takes no answer': post(INITIALIZE, { accept: 'text/html' }),
  'a session that is not there': post(PING, { 'mcp-session-id': 'unknown', 'mcp-protocol-version': '2025-11-25' }),
  'a stream without a session': { method: 'GET', headers: { accept: 'text/event-stream' } },
  'the end of no session': { method: 'DELETE', headers: { 'mcp-protocol-version': '2025-11-25' } },
  'another method': { method: 'PUT', headers: JSON_HEADERS, body: PING },
  'a method for tests of proxies': { method: 'TRACE' },
  'a handshake of 2025': post(INITIALIZE),
  'a call of 2026': modernPost(
    'tools/call',
    { name: 'calculate_risk', arguments: { score: 5 } },
    modernHeaders('tools/call', 'calculate_risk'),
  ),
  'a call whose header names another tool': modernPost(
    'tools/call',
    { name: 'calculate_risk', arguments: { score: 5 } },
    modernHeaders('tools/call', 'run_job'),
  ),
  'a call whose header names another method': modernPost('tools/list', {}, modernHeaders('tools/call', 'x')),
  'a call without the header of its method': modernPost(
    'tools/list',
    {},
    { ...JSON_HEADERS, 'mcp-protocol-version': '2026-07-28' },
  ),
  'a version to come': post(modern('tools/list'), { 'mcp-protocol-version': '2099-01-01', 'mcp-method': 'tools/list' }),
  'a method that is not there': modernPost('tools/nothing', {}, modernHeaders('tools/nothing')),
};

/** Asks for all of it. */
export async function probeHttp(url: string): Promise<Record<string, HttpAnswer>> {
  const answers: Record<string, HttpAnswer> = {};
  for (const [title, ask] of Object.entries(ASKS)) answers[title] = await askFor(url, ask);
  return answers;
}

/** What one client is told whose calls are too many, with the seconds to wait left out. */
export async function probeLimit(url: string, most: number): Promise<HttpAnswer | undefined> {
  // The minute may be over in between, so twice the limit may be admitted.
  for (let calls = 0; calls <= 2 * most; calls++) {
    const { status, headers, code } = await askFor(url, ASKS['a call of 2026'] as Ask);
    if (status !== 429) continue;
    const seconds = Number(headers['retry-after']);
    const isWithinMinute = seconds >= 1 && seconds <= 60;
    return { status, headers: { ...headers, 'retry-after': String(isWithinMinute) }, code };
  }
  return undefined;
}

/**
 * Where the SDKs, or the frameworks under them, answer with another status or code, and why. All else means the same.
 * docs/python.md has the same table.
 */
export const DIFFERENCES: Readonly<Record<string, { readonly parts: readonly string[]; readonly why: string }>> = {
  'a page that may ask': { parts: ['status'], why: "Starlette's CORS answers 200, not 204" },
  'a page that may not ask': {
    parts: ['status', 'code'],
    why: "Starlette's CORS refuses a preflight with 400 and a text; browsers look at the missing header only",
  },
  'no message': { parts: ['code'], why: 'the Python SDK calls it invalid parameters' },
  'a client that takes no answer': { parts: ['code'], why: 'the Python SDK calls it an invalid request' },
  'a session that is not there': { parts: ['code'], why: 'clients act on the 404' },
};

/** The parts in which two answers differ. */
export function differingParts(one: HttpAnswer | undefined, other: HttpAnswer | undefined): string[] {
  const [a, b] = [partsOf(one), partsOf(other)];
  return Object.keys({ ...a, ...b }).filter((part) => !isDeepStrictEqual(a[part], b[part]));
}

const partsOf = (answer: HttpAnswer | undefined): Record<string, unknown> => ({ ...answer });

function askFor(url: string, { method = 'GET', path, headers = {}, body }: Ask): Promise<HttpAnswer> {
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const length = text === undefined ? {} : { 'content-length': Buffer.byteLength(text) };
    const target = path === undefined ? url : new URL(path, url);
    // With fetch nobody can say another host than the one that is asked.
    const asked = request(target, { method, headers: { ...headers, ...length } }, (response) => {
      let received = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (received += chunk));
      response.once('error', reject);
      response.once('end', () => {
        const { statusCode: status = 0 } = response;
        resolve({
          status,
          headers: meaningful(response.headers, method === 'OPTIONS', status >= 400),
          code: codeOf(received),
        });
      });
    });
    asked.once('error', reject).end(text);
  });
}

/** Whether a session was opened, what a web page may do, and when to come again. */
function meaningful(headers: IncomingHttpHeaders, isPreflight: boolean, isRefusal: boolean): Record<string, unknown> {
  const origin = headers['access-control-allow-origin'];
  const wait = headers['retry-after'];
  // The Python SDK names the session that it does not open, too.
  const isOpened = headers['mcp-session-id'] !== undefined && !isRefusal;
  return {
    ...(isOpened && { session: 'opened' }),
    ...(wait !== undefined && { 'retry-after': wait }),
    // To a browser the rest of CORS means nothing without it.
    ...(origin !== undefined && { letIn: origin }),
    ...(origin !== undefined && (isPreflight ? { maySend: sendable(headers) } : { mayRead: readable(headers) })),
  };
}

const listIn = (text = ''): string[] =>
  text
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean)
    .sort();
const readable = (headers: IncomingHttpHeaders): string[] => listIn(headers['access-control-expose-headers']);

/** Of what MCP needs. */
function sendable(headers: IncomingHttpHeaders): string[] {
  const methods = listIn(headers['access-control-allow-methods']);
  const names = listIn(headers['access-control-allow-headers']);
  const wanted = listIn(PREFLIGHT['access-control-request-headers']);
  return [
    ...['delete', 'get', 'post'].filter((method) => methods.includes(method)),
    ...wanted.filter((name) => names.includes(name) || names.includes('*')),
  ];
}

function codeOf(text: string): unknown {
  try {
    const message = JSON.parse(/^data: (\{.*)$/m.exec(text)?.[1] ?? text);
    return message.error === undefined ? 'result' : message.error.code;
  } catch {
    return undefined;
  }
}
