import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { serve } from './serve.js';

const { privateKey, publicKey } = await generateKeyPair('ES256');
const stranger = await generateKeyPair('ES256');
const key = { ...(await exportJWK(publicKey)), kid: 'test', alg: 'ES256' };

/** An authorization server that has been asked for tokens before. */
const login = createServer(({ url }, response) => {
  const isKeys = url === '/keys';
  response.end(JSON.stringify(isKeys ? { keys: [key] } : { issuer, jwks_uri: `${issuer}/keys` }));
});
await once(login.listen(0, '127.0.0.1'), 'listening');
after(() => login.close());
const issuer = `http://127.0.0.1:${(login.address() as AddressInfo).port}`;

const audience = 'http://localhost:3000/mcp';
const url = await serve({ AUTH_ISSUER: issuer, PUBLIC_URL: audience, AUTH_SCOPES: 'mcp' });

const tokenOf = (claims: Record<string, unknown> = {}, signer = privateKey) =>
  new SignJWT({ iss: issuer, aud: audience, sub: 'ada', scope: 'mcp', exp: Date.now() / 1000 + 60, ...claims })
    .setProtectedHeader({ alg: 'ES256', kid: 'test' })
    .sign(signer);
const headersFor = (token: string) => ({ 'content-type': 'application/json', authorization: `Bearer ${token}` });
const ping = (token: string, headers = {}) =>
  fetch(url, {
    method: 'POST',
    headers: { ...headersFor(token), accept: 'application/json, text/event-stream', ...headers },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' }),
  });

test('tells who has no token where to get one', async () => {
  const { status, headers } = await fetch(url, { method: 'POST' });
  assert.equal(status, 401);
  const where = 'http://localhost:3000/.well-known/oauth-protected-resource/mcp';
  assert.ok(headers.get('www-authenticate')?.includes(where));
  const described = await fetch(new URL(new URL(where).pathname, url));
  const { resource, authorization_servers } = (await described.json()) as Record<string, unknown>;
  assert.deepEqual({ resource, authorization_servers }, { resource: audience, authorization_servers: [issuer] });
});

test('lets in who has one, and nobody else into the session', async () => {
  const requestInit = { headers: { authorization: `Bearer ${await tokenOf()}` } };
  const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit });
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(transport);
  assert.ok((await client.listTools()).tools.length > 0);
  const session = { 'mcp-session-id': transport.sessionId };
  assert.equal((await ping(await tokenOf(), session)).status, 200);
  assert.equal((await ping(await tokenOf({ sub: 'eve' }), session)).status, 404);
  await client.close();
});

test('refuses tokens of others, for others, and old ones', async () => {
  const tokens = [
    tokenOf({}, stranger.privateKey),
    tokenOf({ iss: 'https://login.example' }),
    tokenOf({ aud: 'https://another.example/mcp' }),
    tokenOf({ exp: Date.now() / 1000 - 60 }),
    tokenOf({ exp: undefined }),
    Promise.resolve('no token'),
  ];
  for (const token of await Promise.all(tokens)) assert.equal((await ping(token)).status, 401);
  assert.equal((await ping(await tokenOf({ scope: 'mail' }))).status, 403);
});
