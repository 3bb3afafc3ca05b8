import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client, SSEClientTransport } from '@modelcontextprotocol/client';
import { serve } from './serve.js';

const url = await serve({}, async () => ({ token: '', clientId: 'test', scopes: [] }));

test('answers clients that speak nothing newer than SSE', async () => {
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(new SSEClientTransport(new URL('/sse', url)));
  assert.ok((await client.listTools()).tools.length > 0);
  await client.close();
});

test('names an address that is right behind a path, too', async () => {
  const stop = new AbortController();
  const { body } = await fetch(new URL('/sse', url), { signal: stop.signal });
  const { value } = (await body?.getReader().read()) ?? {};
  assert.match(new TextDecoder().decode(value), /^event: endpoint\ndata: messages\?sessionId=/);
  stop.abort();
});

test('knows no session whose stream is closed', async () => {
  const messages = new URL('/messages?sessionId=gone', url);
  assert.equal((await fetch(messages, { method: 'POST' })).status, 404);
});
