import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { expect, onTestFinished, test } from 'vitest';
import type { App } from '../src/app.js';
import { createEndpoint } from '../src/transport/endpoint.js';
import { testApp } from './support/app.js';
import { createClient } from './support/connect.js';

async function connect(app: App, endpoint = createEndpoint(app)) {
  const client = createClient('2025');
  const transport = new StreamableHTTPClientTransport(new URL('http://localhost/mcp'), {
    fetch: (input, init) => endpoint.fetch(new Request(input, init)),
  });
  await client.connect(transport);
  onTestFinished(async () => {
    await client.close();
    await endpoint.close();
  });
  return { client, transport, endpoint };
}

test('a 2025 client has a session until it ends it', async () => {
  const { client, transport, endpoint } = await connect(await testApp());
  const id = transport.sessionId ?? '';
  expect(id).not.toBe('');
  expect((await client.listTools()).tools).toEqual(expect.any(Array));
  await transport.terminateSession();
  const headers = { 'content-type': 'application/json', 'mcp-session-id': id };
  const late = new Request('http://localhost/mcp', { method: 'POST', headers, body: '{"jsonrpc":"2.0","method":"x"}' });
  expect((await endpoint.fetch(late)).status).toBe(404);
});

test('sessions are limited in number', async () => {
  const app = await testApp({ MAX_SESSIONS: '1' });
  const { endpoint } = await connect(app);
  await expect(connect(app, endpoint)).rejects.toThrow(/Too many sessions/);
});

test('a request of no era is told which version to speak', async () => {
  const endpoint = createEndpoint(await testApp());
  onTestFinished(() => endpoint.close());
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
  const response = await endpoint.fetch(new Request('http://localhost/mcp', { method: 'POST', headers, body }));
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: { data: { supported: ['2026-07-28'] } } });
});
