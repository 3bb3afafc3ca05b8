import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { config, serve } from './serve.js';

const url = await serve({ ALLOWED_ORIGINS: 'https://app.example' }, async ({ headers }) => ({
  token: '',
  clientId: headers.get('authorization') ?? 'nobody',
  scopes: [],
}));

const ping = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' });
const post = (headers: Record<string, string> = {}, body = ping) =>
  fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });

for (const mode of ['legacy', { pin: '2026-07-28' }] as const) {
  test(`answers clients of ${mode === 'legacy' ? '2025' : mode.pin}`, async () => {
    const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } });
    await client.connect(new StreamableHTTPClientTransport(new URL(url)));
    assert.ok((await client.listTools()).tools.length > 0);
    await client.close();
  });
}

test('is not reachable under a foreign name or from a foreign page', async () => {
  const status = await new Promise((resolve) => {
    request(url, { method: 'POST', headers: { host: 'evil.example' } }, (response) => {
      resolve(response.resume().statusCode);
    }).end();
  });
  assert.equal(status, 403);
  assert.equal((await post({ origin: 'https://evil.example' })).status, 403);
});

test('lets pages of the allowed origins in', async () => {
  const preflight = await fetch(url, { method: 'OPTIONS', headers: { origin: 'https://app.example' } });
  assert.equal(preflight.status, 204);
  assert.equal(preflight.headers.get('access-control-allow-origin'), 'https://app.example');
});

test('refuses what is not a JSON message of a reasonable size', async () => {
  assert.equal((await post({ 'content-type': 'text/plain' })).status, 415);
  assert.equal((await post({}, '{')).status, 400);
  assert.equal((await post({}, ' '.repeat(config.MAX_BODY_BYTES + 1))).status, 413);
});

test('keeps a session for the caller who opened it', async () => {
  const transport = new StreamableHTTPClientTransport(new URL(url), {
    requestInit: { headers: { authorization: 'me' } },
  });
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(transport);
  const session = { 'mcp-session-id': transport.sessionId ?? '', accept: 'application/json, text/event-stream' };
  assert.equal((await post({ ...session, authorization: 'somebody else' })).status, 404);
  assert.equal((await post({ ...session, authorization: 'me' })).status, 200);
  await client.close();
});

test('tells a load balancer how it is', async () => {
  assert.equal((await fetch(new URL('/healthz', url))).status, 200);
  assert.equal((await fetch(new URL('/readyz', url))).status, 200);
});
