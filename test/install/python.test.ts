import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { ODD_DESCRIPTION } from '../property/matrix-rows.ts';
import { Child, type Finished, run, runOk } from '../support/child.ts';
import { exercise, startUpstream, TOOL_NAMES, type Upstream } from '../support/exercise.ts';
import { inspectorOf } from '../support/inspector.ts';
import { CLIENTS, type ClientKind, connectClient, type Target } from '../support/mcp-clients.ts';
import { type PythonTools, pythonTools } from '../support/python.ts';
import { cannotRun } from '../support/require.ts';
import { BARE_ENV } from '../support/server.ts';

interface Row {
  readonly name: string;
  readonly flags: readonly string[];
  readonly transports: readonly ('stdio' | 'http')[];
  readonly tools: readonly string[];
  readonly description?: string;
}

/** Projects that are driven by every client; python-matrix.test.ts runs the tests of every pair of options. */
const ROWS: readonly Row[] = [
  { name: 'default-py', flags: [], transports: ['stdio'], tools: ['notes', 'weather'] },
  {
    name: 'web',
    flags: ['--transport', 'http', '--storage', 'memory', '--tools', 'all', '--extras', 'all'],
    transports: ['http'],
    tools: ['notes', 'weather', 'fetch', 'risk', 'jobs'],
  },
  {
    name: '@acme/net.tools_2',
    flags: ['--transport', 'both', '--storage', 'memory', '--tools', 'fetch,weather', '--extras', 'none'],
    transports: ['stdio', 'http'],
    tools: ['weather', 'fetch'],
  },
  {
    // As a module it would hide one of the standard library, so it gets another name there.
    name: 'json',
    flags: ['--transport', 'both', '--tools', 'notes,jobs,risk', '--extras', 'docker', '--runtime', '3.10'],
    transports: ['stdio', 'http'],
    tools: ['notes', 'risk', 'jobs'],
    description: ODD_DESCRIPTION,
  },
];

describe.each(ROWS)('$name in Python', ({ name, flags, transports, tools, description }) => {
  let parent: string;
  let dir: string;
  let python: PythonTools | Error;
  let upstream: Upstream;
  let server: Child | undefined;
  const bare = name.replace(/^@[^/]*\//, '');

  beforeAll(async () => {
    python = await pythonTools().catch((error: Error) => error);
    upstream = await startUpstream();
    parent = realpathSync(mkdtempSync(join(tmpdir(), 'mason-python-')));
    dir = join(parent, bare);
  });
  afterAll(async () => {
    await server?.stop();
    await upstream?.close();
    rmSync(parent, { recursive: true, force: true, maxRetries: 5 });
  });

  const env = () => (python as PythonTools).env;
  const uv = (...args: readonly string[]): Promise<Finished> =>
    run(join((python as PythonTools).bin, 'uv'), ['run', '--no-sync', ...args], { cwd: dir, env: env() });
  const mason = (...args: readonly string[]): Promise<Finished> =>
    run(process.execPath, [inject('bin'), ...args, '--json'], { cwd: parent, env: env() });
  const git = (...args: readonly string[]): Promise<string> => runOk('git', args, { cwd: dir, env: env() });

  it('is made, installed, committed, and answers', async (context) => {
    if (python instanceof Error) cannotRun(context, python.message);
    // The clean-up of a machine may have left only one Python; the project targets what there is.
    const runtimes = flags.includes('--runtime') && !(await hasPython('3.10')) ? withoutRuntime(flags) : flags;
    const described = description === undefined ? [] : ['--description', description];
    const { code, stdout, stderr } = await mason(
      bare,
      '--name',
      name,
      '--language',
      'python',
      ...runtimes,
      ...described,
    );
    expect(code, stdout + stderr).toBe(0);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ ok: true, project: { name, language: 'python' }, check: { ok: true } });
    expect(report.steps.map((step: { name: string; ok: boolean }) => [step.name, step.ok])).toEqual([
      ['write', true],
      ['install', true],
      ['check', true],
      ['git', true],
    ]);
    const names = tools.flatMap((id) => TOOL_NAMES[id] ?? []).sort();
    for (const checked of report.check.transports) expect(checked.tools.sort()).toEqual(names);
    expect(await git('status', '--porcelain')).toBe('');
    expect(await git('ls-files')).toContain('uv.lock');
    expect(await git('ls-files')).not.toContain('claude_desktop_config.json');
  });

  it.each([
    ['ruff', 'check', '--no-cache'],
    ['ruff', 'format', '--no-cache', '--check'],
    ['pyright'],
    ['pytest', '-q', '-p', 'no:cacheprovider'],
  ])('satisfies %s %s', async (...command) => {
    const { code, stdout, stderr } = await uv(...command);
    expect(code, stdout + stderr).toBe(0);
  });

  it('is as it was committed after all that, and answers the check again', async () => {
    expect(await git('status', '--porcelain')).toBe('');
    const { code, stdout } = await mason('check', dir);
    expect(code, stdout).toBe(0);
    expect(JSON.parse(stdout).checks.map((one: { transport: string }) => one.transport)).toEqual(transports);
  });

  it('can be called from the shell', async () => {
    const { stdout } = await uv('scripts/call.py');
    expect(Object.keys(JSON.parse(stdout).tools)).toContain(tools.flatMap((id) => TOOL_NAMES[id] ?? [])[0]);
    expect((await uv('scripts/call.py', 'schema://store')).stdout).toContain('schema://store');
  });

  const arguments_ = (transport: string) => [
    ...['--directory', dir, 'run', '--no-sync', bare],
    ...(transports.length > 1 ? [transport] : []),
  ];

  async function targetOf(transport: 'stdio' | 'http'): Promise<Target> {
    const command = join((python as PythonTools).bin, 'uv');
    const settings = { ...BARE_ENV, ...upstream.env };
    if (transport === 'stdio') return { command, args: arguments_(transport), env: settings };
    server ??= new Child(command, arguments_(transport), { cwd: '/', env: { ...settings, PORT: '0' } });
    return { url: await server.until(({ stderr }) => /http:\/\/\S+\/mcp/.exec(stderr)?.[0]) };
  }

  describe.each(transports)('over %s', (transport) => {
    it.each<ClientKind>(CLIENTS)('serves the TypeScript client %s', async (kind) => {
      const client = await connectClient(kind, await targetOf(transport));
      try {
        if (description !== undefined) {
          expect(client.getServerVersion()).toMatchObject({ description: description.replace(/\n/g, ' ') });
        }
        await exercise(client, bare, tools, upstream);
      } finally {
        await client.close();
      }
    });

    it.each(['legacy', 'modern'])('serves the MCP Inspector in the era %s, whose lint finds nothing', async (era) => {
      const target = await targetOf(transport);
      const where = 'url' in target ? [target.url, '--transport', 'http'] : [target.command, ...target.args];
      const inspect = await inspectorOf(parent, [...where, '--protocol-era', era]);
      const listed = JSON.parse(await inspect('--method', 'tools/list', '--strict'));
      expect(JSON.stringify(listed)).toContain(TOOL_NAMES[tools[0] ?? '']?.[0]);
      expect(await inspect('--method', 'resources/read', '--uri', 'config://app-settings')).toContain('LOG_LEVEL');
    });

    it('serves the Python client in both eras', async () => {
      const target = await targetOf(transport);
      const script = join(import.meta.dirname, 'python_client.py');
      const args = 'url' in target ? [target.url] : [target.command, ...target.args];
      const settings = 'url' in target ? {} : { SERVER_ENV: JSON.stringify(target.env) };
      const output = await runOk((python as PythonTools).python, [script, ...args], {
        cwd: parent,
        env: { ...env(), ...settings },
      });
      const seen = JSON.parse(output);
      expect([seen[2025].version, seen[2026].version]).toEqual(['2025-11-25', '2026-07-28']);
      for (const era of [seen[2025], seen[2026]]) {
        expect(era).toMatchObject({
          server: bare,
          settings: bare,
          tools: tools.flatMap((id) => TOOL_NAMES[id] ?? []).sort(),
          resources: ['config://app-settings', 'log://server', 'schema://store'],
          ...(tools.includes('notes') && { deleted: 'Old' }),
          ...(tools.includes('jobs') && { job: ['done', [1, 2]] }),
        });
      }
    });
  });

  if (transports.includes('http')) {
    it('stops on SIGTERM while clients are still there', async () => {
      const stopping = server;
      server = undefined;
      stopping?.kill('SIGTERM');
      expect((await stopping?.finished)?.code).toBe(0);
    });
  }

  const hasPython = async (version: string): Promise<boolean> => {
    const args = ['python', 'find', '--no-project', version];
    return (await run(join((python as PythonTools).bin, 'uv'), args, { cwd: parent, env: env() })).code === 0;
  };
});

const withoutRuntime = (flags: readonly string[]): string[] =>
  flags.filter((flag, index) => flag !== '--runtime' && flags[index - 1] !== '--runtime');

it('a project without uv is installed by pip, and its entry starts what pip has installed', async (context) => {
  const python = await pythonTools().catch((error: Error) => error);
  if (python instanceof Error) cannotRun(context, python.message);
  const parent = realpathSync(mkdtempSync(join(tmpdir(), 'mason-pip-')));
  try {
    // The same machine, but neither PATH nor the home folder lead to uv.
    const env = { ...python.env, PATH: '/usr/bin:/bin', HOME: parent };
    const mason = (...args: readonly string[]): Promise<Finished> =>
      run(process.execPath, [inject('bin'), ...args], { cwd: parent, env });
    const flags = ['--language', 'python', '--runtime', python.version, '--yes', '--no-git'];

    const refused = await mason('by-pip', ...flags);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/^error: uv is not found\..*\n {2}Get it: /);
    expect((await run('ls', ['-A'], { cwd: parent })).stdout).toBe('');

    expect(await mason('by-pip', ...flags, '--no-install')).toMatchObject({ code: 0 });
    const dir = join(parent, 'by-pip');
    expect(readFileSync(join(dir, 'README.md'), 'utf8')).toContain('.venv/bin/pip install -e .');
    const early = await mason('check', dir);
    expect(early).toMatchObject({ code: 1, stderr: expect.stringContaining('is not installed') });
    await runOk(python.python, ['-m', 'venv', '.venv'], { cwd: dir, env: python.env });
    await runOk(join(dir, '.venv', 'bin', 'pip'), ['install', '-q', '-e', '.'], { cwd: dir, env: python.env });
    const checked = await mason('check', dir);
    expect(checked.code, checked.stdout + checked.stderr).toBe(0);
  } finally {
    rmSync(parent, { recursive: true, force: true, maxRetries: 5 });
  }
});
