import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { until } from '../support/commands.ts';
import { Workshop } from './create-support.ts';

const QUICK = ['--no-install', '--no-git'] as const;
const read = (...path: readonly string[]): string => readFileSync(join(...path), 'utf8');

describe.skipIf(process.platform === 'win32')('steps', () => {
  it('installs, builds, checks and commits, and keeps a project that does not answer', async () => {
    const shop = new Workshop().fakeNpm();
    shop.command('git', 'exit 0');
    const { code, value } = await shop.json('x');
    expect(code).toBe(1);
    expect(value).toMatchObject({ ok: false, code: 'check-failed', exit: 1, project: { name: 'x' } });
    expect(value.steps.map(({ name, ok }) => [name, ok])).toEqual([
      ['write', true],
      ['install', true],
      ['build', true],
      ['check', false],
      ['git', true],
    ]);
    expect(value.next).toEqual(['cd x', 'npx create-mcp-mason check']);
    expect(read(shop.cwd, 'x/npm.log')).toMatch(/^install.*\nrun build\n$/);
  });

  it.each([
    [
      'install',
      'echo "npm error code ENOTFOUND"; exit 1',
      'install-offline',
      ['npm install', 'npm run build', 'npx create-mcp-mason check'],
    ],
    [
      'build',
      '[ "$1" = install ] || { echo "error TS2304"; exit 2; }',
      'build-failed',
      ['npm run build', 'npx create-mcp-mason check'],
    ],
  ])('a failing %s keeps the project and prints how to recover', async (step, script, code, recovery) => {
    const shop = new Workshop().command('npm', script);
    const outcome = await shop.json('x', '--no-git', '--client', 'claude-desktop');
    expect(outcome.code).toBe(1);
    expect(outcome.value).toMatchObject({ ok: false, code, exit: 1 });
    expect(outcome.value.steps.at(-1)).toMatchObject({ name: step, ok: false });
    expect(outcome.value.next).toEqual(['cd x', ...recovery, 'npx create-mcp-mason config claude-desktop --write']);
    expect(existsSync(join(shop.cwd, 'x/package.json'))).toBe(true);
    // A server that is not there must not be promised to anybody.
    expect(readdirSync(shop.home)).toEqual([]);
    const human = await new Workshop().command('npm', script).run('x', '--no-git');
    expect(human).toMatchObject({ code: 1, stdout: '' });
    expect(human.stderr).toContain('x is made, but not ready.');
    for (const line of recovery) expect(human.stderr).toContain(`  ${line}\n`);
  });

  it('does not start a server that lacks a setting, and says what to set', async () => {
    const args = ['x', '--storage', 'postgres', '--no-git'];
    const { code, value } = await new Workshop().fakeNpm().json(...args);
    expect(code).toBe(0);
    expect(value.check).toBeNull();
    expect(value.notes?.join()).toContain('DATABASE_URL');
    expect(value.next.slice(0, 3)).toEqual([
      'cd x',
      expect.stringMatching(/^# set DATABASE_URL in \.env, for example to postgres:/),
      'npx create-mcp-mason check',
    ]);
    const rehearsal = await new Workshop().json(...args, '--dry-run');
    expect(rehearsal.value.commands).not.toContain('npx create-mcp-mason check');
  });

  it('starts a server with the settings that the environment has, and writes no secret down', async () => {
    const secret = 'postgres://user:hunter2@localhost/db';
    const shop = new Workshop().fakeNpm();
    shop.vars = { DATABASE_URL: secret };
    const seen = join(shop.home, 'seen');
    const write = `writeFileSync(${JSON.stringify(seen)}, process.env.DATABASE_URL)`;
    const main = `import { writeFileSync } from 'node:fs';\n${write}`;
    shop.command('npm', `[ "$1" = install ] || { mkdir -p dist; cat > dist/main.mjs <<'END'\n${main}\nEND\n}`);
    const { value } = await shop.json('x', '--storage', 'postgres', '--no-git', '--transport', 'both');
    expect(value).toMatchObject({ ok: false, code: 'check-failed' });
    expect(read(seen)).toBe(secret);
    expect(JSON.stringify(value)).not.toContain('hunter2');
    expect(read(shop.cwd, 'x/claude_desktop_config.json')).toContain('"DATABASE_URL": "<DATABASE_URL>"');
  });

  it('does without git, and says so', async () => {
    for (const shop of [new Workshop(''), new Workshop().command('git', 'mkdir -p .git; exit 128')]) {
      const { code, value } = await shop.json('x', '--no-install');
      expect(code).toBe(0);
      expect(value.notes?.join()).toContain('git');
      expect(existsSync(join(shop.cwd, 'x/.git'))).toBe(false);
    }
  });

  it('says where the lock file is when the folder is part of a workspace', async () => {
    const shop = new Workshop().command('npm', 'mkdir -p node_modules dist && touch dist/main.mjs');
    const lock = shop.file('package-lock.json');
    expect((await shop.json('x', '--no-git')).value.notes?.join()).toContain(lock);
    shop.command('npm', 'mkdir -p node_modules dist && touch dist/main.mjs package-lock.json');
    expect((await shop.json('y', '--no-git')).value.notes ?? []).toEqual([]);
  });

  it('does not tell of work where there is a repository already', async () => {
    const shop = new Workshop();
    shop.file('.git/HEAD');
    const { stdout, stderr } = await shop.run('x', '--no-install');
    expect(stderr).toBe('');
    expect(stdout).toContain(`Made no git repository: ${shop.cwd} is a repository already.`);
    const without = await new Workshop('').run('x', '--no-install');
    expect(without.stderr).toMatch(/✗ Made no git repository/);
  });

  it('says which package manager is missing', async () => {
    const shop = new Workshop('');
    const { code, value } = await shop.json('x', '--pm', 'pnpm');
    expect(code).toBe(1);
    expect(value).toMatchObject({ ok: false, code: 'command-not-found', exit: 1 });
    expect(value.message).toContain('pnpm');
    expect(value.next).toContain('pnpm install');
  });
});

describe.skipIf(process.platform === 'win32')('cancelling', () => {
  const slowNpm = 'mkdir -p node_modules/x; echo ready; sleep 60';

  async function cancelled(shop: Workshop, ...argv: readonly string[]): Promise<{ code: number; stderr: string }> {
    const run = shop.run(...argv);
    const target = join(shop.cwd, argv[0] ?? '', 'node_modules');
    await until(() => existsSync(target));
    shop.controller.abort();
    return run;
  }

  it('takes a new project back, with the folders that were made for it', async () => {
    const shop = new Workshop().command('npm', slowNpm);
    const { code, stderr } = await cancelled(shop, 'deep/er/x', '--no-git');
    expect(code).toBe(130);
    expect(stderr).toContain('Cancelled. Nothing was written.');
    expect(readdirSync(shop.cwd)).toEqual([]);
  });

  it('takes back only what it made', async () => {
    const shop = new Workshop().command('npm', slowNpm);
    const mine = ['x/src/mine.ts', 'x/notes.txt', 'x/package.json'];
    for (const path of mine) shop.file(path, 'mine');
    mkdirSync(join(shop.cwd, 'x/test'));
    const { code, stderr } = await cancelled(shop, 'x', '--no-git', '--on-conflict', 'skip');
    expect(code).toBe(130);
    expect(stderr).toContain('Cancelled.');
    expect(readdirSync(join(shop.cwd, 'x'), { recursive: true }).sort()).toEqual([
      'notes.txt',
      'package.json',
      'src',
      'src/mine.ts',
      'test',
    ]);
    for (const path of mine) expect(read(shop.cwd, path)).toBe('mine');
  });

  it('brings back the files it has overwritten', async () => {
    const shop = new Workshop().command('npm', slowNpm);
    shop.file('x/package.json', 'mine');
    const { code, stderr } = await cancelled(shop, 'x', '--no-git', '--on-conflict', 'overwrite');
    expect(code).toBe(130);
    expect(stderr).toContain('Cancelled.');
    expect(readdirSync(join(shop.cwd, 'x'))).toEqual(['package.json']);
    expect(read(shop.cwd, 'x/package.json')).toBe('mine');
  });

  it('before the first write leaves nothing', async () => {
    const shop = new Workshop();
    shop.controller.abort();
    expect(await shop.run('x', ...QUICK)).toMatchObject({ code: 130, stdout: '' });
    expect(readdirSync(shop.cwd)).toEqual([]);
  });
});

describe('clients', () => {
  it('adds the entry to the named file and leaves the rest of it alone', async () => {
    const shop = new Workshop();
    const path = shop.file('config.json', '{\n  "theme": "dark",\n  "mcpServers": { "old": { "command": "x" } }\n}\n');
    const { code, value } = await shop.json('x', ...QUICK, '--client-config', 'claude-desktop=config.json');
    expect(code).toBe(0);
    expect(value.clients).toMatchObject([{ client: 'claude-desktop', path, action: 'added' }]);
    const config = JSON.parse(readFileSync(path, 'utf8'));
    expect(Object.keys(config.mcpServers)).toEqual(['old', 'x']);
    expect(config.theme).toBe('dark');
    expect(config.mcpServers.x).toEqual(JSON.parse(read(shop.cwd, 'x/claude_desktop_config.json')).mcpServers.x);
  });

  it.each([
    ['{ "mcpServers": { "x": { "command": "other" } } }', 3, 'entry-exists', '--on-conflict overwrite'],
    ['{ not json', 1, 'config-invalid', 'paste'],
  ])('with %s: exit %i before anything is written', async (text, exit, error, hint) => {
    const shop = new Workshop();
    const path = shop.file('config.json', text);
    const { code, value } = await shop.json('x', ...QUICK, '--client-config', 'claude-desktop=config.json');
    expect(code).toBe(exit);
    expect(value).toMatchObject({ ok: false, code: error, exit });
    expect(value.hint).toContain(hint);
    expect(readFileSync(path, 'utf8')).toBe(text);
    expect(existsSync(join(shop.cwd, 'x'))).toBe(false);
  });

  it('replaces another entry with --on-conflict overwrite', async () => {
    const shop = new Workshop();
    shop.file('config.json', '{ "mcpServers": { "x": { "command": "other" } } }');
    const argv = ['x', ...QUICK, '--client-config', 'claude-desktop=config.json', '--on-conflict', 'overwrite'];
    const { code, value } = await shop.json(...argv);
    expect(code).toBe(0);
    expect(value.clients).toMatchObject([{ action: 'replaced' }]);
  });

  it('says what a person should know about the entry', async () => {
    const shop = new Workshop();
    const argv = ['x', ...QUICK, '--transport', 'http', '--client-config', 'claude-desktop=config.json'];
    const { value } = await shop.json(...argv);
    expect(value.notes?.join()).toContain('mcp-remote');
  });

  it('writes to what is found with --client detected', async () => {
    const shop = new Workshop();
    const folder = join(shop.home, '.config/Claude');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'claude_desktop_config.json'), '{}');
    const { value } = await shop.json('x', ...QUICK, '--client', 'detected');
    expect(value.clients).toMatchObject([
      { client: 'claude-desktop', path: join(folder, 'claude_desktop_config.json') },
    ]);
    expect(value.answers.client).toEqual(['claude-desktop']);
  });
});
