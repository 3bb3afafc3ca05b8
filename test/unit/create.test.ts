import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Workshop } from './create-support.ts';
import { splitShell } from './parse.ts';

const QUICK = ['--no-install', '--no-git'] as const;
const read = (...path: readonly string[]): string => readFileSync(join(...path), 'utf8');

describe('create without install', () => {
  it('writes the project, its record and the entry of Claude Desktop', async () => {
    const shop = new Workshop();
    const { code, value } = await shop.json('my-server', ...QUICK);
    const dir = join(shop.cwd, 'my-server');
    expect(code).toBe(0);
    expect(value).toMatchObject({
      ok: true,
      version: '1.2.3',
      project: {
        name: 'my-server',
        dir,
        language: 'typescript',
        transport: 'stdio',
        storage: 'sqlite',
        tools: ['notes', 'weather'],
      },
      steps: [{ name: 'write', ok: true }],
      check: null,
      clients: [],
    });
    for (const { path, action, bytes } of value.files) {
      expect(action).toBe('create');
      expect(statSync(join(dir, path)).size).toBe(bytes);
    }
    const config = JSON.parse(read(dir, 'claude_desktop_config.json'));
    expect(config.mcpServers['my-server']).toMatchObject({ args: [join(dir, 'dist/main.mjs')] });
    expect(JSON.parse(read(dir, '.mcp-mason.json')).answers).toMatchObject({ name: 'my-server', storage: 'sqlite' });
    expect(value.next).toEqual(expect.arrayContaining(['cd my-server', 'npm install', 'npm run build']));
  });

  it('keeps a hostile description intact', async () => {
    const shop = new Workshop();
    const description = `It's "quoted" {{x}} \${y} \`z\` \\ </script> 🎉\nsecond line`;
    await shop.json('x', ...QUICK, '--description', description);
    expect(JSON.parse(read(shop.cwd, 'x/package.json')).description).toBe(description);
  });

  it('prints a command that makes the same project again', async () => {
    const shop = new Workshop();
    const first = await shop.json(
      'a b',
      ...QUICK,
      '--transport',
      'both',
      '--tools',
      'none',
      '--description',
      "It's -- $5",
    );
    const words = splitShell(first.value.replay);
    const again = new Workshop();
    const second = await again.json(...words.slice(words.indexOf('a b')));
    expect(second.value.answers).toEqual(first.value.answers);
    for (const { path } of first.value.files.filter(({ path }) => path !== 'claude_desktop_config.json')) {
      expect(read(again.cwd, 'a b', path)).toBe(read(shop.cwd, 'a b', path));
    }
  });

  it('makes the same project from its record', async () => {
    const shop = new Workshop();
    await shop.run('one', ...QUICK, '--transport', 'http', '--storage', 'memory', '--tools', 'all');
    const { code } = await shop.run('two', ...QUICK, '--answers', 'one/.mcp-mason.json');
    expect(code).toBe(0);
    expect(read(shop.cwd, 'two/.mcp-mason.json')).toBe(read(shop.cwd, 'one/.mcp-mason.json'));
  });

  it('works in the current folder, beside what does no harm', async () => {
    const shop = new Workshop();
    mkdirSync(join(shop.cwd, '.git'));
    shop.file('LICENSE', 'mine');
    const { code, value } = await shop.json('.', '--name', 'here', ...QUICK);
    expect(code).toBe(0);
    expect(read(shop.cwd, 'LICENSE')).toBe('mine');
    expect(value.next.some((line) => line.startsWith('cd '))).toBe(false);
  });

  it('prints results on stdout and progress on stderr', async () => {
    const shop = new Workshop();
    const { stdout, stderr } = await shop.run('my-server', ...QUICK);
    expect(stdout).toContain('my-server is made.');
    expect(stdout).toContain('  cd my-server\n');
    expect(stdout).toContain('npm create mcp-mason@1.2.3 my-server -- --transport stdio');
    expect(stderr).toBe('');
  });
});

describe('dry run', () => {
  it('says everything and writes nothing', async () => {
    const shop = new Workshop();
    const { code, value } = await shop.json('x', '--dry-run', '--client', 'claude-desktop');
    expect(code).toBe(0);
    expect(value).toMatchObject({
      ok: true,
      dryRun: true,
      steps: [],
      clients: [{ client: 'claude-desktop', action: 'created' }],
    });
    expect(value.files.length).toBeGreaterThan(20);
    expect(value.commands).toEqual(expect.arrayContaining(['npm install', 'npm run build', 'git init']));
    expect(readdirSync(shop.cwd)).toEqual([]);
    expect(readdirSync(shop.home)).toEqual([]);
  });

  it('shows sizes and actions, and why it would refuse', async () => {
    const shop = new Workshop();
    shop.file('x/package.json', '{}');
    const skip = await shop.run('x', '--dry-run', '--on-conflict', 'skip');
    expect(skip.code).toBe(0);
    expect(skip.stdout).toMatch(/^ {2}skip +\d+ B {2}package\.json$/m);
    expect(skip.stdout).toMatch(/^ {2}create +\d+ B {2}tsconfig\.json$/m);
    const overwrite = await shop.run('x', '--dry-run', '--on-conflict', 'overwrite');
    expect(overwrite.stdout).toMatch(/^ {2}overwrite +\d+ B {2}package\.json$/m);
    const error = await shop.json('x', '--dry-run');
    expect(error.code).toBe(3);
    expect(error.value).toMatchObject({ ok: false, code: 'target-not-empty', exit: 3 });
    expect(read(shop.cwd, 'x/package.json')).toBe('{}');
    expect(readdirSync(join(shop.cwd, 'x'))).toEqual(['package.json']);
  });
});

describe('places that cannot be used', () => {
  it.each([
    ['file', 2],
    ['file/under', 2],
    ['dangling', 2],
    ['full', 3],
    ['', 2],
    ['-dash', 2],
    ['node_modules', 2],
    ['a\u0000b', 2],
    ['x'.repeat(300), 2],
    ['$(x)', 2],
    ['</script>', 2],
  ])('%j: exit %i, and nothing is written', async (dir, exit) => {
    const shop = new Workshop();
    shop.file('file', 'mine');
    shop.file('full/mine.txt', 'mine');
    symlinkSync('nowhere', join(shop.cwd, 'dangling'));
    const before = readdirSync(shop.cwd, { recursive: true }).sort();
    const { code, stdout, stderr } = await shop.run(dir, ...QUICK);
    expect(code).toBe(exit);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^error: /);
    expect(readdirSync(shop.cwd, { recursive: true }).sort()).toEqual(before);
  });

  it('follows a link to an empty folder', async () => {
    const shop = new Workshop();
    mkdirSync(join(shop.cwd, 'real'));
    symlinkSync('real', join(shop.cwd, 'link'));
    const { code, value } = await shop.json('link', ...QUICK);
    expect(code).toBe(0);
    expect(value.project).toMatchObject({ name: 'link', dir: join(shop.cwd, 'real') });
  });
});
