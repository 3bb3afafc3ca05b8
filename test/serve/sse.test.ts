import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, type TestContext, vi } from 'vitest';
import { optionsOf } from '../../src/catalog/catalog.ts';
import { planProject } from '../../src/plan/plan.ts';
import { LANGUAGES, type Language } from '../property/matrix-rows.ts';
import { Child, childEnv } from '../support/child.ts';
import { exercise, startUpstream, type Upstream } from '../support/exercise.ts';
import { mason } from '../support/mason.ts';
import { type Connected, connectClient } from '../support/mcp-clients.ts';
import { pythonTools } from '../support/python.ts';
import { cannotRun } from '../support/require.ts';
import { listen } from '../support/server.ts';
import { debianProgram, NoService, onFreePort } from '../support/services.ts';
import { useCopy } from '../support/use-made.ts';

/** What most applications still ship, in the mode that they had before Streamable HTTP; and the current one. */
const KINDS = ['v1', 'v2 2025'] as const;
const PATIENCE = { timeout: 30_000, interval: 20 };

interface Watcher extends Connected {
  /** Of the current client. */
  setNotificationHandler(method: string, heard: (message: { params: { uri: string } }) => void): void;
  subscribeResource(params: { uri: string }): Promise<unknown>;
}

describe.each(LANGUAGES)('legacy SSE of a %s server', (language) => {
  const flags = ['--transport', 'http', '--storage', 'sqlite', '--tools', 'notes,jobs', '--extras', 'sse'];
  const project = useCopy({ name: 'old', language, flags });
  let parent: string;
  let upstream: Upstream;
  const running: Child[] = [];

  beforeAll(async () => {
    parent = realpathSync(mkdtempSync(join(tmpdir(), 'mason-sse-')));
    upstream = await startUpstream();
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((child) => child.stop()));
  });
  afterAll(async () => {
    await upstream?.close();
    rmSync(parent, { recursive: true, force: true, maxRetries: 5 });
  });

  async function start() {
    const { child, url } = await listen(project.start, upstream.env);
    running.push(child);
    const { origin } = new URL(url);
    return { child, origin, sseUrl: `${origin}/sse` };
  }

  it('is checked, and clients are sent, where everybody should go', async () => {
    const path = language === 'python' ? [(await pythonTools()).bin] : [];
    const options = { cwd: parent, env: childEnv({}, path) };
    const checked = await mason(['check', project.dir, '--json'], options);
    expect(checked.code, checked.stdout + checked.stderr).toBe(0);
    expect(JSON.parse(checked.stdout).checks.map((one: { transport: string }) => one.transport)).toEqual(['http']);
    const { stdout } = await mason(['config', 'claude-desktop', 'cursor', '--dir', project.dir], options);
    expect(stdout.match(/http:[^"]*/g)).toEqual(['http://127.0.0.1:3000/mcp', 'http://127.0.0.1:3000/mcp']);
  });

  it.each(KINDS)('serves the TypeScript client %s', async (kind) => {
    const { sseUrl } = await start();
    const client = await connectClient(kind, { sseUrl });
    await exercise(client, 'old', { tools: ['notes', 'jobs'], resources: ['settings'] }, upstream);
    await client.close();
  });

  it('tells clients of changes, those of Streamable HTTP and those of SSE', async () => {
    const { origin, sseUrl } = await start();
    const modern = await connectClient('v1', { url: `${origin}/mcp` });
    const { structuredContent } = await modern.call('create_note', { title: 'Watched' });
    const { id, version } = structuredContent as { id: string; version: string };
    const client = (await connectClient('v2 2025', { sseUrl })) as Watcher;
    const heard: string[] = [];
    client.setNotificationHandler('notifications/resources/updated', ({ params }) => heard.push(params.uri));
    await client.subscribeResource({ uri: `note://${id}` });
    await modern.call('update_note', { id, version, body: 'new' });
    await vi.waitFor(() => expect(heard).toEqual([`note://${id}`]), PATIENCE);
    await Promise.all([client.close(), modern.close()]);
  });

  it('warns of itself once, and names each client that comes', async () => {
    const { child, sseUrl } = await start();
    await (await connectClient('v1', { sseUrl })).close();
    await child.until(({ stderr }) => stderr.includes('legacy SSE client'));
    child.kill('SIGTERM');
    const { code, stdout, stderr } = await child.finished;
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr.match(/warn.*deprecated/gi)).toHaveLength(1);
    expect(stderr).not.toMatch(/Traceback|\n {4}at /);
  });

  it.skipIf(process.platform === 'win32')('lets a running call finish on SIGTERM', async () => {
    const { child, sseUrl } = await start();
    const client = await connectClient('v1', { sseUrl });
    const steps: number[] = [];
    const call = client.call('run_job', { steps: 10, delay: 200 }, ({ progress }) => steps.push(progress));
    await vi.waitFor(() => expect(steps).not.toEqual([]), PATIENCE);
    child.kill('SIGTERM');
    expect((await call).structuredContent).toMatchObject({ state: 'done', done: 10 });
    expect((await child.finished).code).toBe(0);
    await client.close();
  });

  it.skipIf(process.platform === 'win32')('waits for no message that it has not taken', async () => {
    const { child, origin, sseUrl } = await start();
    expect((await fetch(sseUrl, { method: 'HEAD' })).status).toBe(405);
    const stream = await fetch(sseUrl);
    const reader = stream.body?.getReader();
    const event = new TextDecoder().decode((await reader?.read())?.value);
    const own = new URL(/data: *(\S+)/.exec(event)?.[1] ?? '', sseUrl).href;
    const stray = JSON.stringify({ jsonrpc: '2.0', id: 'x'.repeat(1_000_000), method: 'tools/list' });
    const post = async (url: string, body: string) => {
      const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
      return answer.status;
    };
    expect(await post(own.replace(/=.*/, `=${'0'.repeat(32)}`), stray)).toBe(404);
    expect(await post(own, '{')).toBe(400);
    expect(await post(own, '{"id":1,"method":"x"}')).toBe(400);
    const { pathname } = new URL(own);
    expect(await post(`${origin}${pathname}`, stray)).toBeGreaterThanOrEqual(400);
    const stopped = Date.now();
    child.kill('SIGTERM');
    const { code, stderr } = await child.finished;
    expect(code).toBe(0);
    expect(Date.now() - stopped).toBeLessThan(8000);
    expect(stderr).not.toMatch(/Traceback|\n {4}at /);
    await reader?.cancel().catch(() => {});
  });

  // The proxy of the extra `deploy`, in front of two processes instead of two containers.
  it.for(scalingStorage(language))('goes through the proxy of a deployment on %s', async (storage, context) => {
    const program = await programOr(context);
    const instances = [await start(), await start()];
    const servers = instances.map(({ origin }, n) => `  server instance-${n} ${new URL(origin).host}`).join('\n');
    const text = (await proxyConfigOf(language, storage)).replace(/^ {2}server-template .*$/m, servers);
    const port = await onFreePort(async (free) => {
      const config = join(parent, `${free}.cfg`);
      writeFileSync(config, text.replace('bind :3000', `bind 127.0.0.1:${free}`));
      const proxy = new Child(program, ['-f', config, '-db'], { cwd: parent });
      running.push(proxy);
      const ended = proxy.finished.then(({ stderr }) => Promise.reject(new Error(stderr)));
      const isReady = async () => expect((await fetch(`http://127.0.0.1:${free}/readyz`)).status).toBe(200);
      await Promise.race([ended, vi.waitFor(isReady, PATIENCE)]);
      // It does end, after the test.
      ended.catch(() => {});
      return free;
    });
    const sseUrl = `http://127.0.0.1:${port}/sse`;
    const clients = await Promise.all(Array.from({ length: 4 }, () => connectClient('v1', { sseUrl })));
    for (let round = 0; round < 5; round++) {
      const lists = await Promise.all(clients.map((client) => client.listTools()));
      for (const { tools } of lists) expect(tools.map(({ name }) => name)).toContain('run_job');
    }
    for (const { child } of instances) expect(child.stderr).toContain('legacy SSE client');
    await Promise.all(clients.map((client) => client.close()));
  });
});

/** A backend whose deployment has a proxy, where the language has one. */
function scalingStorage(language: Language): string[] {
  const storages = optionsOf(language, 'storage').filter(
    ({ vars }) => Array.isArray(vars?.provides) && vars.provides.includes('service'),
  );
  return storages.map(({ id }) => id).slice(0, 1);
}

async function proxyConfigOf(language: Language, storage: string): Promise<string> {
  const text = { name: 'old', description: 'A server.', language, preset: 'standard' };
  const [runtime] = optionsOf(language, 'runtime');
  const [pm] = optionsOf(language, 'pm');
  const target = { runtime: runtime?.id ?? '', pm: pm?.id ?? '' };
  const server = { transport: 'http', tools: [], resources: [], extras: ['deploy', 'sse'] };
  const plan = await planProject({ ...text, ...target, ...server, storage });
  return plan.files.find(({ path }) => path === 'deploy/haproxy.cfg')?.text ?? '';
}

async function programOr(context: TestContext): Promise<string> {
  try {
    return await debianProgram('haproxy');
  } catch (error) {
    if (error instanceof NoService) return cannotRun(context, error.message);
    throw error;
  }
}
