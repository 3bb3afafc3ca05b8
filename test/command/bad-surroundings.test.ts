import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { planProject } from '../../src/plan/plan.ts';
import { type Child, childEnv, run } from '../support/child.ts';
import { FILES_ONLY, mason, snapshotOf, startMason } from '../support/mason.ts';
import { makePath } from '../support/shims.ts';
import { tempDir } from '../support/temp.ts';

/** An npm that says it has installed and built everything. */
const OBEDIENT = 'exit 0';

/** The files that a project must hold whatever went wrong after the writing. */
async function expectWhole(dir: string, report: { answers: Parameters<typeof planProject>[0] }): Promise<void> {
  const { files } = await planProject(report.answers);
  expect(Object.keys(snapshotOf(dir))).toEqual(expect.arrayContaining(files.map(({ path }) => path)));
}

/** Runs with a PATH of its own, for people and for machines, each in a folder of its own; gives both. */
async function inBoth(path: string, flags: readonly string[], more: Readonly<Record<string, string>> = {}) {
  const env = { ...childEnv(), ...more, PATH: path };
  const [cwd, other] = [tempDir(), tempDir()];
  const forPeople = await mason(['app', '--pm', 'npm', ...flags], { cwd, env });
  const forMachines = await mason(['app', '--pm', 'npm', '--json', ...flags], { cwd: other, env });
  expect(forMachines.code, forMachines.stdout + forMachines.stderr).toBe(forPeople.code);
  return { forPeople, report: JSON.parse(forMachines.stdout), dir: join(other, 'app'), code: forPeople.code };
}

describe('input', () => {
  it.each(['closed', 'open'] as const)('that is %s is never waited for', async (stdin) => {
    const cwd = tempDir();
    const missing = await mason([], { cwd, stdin });
    expect(missing).toMatchObject({ code: 2, stdout: '' });
    expect(missing.stderr).toMatch(/this was not given: dir/);
    expect(await mason(['app', ...FILES_ONLY], { cwd, stdin })).toMatchObject({ code: 0 });
    expect(readdirSync(cwd)).toEqual(['app']);
  });

  it('that is no file descriptor at all does no harm', async () => {
    const cwd = tempDir();
    const script = '"$0" "$@" <&-';
    const args = ['-c', script, process.execPath, inject('bin'), 'app', ...FILES_ONLY];
    expect(await run('sh', args, { cwd })).toMatchObject({ code: 0 });
  });
});

describe('output', () => {
  it.each(['--help', 'app --dry-run', 'app --dry-run --json'])(
    'that nobody reads to the end is no fault: %s',
    async (line) => {
      const script = `{ "$0" "$@"; echo "exit $?" >&2; } | true`;
      const { stderr } = await run('sh', ['-c', script, process.execPath, inject('bin'), ...line.split(' ')], {
        cwd: tempDir(),
      });
      expect(stderr).toMatch(/^exit 0$/m);
      expect(stderr).not.toMatch(/EPIPE|at .*:\d+/);
    },
  );
});

describe('git', () => {
  it('that is missing is mentioned, and the project is made', async () => {
    const path = makePath(tempDir(), [], { npm: OBEDIENT });
    const { forPeople, report, dir, code } = await inBoth(path, ['--no-check']);
    expect(code, forPeople.stderr).toBe(0);
    expect(forPeople.stdout).toMatch(/git is not installed/);
    expect(report.notes.join()).toMatch(/git is not installed/);
    expect(existsSync(join(dir, '.git'))).toBe(false);
    await expectWhole(dir, report);
  });

  it('that does not know the author leaves everything staged, and says so', async () => {
    const path = makePath(tempDir(), ['git'], { npm: OBEDIENT });
    const {
      GIT_AUTHOR_NAME: _,
      GIT_AUTHOR_EMAIL: __,
      GIT_COMMITTER_NAME: ___,
      GIT_COMMITTER_EMAIL: ____,
      ...env
    } = childEnv();
    const cwd = tempDir();
    const nameless = {
      ...env,
      PATH: path,
      HOME: cwd,
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'user.useConfigOnly',
      GIT_CONFIG_VALUE_0: 'true',
    };
    const { code, stdout } = await mason(['app', '--no-check', '--pm', 'npm', '--json'], { cwd, env: nameless });
    expect(code).toBe(0);
    expect(JSON.parse(stdout).notes.join()).toMatch(/staged, but git does not know you/);
    const { stdout: staged } = await run('git', ['diff', '--cached', '--name-only'], { cwd: join(cwd, 'app') });
    expect(staged).toContain('package.json');
  });

  it('is left alone inside a repository', async () => {
    const cwd = tempDir();
    await run('git', ['init', '--quiet'], { cwd });
    mkdirSync(join(cwd, 'packages'));
    const args = ['packages/app', '--no-install', '--json'];
    const { code, stdout } = await mason(args, { cwd });
    expect(code).toBe(0);
    expect(existsSync(join(cwd, 'packages', 'app', '.git'))).toBe(false);
    expect(JSON.parse(stdout).notes.join()).toMatch(/is a repository already/);
  });
});

describe('a step that fails', () => {
  const expectKept = async (
    path: string,
    flags: readonly string[],
    expected: { code: string; says: RegExp; next: readonly string[] },
    more = {},
  ) => {
    const { forPeople, report, dir, code } = await inBoth(path, flags, more);
    expect(code, forPeople.stderr).toBe(1);
    expect(forPeople.stdout).toBe('');
    expect(forPeople.stderr.match(/^error:/gm)).toHaveLength(1);
    expect(forPeople.stderr).toMatch(expected.says);
    expect(forPeople.stderr).not.toMatch(/^\s+at .*:\d+/m);
    expect(report).toMatchObject({ ok: false, code: expected.code, exit: 1, next: ['cd app', ...expected.next] });
    for (const command of expected.next) expect(forPeople.stderr).toContain(`\n  ${command}\n`);
    await expectWhole(dir, report);
    return dir;
  };
  const RECOVER = ['npm install', 'npm run build', 'npx create-mcp-mason check'];

  it('keeps the project: npm is missing', async () => {
    const path = makePath(tempDir(), ['git']);
    await expectKept(path, [], { code: 'command-not-found', says: /npm is not found/, next: RECOVER });
  });

  it('keeps the project: the registry cannot be reached', async () => {
    const path = makePath(tempDir(), ['npm', 'git']);
    const offline = {
      npm_config_registry: 'http://127.0.0.1:9/',
      npm_config_fetch_retries: '0',
      npm_config_cache: tempDir(),
      NO_PROXY: '127.0.0.1',
      no_proxy: '127.0.0.1',
    };
    const says = /npm install failed: the registry cannot be reached/;
    const dir = await expectKept(path, [], { code: 'install-offline', says, next: RECOVER }, offline);
    expect(existsSync(join(dir, '.git'))).toBe(true);
  });

  it('keeps the project: the install fails', async () => {
    const npm = 'echo "npm error code EWHATEVER" >&2; exit 7';
    const path = makePath(tempDir(), ['git'], { npm });
    await expectKept(path, [], { code: 'install-failed', says: /EWHATEVER/, next: RECOVER });
  });

  it('keeps the project: the build fails', async () => {
    const npm = 'if [ "$1" = run ]; then echo "src/main.ts(1,1): error TS1005"; exit 2; fi; mkdir -p node_modules';
    const path = makePath(tempDir(), ['git'], { npm });
    await expectKept(path, [], { code: 'build-failed', says: /error TS1005/, next: RECOVER.slice(1) });
  });

  it.each([
    ['throws', "throw new Error('no store here')", /no store here/],
    ['says nothing at all', 'process.exit(0)', /handshake-2025/],
    ['writes its log to stdout', "console.log('Server is ready')", /Server is ready|stdout|handshake/],
  ])('keeps the project: the built server %s', async (_, server, says) => {
    const npm = `if [ "$1" = run ]; then mkdir -p dist; cat > dist/main.mjs <<'END'\n${server}\nEND\nfi`;
    const path = makePath(tempDir(), ['git'], { npm });
    await expectKept(path, [], { code: 'check-failed', says, next: RECOVER.slice(2) });
  });
});

describe('two runs at once', () => {
  it('into one folder: one makes it, the other is refused, and nothing is mixed', async () => {
    for (let round = 0; round < 3; round++) {
      const cwd = tempDir();
      const flags = ['--transport', 'http'];
      const runs = [startMason(['app', ...FILES_ONLY], { cwd }), startMason(['app', ...flags, ...FILES_ONLY], { cwd })];
      const [first, second] = await Promise.all(runs.map(({ finished }: Child) => finished));
      expect([first?.code, second?.code].sort()).toEqual([0, 3]);
      const made = Object.keys(snapshotOf(join(cwd, 'app')));
      expect(made.includes('src/stdio.ts')).toBe(first?.code === 0);
      expect(made.includes('src/http.ts')).toBe(second?.code === 0);
      expect(readdirSync(cwd)).toEqual(['app']);
    }
  });
});

it('never looks at the environment of the project it was started from', async () => {
  const cwd = tempDir();
  writeFileSync(join(cwd, 'package.json'), '{"name": "outer", "packageManager": "pnpm@10.0.0"}');
  const { code, stdout } = await mason(['app', ...FILES_ONLY, '--dry-run', '--json'], { cwd });
  expect(code).toBe(0);
  // But for the package manager, which is a matter of the place.
  expect(JSON.parse(stdout).answers).toMatchObject({ name: 'app', pm: 'pnpm' });
});

describe('a folder that somebody has sent', () => {
  it('gets its command into a client only after it was shown', async () => {
    const [cwd, home] = [tempDir(), tempDir()];
    const evil = { command: 'sh', args: ['-c', 'evil \u001b[2K'] };
    writeFileSync(join(cwd, 'claude_desktop_config.json'), JSON.stringify({ mcpServers: { notes: evil } }));
    const env = { ...childEnv(), HOME: home, USERPROFILE: home };
    const refused = await mason(['config', 'cursor', '--write'], { cwd, env });
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain(String.raw`sh -c 'evil \u001b[2K'`);
    expect(readdirSync(home)).toEqual([]);
    expect(await mason(['config', 'cursor', '--write', '--yes'], { cwd, env })).toMatchObject({ code: 0 });
    expect(existsSync(join(home, '.cursor', 'mcp.json'))).toBe(true);
  });
});
