import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { childEnv, NPM, run, runOk } from '../support/child.ts';
import { E2E_ROWS } from '../support/e2e-rows.ts';
import { exercise, startUpstream, TOOL_NAMES, type Upstream } from '../support/exercise.ts';
import { inspectorOf } from '../support/inspector.ts';
import { CLIENTS, type ClientKind, connectClient, type Target } from '../support/mcp-clients.ts';
import { type NodeVersion, nodeOf } from '../support/node-versions.ts';
import { BARE_ENV, type Listening, listen } from '../support/server.ts';
import { useService } from '../support/use-service.ts';

describe.each(E2E_ROWS)('$name on Node $node', (row) => {
  const {
    name,
    node: major,
    storage,
    flags,
    transports,
    tools,
    description,
    packages: allowed = 6,
    isUnchecked = false,
  } = row;
  const service = useService(storage);
  let parent: string;
  let dir: string;
  let version: NodeVersion;
  let upstream: Upstream;
  let server: Listening | undefined;
  const bare = name.replace(/^@[^/]*\//, '');
  const env = () => childEnv({ npm_config_prefer_offline: 'true', ...service.env() }, [version.path]);
  const npm = (...args: readonly string[]) => runOk(NPM, args, { cwd: dir, env: env() });

  beforeAll(async () => {
    version = await nodeOf(major);
    upstream = await startUpstream();
    parent = realpathSync(mkdtempSync(join(tmpdir(), 'mason-e2e-')));
    dir = join(parent, bare);
  });
  afterAll(async () => {
    await server?.kill();
    await upstream?.close();
    rmSync(parent, { recursive: true, force: true, maxRetries: 5 });
  });

  it('is made, installed, built, committed, and answers', async () => {
    const described = description === undefined ? [] : ['--description', description];
    const args = [bare, '--name', name, ...flags, ...described, '--pm', 'npm', '--json'];
    const { code, stdout, stderr } = await run(version.node, [inject('bin'), ...args], { cwd: parent, env: env() });
    expect(code, stdout + stderr).toBe(0);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({
      ok: true,
      project: { name, dir },
      answers: { runtime: major, tools },
      check: isUnchecked ? null : { ok: true },
    });
    expect(report.steps.map((step: { name: string; ok: boolean }) => [step.name, step.ok])).toEqual([
      ['write', true],
      ['install', true],
      ['build', true],
      ...(isUnchecked ? [] : [['check', true]]),
      ['git', true],
    ]);
    const checked: readonly { transport: string; tools: string[] }[] = report.check?.transports ?? [];
    expect(checked.map(({ transport }) => transport)).toEqual(isUnchecked ? [] : transports);
    const names = tools.flatMap((id) => TOOL_NAMES[id] ?? []).sort();
    for (const { tools: found } of checked) expect(found.sort()).toEqual(names);
    expect(await runOk('git', ['status', '--porcelain'], { cwd: dir, env: env() })).toBe('');
    expect(await runOk('git', ['log', '--format=%s'], { cwd: dir, env: env() })).toMatch(/^.+\n$/);
    expect(await runOk('git', ['ls-files'], { cwd: dir, env: env() })).not.toContain('claude_desktop_config.json');
  });

  it(`needs at most ${allowed} packages in production`, () => {
    const lock = JSON.parse(readFileSync(join(dir, 'package-lock.json'), 'utf8'));
    const packages = Object.entries<{ dev?: boolean; devOptional?: boolean; optional?: boolean }>(lock.packages);
    const production = packages.filter(
      ([path, { dev, devOptional, optional }]) => path !== '' && !dev && !devOptional && !optional,
    );
    expect(production.length, production.map(([path]) => path).join()).toBeLessThanOrEqual(allowed);
  });

  it('lints, and is formatted as its formatter wants it', async () => {
    await npm('run', 'lint');
    await npm('run', 'format');
    expect(await runOk('git', ['status', '--porcelain'], { cwd: dir, env: env() })).toBe('');
  });

  it('passes its own tests', async () => {
    expect(await npm('test')).toMatch(/Test Files +\d+ passed/);
    expect(await runOk('git', ['status', '--porcelain'], { cwd: dir, env: env() })).toBe('');
  });

  it('is built again, and checked again', async () => {
    await npm('run', 'build');
    if (isUnchecked) return;
    const output = await runOk(version.node, [inject('bin'), 'check', '--json'], { cwd: dir, env: env() });
    const report = JSON.parse(output);
    expect(report.ok).toBe(true);
    expect(report.checks.map(({ transport }: { transport: string }) => transport)).toEqual(transports);
  });

  it('can be called from the shell', async () => {
    const [first = ''] = tools.flatMap((id) => TOOL_NAMES[id] ?? []);
    expect(Object.keys(JSON.parse(await npm('run', '--silent', 'call')).tools)).toContain(first);
    expect(await npm('run', '--silent', 'call', '--', 'schema://store')).toContain('schema://store');
  });

  const targetOf = async (transport: 'stdio' | 'http'): Promise<Target> => {
    const own = transports.length > 1 ? [transport] : [];
    if (transport === 'stdio') {
      const env = { ...BARE_ENV, ...upstream.env, ...service.env() };
      return { command: version.node, args: [join(dir, 'dist', 'main.js'), ...own], env };
    }
    server ??= await listen(version, dir, { ...upstream.env, ...service.env() }, own);
    return server;
  };

  describe.each(transports)('over %s', (transport) => {
    it.each<ClientKind>(CLIENTS)('serves the client %s', async (kind) => {
      const client = await connectClient(kind, await targetOf(transport));
      try {
        if (description !== undefined) expect(client.getServerVersion()).toMatchObject({ description });
        await exercise(client, name, tools, upstream);
        const shown = await Promise.all(
          ['config://app-settings', 'log://server'].map((uri) => client.readResource({ uri })),
        );
        expect(JSON.stringify(shown)).not.toContain(service.password());
      } finally {
        await client.close();
      }
    });

    it.each(['legacy', 'modern'])(
      'serves the MCP Inspector in the era %s, whose strict lint finds nothing',
      async (era) => {
        const target = await targetOf(transport);
        const settings = Object.entries(service.env()).flatMap(([key, value]) => ['-e', `${key}=${value}`]);
        const where =
          'url' in target ? [target.url, '--transport', 'http'] : [...settings, target.command, ...target.args];
        const inspect = await inspectorOf(parent, [...where, '--protocol-era', era]);
        const listed = JSON.parse(await inspect('--method', 'tools/list', '--strict'));
        expect(JSON.stringify(listed)).toContain(TOOL_NAMES[tools[0] ?? '']?.[0]);
        expect(await inspect('--method', 'resources/read', '--uri', 'config://app-settings')).toContain('LOG_LEVEL');
      },
    );
  });

  if (transports.includes('http')) {
    it('stops on SIGTERM while clients are still there', async () => {
      const stopping = server;
      server = undefined;
      expect(await stopping?.stop()).toBe(0);
    });
  }
});
