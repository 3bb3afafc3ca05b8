import { createServer, request } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { run } from '../support/child.ts';
import { rawCall } from '../support/raw-call.ts';
import { BARE_ENV, type Listening, listen } from '../support/server.ts';
import { tempDir } from '../support/temp.ts';
import { useMade } from '../support/use-made.ts';

const FLAGS = ['--preset', 'full', '--transport', 'both', '--storage', 'sqlite', '--extras', 'rate-limit'];
const CAPABILITIES = { elicitation: { form: {} } };

const open: { stop(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.stop();
});

/** The address of something that listens on a free port. */
async function addressOf(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push({ stop: () => server.close() });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('a TypeScript server over HTTP', () => {
  const project = useMade({ name: 'same-server', flags: FLAGS });
  const settings = (more: Readonly<Record<string, string>>) => ({ SQLITE_PATH: join(tempDir(), 'notes.db'), ...more });

  async function start(more: Readonly<Record<string, string>>): Promise<Listening> {
    const server = await listen([...project.start, 'http'], settings(more));
    open.push({ stop: () => server.kill() });
    return server;
  }

  it('has room for others while those who left are asked something', async () => {
    const { url } = await start({ MAX_SESSIONS: '2' });
    const id = (await rawCall(url, 'create_note', { title: 'a' })).structuredContent?.id;
    const post = (message: object, session?: string, signal?: AbortSignal) =>
      fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          ...(session !== undefined && { 'mcp-session-id': session, 'mcp-protocol-version': '2025-11-25' }),
        },
        body: JSON.stringify({ jsonrpc: '2.0', ...message }),
        ...(signal && { signal }),
      });
    const clientInfo = { name: 'raw', version: '1.0.0' };
    const params = { protocolVersion: '2025-11-25', capabilities: CAPABILITIES, clientInfo };
    for (let n = 0; n < 3; n++) {
      const opened = await post({ id: 1, method: 'initialize', params });
      expect(opened.status).toBe(200);
      const session = opened.headers.get('mcp-session-id') ?? '';
      await opened.text();
      const leaving = new AbortController();
      const call = { id: 2, method: 'tools/call', params: { name: 'delete_note', arguments: { id } } };
      const asked = await post(call, session, leaving.signal);
      const { value } = (await asked.body?.getReader().read()) ?? {};
      expect(new TextDecoder().decode(value)).toContain('elicitation/create');
      leaving.abort();
      await sleep(200);
    }
  });

  it('refuses a host with a port that cannot be, like any other that is not its own', async () => {
    const server = await start({ ALLOWED_HOSTS: 'localhost.,[::1]' });
    const statusOf = (host: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        const asking = request(server.url, { headers: { host } }, (response) => {
          response.resume().once('end', () => resolve(response.statusCode));
        });
        asking.once('error', reject).end();
      });
    for (const host of ['localhost:99999', 'a@localhost', 'x'.repeat(900)]) expect(await statusOf(host)).toBe(403);
    for (const host of ['LocalHost.:80', 'localhost', '[::1]:80']) expect(await statusOf(host)).toBe(405);
    for (let n = 0; n < 3; n++) await statusOf('x'.repeat(900));
    const warned = server.child.stderr.split('\n').filter((line) => line.includes('refused'));
    expect(warned.map((line) => JSON.parse(line).value.length)).toEqual([15, 11, 200]);
    expect(server.child.stderr).not.toContain('request failed');
  });

  it.each(['"a.example"', 'a.example;b.example', '.a.example'])('does not start with the hosts %s', async (hosts) => {
    const [program, ...args] = project.start;
    const env = { ...BARE_ENV, ...settings({ ALLOWED_HOSTS: hosts, PORT: '0' }) };
    const { code, stderr } = await run(program, [...args, 'http'], { cwd: '/', env, limit: 20_000 });
    expect(code).toBe(1);
    expect(stderr).toContain('ALLOWED_HOSTS');
  });

  it('takes no answer of a page for a failure', async () => {
    const upgrade = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n';
    const page = await addressOf(createTcpServer((socket) => socket.on('error', () => {}).end(upgrade)));
    const { url } = await start({ FETCH_ALLOW_PRIVATE: 'true', FETCH_TIMEOUT_MS: '600000' });
    expect(await rawCall(url, 'fetch_url', { url: page })).toMatchObject({ isError: true });
  }, 60_000);

  it('asks for the weather below a path, and takes an error in a 200 for one', async () => {
    const asked: string[] = [];
    const service = await addressOf(
      createServer((request, response) => {
        asked.push(request.url ?? '');
        response.end('{"error":true,"reason":"Too many requests"}');
      }),
    );
    const { url } = await start({ WEATHER_GEOCODING_URL: `${service}/proxy`, WEATHER_FORECAST_URL: service });
    const said = await rawCall(url, 'get_weather', { location: 'Berlin' });
    expect(JSON.stringify(said)).toContain('weather service does not work');
    expect(asked).toEqual(['/proxy/v1/search?count=1&name=Berlin']);
  });
});

describe('a TypeScript server whose authorization server is not there', () => {
  const flags = '--transport http --auth oauth --storage memory --tools notes --extras rate-limit'.split(' ');
  const project = useMade({ name: 'with-auth', flags });

  it('says so in its log, without the token', async () => {
    const env = { AUTH_ISSUER: 'http://localhost:1/', PUBLIC_URL: 'http://localhost:3000/mcp' };
    const server = await listen(project.start, env);
    open.push({ stop: () => server.kill() });
    const { status } = await fetch(server.url, { method: 'POST', headers: { authorization: 'Bearer abc.def.ghi' } });
    expect(status).toBe(500);
    expect(server.child.stderr).toMatch(/"no token can be checked".*localhost:1/);
    expect(server.child.stderr).not.toContain('abc.def.ghi');
  });
});
