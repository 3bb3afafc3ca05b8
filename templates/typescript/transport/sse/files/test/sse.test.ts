import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { SSEClientTransport, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { SessionTable } from '../src/transport/session-table.js';
import { createSse } from '../src/transport/sse.js';
import { testApp, testEnvironment } from './support/app.js';
import { createClient } from './support/connect.js';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/** Starts the built server on a free port, and returns the address for clients that speak only SSE. */
async function start(variables: Record<string, string> = {}) {
  const env = { ...testEnvironment(), PORT: '0', ...variables };
  const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let before = '';
  for await (const line of createInterface(child.stderr)) {
    const address = /^Listening on (.+)$/.exec(line)?.[1];
    if (address !== undefined) return { child, before, url: new URL('/sse', address) };
    before += `${line}\n`;
  }
  throw new Error('the server did not start');
}

async function connect(url: URL) {
  const client = createClient('2025');
  onTestFinished(() => client.close());
  await client.connect(new SSEClientTransport(url));
  return client;
}

/** The status of a request, of which nothing else is read: the answer may be a stream. */
const statusOf = (url: URL, headers: Record<string, string>, method = 'GET') =>
  new Promise((resolve, reject) => {
    request(url, { method, headers, agent: false }, (response) => {
      resolve(response.statusCode);
      response.destroy();
    })
      .once('error', reject)
      .end();
  });

/** The address to which a client that has just opened a stream is told to post. */
async function open(url: URL) {
  const hangUp = new AbortController();
  onTestFinished(() => hangUp.abort());
  const response = await fetch(url, { signal: hangUp.signal });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const { value = '' } = (await reader?.read()) ?? {};
  const path = /^event: endpoint\ndata: (\S+)\n\n/.exec(value)?.[1] ?? '';
  return { path, messages: new URL(path, url), session: response.headers.get('mcp-session-id'), reader };
}

const json = { 'content-type': 'application/json' };
const ping = { jsonrpc: '2.0', id: 1, method: 'ping' };
const post = (url: URL, body = JSON.stringify(ping), headers: Record<string, string> = json) =>
  fetch(url, { method: 'POST', headers, body });

describe('a client that speaks only SSE', () => {
  test('is answered', async () => {
    const { url } = await start();
    const client = await connect(url);
    expect(client.getServerVersion()).toMatchObject({ name: expect.any(String) });
    expect((await client.listTools()).tools).toEqual(expect.any(Array));
    const { contents } = await client.readResource({ uri: 'config://app-settings' });
    expect(JSON.stringify(contents)).toContain('LOG_LEVEL');
    await expect(client.callTool({ name: 'no-such-tool', arguments: {} })).rejects.toThrow(/no-such-tool/);
  });

  test('hears of changes to what it subscribed to', async () => {
    const app = await testApp();
    const sessions = new SessionTable(app.config);
    const sse = createSse(app, sessions);
    const post = toNodeHandler(sse);
    const http = createServer((...call) => void (call[0].url === '/sse' ? sse.open(...call) : post(...call)));
    await once(http.listen(0, '127.0.0.1'), 'listening');
    const client = await connect(new URL(`http://127.0.0.1:${(http.address() as AddressInfo).port}/sse`));
    onTestFinished(async () => {
      await sessions.close();
      http.close();
    });

    const heard: string[] = [];
    const listChanged = vi.fn();
    client.setNotificationHandler('notifications/resources/updated', ({ params }) => void heard.push(params.uri));
    client.setNotificationHandler('notifications/resources/list_changed', listChanged);
    await client.subscribeResource({ uri: 'test://watched' });
    for (const uri of ['test://other', 'test://watched']) app.changes.publish({ kind: 'resource_updated', uri });
    app.changes.publish({ kind: 'resources_list_changed' });
    await vi.waitFor(() => expect(listChanged).toHaveBeenCalled());
    expect(heard).toEqual(['test://watched']);
  });

  test('has a stream that is its session, and tells load balancers of it', async () => {
    const { url } = await start();
    const { path, messages, session } = await open(url);
    expect(path).toBe(`/messages?sessionId=${session}`);
    expect((await post(messages)).status).toBe(202);
    // Sessions of another kind are not found under its id.
    const foreign = { ...json, 'mcp-session-id': session ?? '' };
    expect((await post(new URL('/mcp', url), undefined, foreign)).status).toBe(404);
  });

  test('is told that there is something better', async () => {
    const { before } = await start({ LOG_LEVEL: 'warn' });
    expect(before.split('\n').filter((line) => line.includes('legacy SSE is deprecated'))).toHaveLength(1);
  });
});

describe('the endpoint of legacy SSE', () => {
  test('is not reachable under a foreign name or from a foreign page', async () => {
    const { url } = await start();
    const { messages } = await open(url);
    for (const [address, method] of [
      [url, 'GET'],
      [messages, 'POST'],
    ] as const) {
      expect(await statusOf(address, { host: 'evil.example' }, method)).toBe(403);
      expect(await statusOf(address, { origin: 'https://evil.example' }, method)).toBe(403);
      expect(await statusOf(address, { origin: url.origin, ...json }, method)).not.toBe(403);
    }
  });

  test('refuses what is not a JSON message of a reasonable size to a session', async () => {
    const { url } = await start({ MAX_BODY_BYTES: '2000' });
    const { messages } = await open(url);
    expect((await post(messages, undefined, { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await post(messages, '{')).status).toBe(400);
    expect((await post(messages, '{}')).status).toBe(400);
    expect((await post(messages, JSON.stringify({ ...ping, padding: 'x'.repeat(3000) }))).status).toBe(413);
    expect((await post(new URL('/messages?sessionId=unknown', url))).status).toBe(404);
    expect(await statusOf(messages, {})).toBe(405);
    expect((await post(url)).status).toBe(405);
  });

  test('counts its sessions together with those of /mcp', async () => {
    const { url } = await start({ MAX_SESSIONS: '2' });
    const modern = createClient('2025');
    onTestFinished(() => modern.close());
    await modern.connect(new StreamableHTTPClientTransport(new URL('/mcp', url)));
    const legacy = await connect(url);
    expect((await fetch(url)).status).toBe(503);
    await legacy.close();
    await expect.poll(() => statusOf(url, {})).toBe(200);
  });

  test('closes a session that is silent', async () => {
    const { url } = await start({ SESSION_IDLE_MS: '1000' });
    const { reader } = await open(url);
    expect((await reader?.read())?.done).toBe(true);
  });

  // Once more if the minute ends in the middle.
  test('refuses whom it has served often enough for now', { retry: 1 }, async () => {
    const { url } = await start({ RATE_LIMIT_PER_MINUTE: '2' });
    const { messages } = await open(url);
    expect((await post(messages)).status).toBe(202);
    expect((await post(messages)).status).toBe(429);
    expect((await fetch(url)).status).toBe(429);
  });

  test.skipIf(process.platform === 'win32')('ends on SIGTERM, with open streams', async () => {
    const { child, url } = await start();
    await connect(url);
    const exit = once(child, 'close');
    child.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
  });
});
