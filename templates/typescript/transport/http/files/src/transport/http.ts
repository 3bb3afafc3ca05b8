import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { hostHeaderValidation, originValidation, toNodeHandler } from '@modelcontextprotocol/node';
import type { App } from '../app.js';
import type { Listener } from '../shutdown.js';
import { clientIdOf } from './client-id.js';
import { answerPreflight } from './cors.js';
import { createEndpoint } from './endpoint.js';
import { createRateLimit } from './rate-limit.js';
import { createReadiness } from './readiness.js';
import { refusal } from './refuse.js';

/** Serves MCP at `/mcp`, and the probes of a load balancer at `/healthz` and `/readyz`. */
export async function serveHttp(app: App): Promise<Listener> {
  const { config, log } = app;
  if (config.DRAIN_MS > 0 && config.DRAIN_MS >= config.SHUTDOWN_TIMEOUT_MS) {
    throw new Error('DRAIN_MS must be less than SHUTDOWN_TIMEOUT_MS, of which it is a part.');
  }
  const origins = split(config.ALLOWED_ORIGINS);
  const hosts = split(config.ALLOWED_HOSTS);
  const hostAllowed = hostHeaderValidation(hosts);
  // A web page that the user happens to visit must not talk to a server on the user's machine (DNS rebinding).
  const originAllowed = originValidation([...hosts, ...origins.map(hostnameOf)]);
  const endpoint = createEndpoint(app);
  const handle = toNodeHandler(endpoint, { onerror: (error) => log.error('request failed', { error }) });
  const rateLimit = createRateLimit(app);
  const isReady = createReadiness(app.store);
  const running = new Set<ServerResponse>();
  let draining = false;

  const http = createHttpServer((request, response) => {
    const path = request.url?.split('?')[0];
    if (path === '/healthz') return answer(response, 200, 'ok');
    if (path === '/readyz') return void ready(response);
    if (path !== '/mcp') return answer(response, 404, 'The MCP endpoint is /mcp.');
    if (!hostAllowed(request, response)) return;
    if (answerPreflight(request, response, origins) || !originAllowed(request, response)) return;
    // The next request on this connection would come too late.
    if (draining) response.setHeader('Connection', 'close');
    if (!isStream(request)) track(running, response);
    if (rateLimit === undefined) void handle(request, response);
    else void limited(rateLimit.take(clientIdOf(request, config.TRUSTED_PROXIES)), request, response);
  });

  const limited = async (take: Promise<number>, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const wait = await take;
    if (wait === 0) return handle(request, response);
    const retryAfter = Math.ceil(wait / 1000);
    response.writeHead(429, { 'content-type': 'application/json', 'retry-after': String(retryAfter) });
    response.end(JSON.stringify(refusal(-32000, `Too many requests: try again in ${retryAfter} s`)));
  };

  // Longer than load balancers keep idle connections, or else one sends into a connection that is just being closed.
  http.keepAliveTimeout = 75_000;

  const ready = async (response: ServerResponse): Promise<void> => {
    const status = !draining && (await isReady()) ? 200 : 503;
    answer(response, status, status === 200 ? 'ready' : 'not ready');
  };

  await new Promise<void>((resolve, reject) => {
    http.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, config.HOST, config.PORT)));
    http.listen(config.PORT, config.HOST, resolve);
  });
  const { address, family, port } = http.address() as AddressInfo;
  const host = family === 'IPv6' ? `[${address}]` : address;
  process.stderr.write(`Listening on http://${host}:${port}/mcp\n`);

  return {
    ended: new Promise(() => {}),
    async close() {
      draining = true;
      // Whoever sends requests here has to see first that it should not any more.
      await sleep(config.DRAIN_MS);
      const stopped = new Promise<void>((resolve) => http.close(() => resolve()));
      await Promise.all([...running].map((response) => new Promise((resolve) => response.once('close', resolve))));
      await endpoint.close();
      http.closeAllConnections();
      await stopped;
    },
  };
}

/** Streams stay open until somebody ends them, so shutting down does not wait for them. */
const isStream = ({ method, headers }: IncomingMessage): boolean =>
  method === 'GET' || headers['mcp-method'] === 'subscriptions/listen';

function track(running: Set<ServerResponse>, response: ServerResponse): void {
  running.add(response);
  response.once('close', () => running.delete(response));
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code === 'EADDRINUSE') return new Error(`Port ${port} on ${host} is taken: set PORT to another one, or 0.`);
  return new Error(`Cannot listen on ${host}:${port}: ${error.message}`);
}

function hostnameOf(origin: string): string {
  if (URL.canParse(origin)) return new URL(origin).hostname;
  throw new Error(`ALLOWED_ORIGINS: "${origin}" is not an origin such as https://app.example.com.`);
}

const split = (list: string): string[] => list.split(/[\s,]+/).filter(Boolean);
