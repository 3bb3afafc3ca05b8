import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readEnv } from '../../src/base/env.ts';
import { CliError } from '../../src/base/errors.ts';
import { type CheckOptions, type CheckTarget, checkServer } from '../../src/probe/check.ts';
import { guiEnvironment, guiFolder } from '../../src/probe/environment.ts';
import type { CheckReport, CheckStep } from '../../src/probe/steps.ts';
import { isAlive, until } from '../support/commands.ts';
import { fakeEnv } from '../support/env.ts';
import { tempDir } from '../support/temp.ts';

const SERVER = join(import.meta.dirname, 'fixtures', 'mcp-server.mjs');
const env = readEnv();

type Started = Extract<CheckTarget, { readonly command: string }>;

/** Checks the fixture with the given faults. `http` among them selects the transport. */
function check(
  faults: readonly string[],
  target: Partial<Started> = {},
  options: Partial<CheckOptions> = {},
): Promise<CheckReport> {
  const transport = faults.includes('http') ? 'http' : 'stdio';
  const args = [SERVER, ...faults];
  return checkServer(
    { transport, command: env.nodePath, args, env: {}, ...target },
    { env, version: '0.0.0', ...options },
  );
}

const stepOf = ({ steps }: CheckReport, name: string): CheckStep | undefined =>
  steps.find((step) => step.name === name);
const failed = ({ steps }: CheckReport): string[] => steps.filter(({ ok }) => !ok).map(({ name }) => name);

describe('a good server', () => {
  it('is met over stdio in both eras', async () => {
    const seen: string[] = [];
    const report = await check([], {}, { onStep: ({ name }) => seen.push(name) });
    expect(failed(report)).toEqual([]);
    expect(report).toMatchObject({
      ok: true,
      transport: 'stdio',
      server: { name: 'fixture', version: '1.2.3' },
      tools: ['write', 'browse', 'count'],
      resources: ['config://app'],
      prompts: ['sum'],
    });
    expect(report.steps.map(({ name }) => name)).toEqual([
      ...['handshake-2025', 'handshake-2026', 'tools/list', 'resources/list', 'prompts/list'],
      ...['schemas', 'tools/call', 'stdout', 'exit-on-eof'],
    ]);
    expect(seen).toEqual(report.steps.map(({ name }) => name));
    expect(stepOf(report, 'handshake-2026')?.detail).toBe('fixture 1.2.3, protocol 2026-07-28');
    expect(stepOf(report, 'resources/list')?.detail).toBe('1 resource and 1 template');
    expect(stepOf(report, 'tools/call')?.detail).toBe('count answered');
  });

  it.each([[['http']], [['http', 'sse']], [['http', 'sessions']], [['http', 'sse', 'sessions', 'paged']]])(
    'is met over HTTP: %j',
    async (faults) => {
      const report = await check(faults);
      expect(failed(report)).toEqual([]);
      expect(report).toMatchObject({ ok: true, transport: 'http', tools: ['write', 'browse', 'count'] });
      expect(report.steps.map(({ name }) => name)).toContain('start');
      expect(report.steps.at(-1)).toMatchObject({ name: 'exit-on-sigterm', detail: 'exit code 0' });
    },
  );

  it.each([['paged'], ['trickle'], ['asking']])('is met although it is %s', async (habit) => {
    expect(failed(await check([habit]))).toEqual([]);
  });

  it('is called with the given tool and arguments', async () => {
    const probe = { tool: 'write', arguments: { text: 'x' } };
    expect(stepOf(await check([], { probe }), 'tools/call')).toMatchObject({ ok: true, detail: 'write answered' });
    const missing = await check([], { probe: { tool: 'gone', arguments: {} } });
    expect(stepOf(missing, 'tools/call')).toMatchObject({ ok: false, detail: expect.stringContaining('no tool gone') });
  });

  it('may offer nothing', async () => {
    expect(await check(['bare'])).toMatchObject({ ok: true, tools: [], resources: [], prompts: [] });
  });
});

describe('a server with a fault is told so', () => {
  it.each<[string, readonly string[], RegExp]>([
    ['handshake-2025', ['only-2026'], /initialize was answered with the error -32022/],
    ['handshake-2026', ['only-2025'], /server\/discover was answered with the error -32601/],
    ['handshake-2025', ['old-version'], /1999-01-01/],
    ['tools/list', ['endless'], /again and again/],
    ['prompts/list', ['no-prompts'], /prompts are out/],
    [
      'schemas',
      ['bad-schemas'],
      /"bad name" is no valid tool name\nbad name inputSchema\/properties\/a\/type: "strnig"/,
    ],
    [
      'schemas',
      ['bad-schemas'],
      /rooted inputSchema\/type: must be "object" at the root\nrooted outputSchema\/required: is "a"/,
    ],
    ['tools/call', ['failing-tool'], /count failed: no disk/],
    ['tools/call', ['asking-tool'], /count asks the user/],
    ['tools/call', ['unstructured'], /output schema/],
    ['stdout', ['chatty'], /no JSON-RPC, the first: "handling initialize/],
    ['stdout', ['last-words'], /2 lines that are no JSON-RPC, the first: "bye"/],
    ['exit-on-eof', ['bad-exit'], /exited with code 3 after its input ended/],
    ['handshake-2025', ['http', 'html'], /HTTP 502 and no JSON-RPC message: <h1>Bad gateway/],
    ['exit-on-sigterm', ['http', 'no-handler'], /ended by SIGTERM/],
  ])('%s: %j', async (step, faults, detail) => {
    const report = await check(faults);
    expect(report.ok).toBe(false);
    expect(failed(report)).toContain(step);
    expect(stepOf(report, step)?.detail).toMatch(detail);
    if (!faults.includes('html')) expect(failed(report)).toEqual([step]);
  });

  it('when it does not exit', async () => {
    const report = await check(['ignores-eof'], {}, { limits: { exit: 300 } });
    expect(failed(report)).toEqual(['exit-on-eof']);
    expect(stepOf(report, 'exit-on-eof')?.detail).toContain('still running 0.3 s after its input ended');
    const http = await check(['http', 'ignores-sigterm'], {}, { limits: { exit: 300 } });
    expect(failed(http)).toEqual(['exit-on-sigterm']);
  });

  it('when it never answers, and is not asked again', async () => {
    const report = await check(['silent'], {}, { limits: { start: 700 } });
    expect(report.steps.map(({ name }) => name)).toEqual(['handshake-2025']);
    expect(report.steps[0]?.detail).toContain('did not answer initialize within 0.7 s');
    const http = await check(['http', 'quiet'], {}, { limits: { start: 700 } });
    expect(http.steps.map(({ name }) => name)).toEqual(['start']);
    expect(http.steps[0]?.detail).toContain('wrote no address');
  });

  it.each([[['dies']], [['http', 'dies']]])(
    'when it dies at once: its last lines, without secrets: %j',
    async (faults) => {
      const report = await check(faults, { env: { API_TOKEN: 'tok-123' } });
      expect(report).toMatchObject({ ok: false, server: undefined, tools: [] });
      expect(report.steps).toHaveLength(1);
      expect(report.steps[0]?.detail).toMatch(
        /exited with code 3 before it .*\nError: cannot open the store with \*\*\*$/,
      );
    },
  );

  it('without showing secrets or escape sequences', async () => {
    const report = await check(['chatty'], { env: { API_TOKEN: 'tok-123' } });
    expect(stepOf(report, 'stdout')?.detail).toContain('"handling initialize with ***"');
  });

  it('when it dies in the middle', async () => {
    const report = await check(['dies-later']);
    expect(stepOf(report, 'tools/list')).toMatchObject({
      ok: false,
      detail: expect.stringContaining('exited with code 7'),
    });
  });

  it('when its program is not there', async () => {
    const report = await check([], { command: '/nowhere/node' });
    expect(report.steps.filter(({ ok }) => !ok)).toHaveLength(1);
    expect(report.steps[0]?.detail).toContain('could not be started (spawn /nowhere/node ENOENT)');
  });

  it('when it takes too long altogether', async () => {
    const report = await check(['silent'], {}, { limits: { total: 500 } });
    expect(report.ok).toBe(false);
    expect(report.steps[0]?.detail).toContain('took longer than 0.5 s altogether');
  });
});

describe('the processes of a check', () => {
  /** What servers have started that were told to write it down. */
  const childrenIn = (file: string): number[] =>
    existsSync(file) ? (readFileSync(file, 'utf8').match(/\d+(?=\n)/g) ?? []).map(Number) : [];

  it('start as a GUI application would start them', async () => {
    const target = { env: { OWN: 'value' } };
    const report = await check(['environment'], target, {
      env: { ...env, vars: { ...env.vars, NODE_OPTIONS: '--x', npm_config_y: '1' } },
    });
    const seen = JSON.parse(/seen (\{.*\})/.exec(report.steps[0]?.detail ?? '')?.[1] ?? '{}');
    expect(seen.cwd).toBe(guiFolder(env));
    expect(seen.env).toMatchObject({ OWN: 'value', PATH: guiEnvironment(env).PATH });
    expect(Object.keys(seen.env)).not.toContain('NODE_OPTIONS');
    expect(Object.keys(seen.env)).not.toContain('npm_config_y');
  });

  it
    .skipIf(process.platform === 'win32')
    .each([[['parent', 'dies-later']], [['parent']], [['http', 'parent']], [['parent', 'silent']]])(
    'are all gone afterwards, with their children: %j',
    async (faults) => {
      const file = join(tempDir(), 'pids');
      // Longer where it has not even begun by then.
      for (let start = 1000; childrenIn(file).length === 0; start *= 2) {
        await check(faults, { env: { PID_FILE: file } }, { limits: { start } });
      }
      const pids = childrenIn(file);
      // The system may take a moment to bury them.
      await until(() => !pids.some(isAlive));
    },
  );

  it.each([[['parent', 'silent']], [['http', 'parent', 'quiet']]])(
    'end at once when the user cancels: %j',
    async (faults) => {
      const controller = new AbortController();
      const file = join(tempDir(), 'pids');
      const target = { env: { PID_FILE: file } };
      const checked = check(faults, target, { signal: controller.signal }).catch((error: unknown) => error);
      await until(() => childrenIn(file).length > 0);
      controller.abort();
      const outcome = await checked;
      expect(outcome).toBeInstanceOf(CliError);
      expect(outcome).toMatchObject({ exit: 130 });
    },
  );
});

describe('the environment of a GUI application', () => {
  it('has no PATH of a shell', () => {
    const vars = { PATH: '/home/ann/.nvm/bin:/usr/bin', NVM_DIR: '/x', LANG: 'en_GB.UTF-8' };
    expect(guiEnvironment(fakeEnv({ home: '/home/ann', vars }))).toEqual({
      HOME: '/home/ann',
      LANG: 'en_GB.UTF-8',
      PATH: '/usr/bin:/bin:/usr/sbin:/sbin',
    });
  });

  it('has what Windows programs need', () => {
    const vars = { SystemRoot: 'C:\\Windows', APPDATA: 'C:\\a', Path: 'C:\\nvm' };
    const windows = fakeEnv({ platform: 'win32', home: 'D:\\Users\\ann', vars });
    expect(guiEnvironment(windows)).toEqual({
      SystemRoot: 'C:\\Windows',
      APPDATA: 'C:\\a',
      PATH: 'C:\\Windows\\system32;C:\\Windows',
    });
    expect(guiFolder(windows)).toBe('D:\\');
  });
});
