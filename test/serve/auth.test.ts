import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { LANGUAGES } from '../property/matrix-rows.ts';
import { childEnv, run } from '../support/child.ts';
import { type Issuer, startIssuer, strangersKey } from '../support/issuer.ts';
import { CLIENTS, connectClient } from '../support/mcp-clients.ts';
import { pythonTools } from '../support/python.ts';
import { type Listening, listen } from '../support/server.ts';
import { useMade } from '../support/use-made.ts';

const FLAGS = '--transport http --auth oauth --storage memory --tools notes --extras rate-limit'.split(' ');
const AUDIENCE = 'https://mcp.example.com/mcp';
/** How an authorization server describes itself; both are in use. */
const DISCOVERY = { oauth: '/.well-known/oauth-authorization-server', openid: '/.well-known/openid-configuration' };
const INITIALIZE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
};
const PING = { jsonrpc: '2.0', id: 2, method: 'ping' };

describe.each(LANGUAGES)('a server in %s that asks for access tokens', (language) => {
  const project = useMade({ name: 'with-auth', language, flags: FLAGS });
  let issuer: Issuer;
  let server: Listening;

  const start = (env: Readonly<Record<string, string>>): Promise<Listening> =>
    listen(project.start, { AUTH_ISSUER: issuer.url, PUBLIC_URL: AUDIENCE, ...env });

  beforeAll(async () => {
    issuer = await startIssuer(language === 'python' ? DISCOVERY.openid : DISCOVERY.oauth, AUDIENCE);
    if (project.missing() === undefined) server = await start({ AUTH_SCOPES: 'mcp' });
  });
  afterAll(async () => {
    await server?.kill();
    issuer.close();
  });

  const post = (token?: string, message: object = INITIALIZE, session?: string, url = server.url): Promise<Response> =>
    fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(session !== undefined && { 'mcp-session-id': session }),
      },
      body: JSON.stringify(message),
    });

  it('tells who has none where to get one', async () => {
    const { status, headers } = await post();
    expect(status).toBe(401);
    const where = /resource_metadata="([^"]+)"/.exec(headers.get('www-authenticate') ?? '')?.[1];
    expect(where).toBe('https://mcp.example.com/.well-known/oauth-protected-resource/mcp');
    const described = await fetch(new URL(new URL(where ?? '').pathname, server.url));
    expect(await described.json()).toMatchObject({
      resource: AUDIENCE,
      authorization_servers: [issuer.url],
      scopes_supported: ['mcp'],
    });
  });

  it.each(CLIENTS)('serves the client %s that has one', async (kind) => {
    const headers = { authorization: `Bearer ${issuer.token()}` };
    const client = await connectClient(kind, { url: server.url, headers });
    expect((await client.call('create_note', { title: 'Kept' })).isError).not.toBe(true);
    await client.close();
  });

  it('is checked with one, and without one says that it wants one', async () => {
    const path = language === 'python' ? [(await pythonTools()).bin] : [];
    // The server gets what it needs to start, and no other setting of ours.
    const TOKEN = issuer.token({ aud: 'http://localhost:3000/mcp' });
    const env = childEnv({ AUTH_ISSUER: issuer.url, TOKEN }, path);
    const check = (...flags: readonly string[]) =>
      run(process.execPath, [inject('bin'), 'check', project.dir, ...flags], { cwd: '/', env });
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as a shell gives it
    const { code, stdout } = await check('--header', 'Authorization: Bearer ${TOKEN}');
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('The server answers') });
    const refused = await check();
    expect(refused).toMatchObject({ code: 1, stdout: expect.stringContaining("--header 'Authorization: Bearer") });
    expect(stdout + refused.stdout + refused.stderr).not.toContain(TOKEN.split('.')[1]);
  });

  it.each([
    ['of a stranger', () => issuer.token({}, { key: strangersKey() })],
    ['with a key that nobody knows', () => issuer.token({}, { kid: 'unknown' })],
    ['of another issuer', () => issuer.token({ iss: 'https://login.example.com' })],
    ['for another server', () => issuer.token({ aud: 'https://mcp.example.com/other' })],
    ['for nobody in particular', () => issuer.token({ aud: undefined })],
    ['that has expired', () => issuer.token({ exp: 1_000_000_000 })],
    ['that never expires', () => issuer.token({ exp: undefined })],
    ['that is not signed', () => `${issuer.token().split('.', 2).join('.')}.`],
    ['that is none', () => 'letmein'],
  ])('refuses a token %s', async (_, token) => {
    expect((await post(token())).status).toBe(401);
  });

  it('refuses a token without the scope', async () => {
    const { status, headers } = await post(issuer.token({ scope: 'mail' }));
    expect([status, headers.get('www-authenticate')]).toEqual([403, expect.stringContaining('insufficient_scope')]);
    expect((await post(issuer.token({ scope: undefined, scp: ['mcp'] }))).status).toBe(200);
  });

  it('keeps a session for whoever opened it', async () => {
    const session = (await post(issuer.token())).headers.get('mcp-session-id') ?? '';
    expect((await post(issuer.token(), PING, session)).status).toBe(200);
    expect((await post(issuer.token({ sub: 'eve' }), PING, session)).status).toBe(404);
  });

  it('asks for new keys when a token names one, but not for every token', async () => {
    const before = issuer.asked;
    for (const n of [1, 2, 3, 4, 5]) await post(issuer.token({}, { kid: `unknown ${n}` }));
    expect(issuer.asked - before).toBeLessThanOrEqual(1);
  });

  it('starts without its authorization server, and says in its log what is wrong', async () => {
    const other = await start({ AUTH_ISSUER: 'http://127.0.0.1:9' });
    const token = issuer.token();
    expect((await post(token, INITIALIZE, undefined, other.url)).status).toBeGreaterThanOrEqual(400);
    await other.child.until(({ stderr }) => /(fetch failed|ECONNREFUSED|connect)/i.exec(stderr));
    await other.kill();
    expect(other.child.stderr).not.toContain(token.split('.')[2]);
  });

  it('is not started with an authorization server that anybody could pretend to be', async () => {
    await expect(start({ AUTH_ISSUER: 'http://login.example.com' })).rejects.toThrow(/AUTH_ISSUER/);
  });
});
