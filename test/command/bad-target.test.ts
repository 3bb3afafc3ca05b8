import { chmodSync, mkdirSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { childEnv, run, runOk } from '../support/child.ts';
import { expectRefusal, expectRefusalOf, FILES_ONLY, mason, snapshotOf } from '../support/mason.ts';
import { cannotRun } from '../support/require.ts';
import { tempDir } from '../support/temp.ts';

const isRoot = process.getuid?.() === 0;

describe('a target that is in the way', () => {
  it('is refused when it is a file', async () => {
    const cwd = tempDir();
    writeFileSync(join(cwd, 'taken'), 'mine');
    const before = snapshotOf(cwd);
    await expectRefusal(['taken'], { cwd }, { exit: 2, code: 'target-is-file', says: /taken is a file, not a folder/ });
    expect(snapshotOf(cwd)).toEqual(before);
  });

  it('is refused when a file is above it', async () => {
    const cwd = tempDir();
    writeFileSync(join(cwd, 'taken'), 'mine');
    const before = snapshotOf(cwd);
    await expectRefusal(['taken/a/b'], { cwd }, { exit: 2, code: 'path-through-file', says: /taken is a file/ });
    expect(snapshotOf(cwd)).toEqual(before);
  });

  it('is refused when there is something in it, and nothing of that is lost', async () => {
    const cwd = tempDir();
    mkdirSync(join(cwd, 'full', 'deep'), { recursive: true });
    writeFileSync(join(cwd, 'full', 'package.json'), '{"name":"mine"}');
    writeFileSync(join(cwd, 'full', 'deep', 'notes.txt'), 'mine');
    const before = snapshotOf(cwd);
    const says = /full is not empty: .*package\.json.*--on-conflict/s;
    await expectRefusal(['full', ...FILES_ONLY], { cwd }, { exit: 3, code: 'target-not-empty', says });
    expect(snapshotOf(cwd)).toEqual(before);
  });

  it('is written around with --on-conflict skip, and over with overwrite, which touches nothing else', async () => {
    const cwd = tempDir();
    mkdirSync(join(cwd, 'full', 'src'), { recursive: true });
    writeFileSync(join(cwd, 'full', 'README.md'), 'mine');
    writeFileSync(join(cwd, 'full', 'src', 'mine.ts'), 'mine');
    const { code } = await mason(['full', ...FILES_ONLY, '--on-conflict', 'skip'], { cwd });
    expect(code).toBe(0);
    const skipped = snapshotOf(join(cwd, 'full'));
    expect(skipped['README.md']).toMatch(/^mine /);
    expect(skipped['src/main.ts']).toContain('serveStdio');
    // It is a project now, with a README of somebody's own.
    const again = await mason(['full', ...FILES_ONLY, '--on-conflict', 'overwrite'], { cwd });
    expect(again).toMatchObject({ code: 3, stderr: expect.stringContaining('README.md') });
    expect(snapshotOf(join(cwd, 'full'))).toEqual(skipped);
    rmSync(join(cwd, 'full', '.mcp-mason.json'));
    expect((await mason(['full', ...FILES_ONLY, '--on-conflict', 'overwrite'], { cwd })).code).toBe(0);
    const overwritten = snapshotOf(join(cwd, 'full'));
    expect(overwritten['README.md']).toMatch(/^# full/);
    expect(overwritten['src/mine.ts']).toMatch(/^mine /);
  });

  it('is refused with --on-conflict overwrite where a folder stands in place of a file', async () => {
    const cwd = tempDir();
    mkdirSync(join(cwd, 'full', 'README.md'), { recursive: true });
    const before = snapshotOf(cwd);
    const args = ['full', ...FILES_ONLY, '--on-conflict', 'overwrite'];
    await expectRefusal(args, { cwd }, { exit: 3, code: 'target-not-empty', says: /README\.md/ });
    expect(snapshotOf(cwd)).toEqual(before);
  });
});

describe('a target that is a link', () => {
  it('is followed to its folder', async () => {
    const cwd = tempDir();
    mkdirSync(join(cwd, 'real'));
    symlinkSync('real', join(cwd, 'link'));
    const { code, stdout, stderr } = await mason(['link', ...FILES_ONLY, '--json'], { cwd });
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout).project).toMatchObject({ name: 'link', dir: join(cwd, 'real') });
    expect(readdirSync(join(cwd, 'real'))).toContain('package.json');
    expect(readdirSync(cwd).sort()).toEqual(['link', 'real']);
  });

  it.each([
    ['to a file', 'file', 'target-is-file', /is a file/],
    ['to nothing', 'gone', 'dangling-link', /does not exist/],
    ['to itself', 'link', 'dangling-link', /does not exist/],
  ])('is refused when it leads %s', async (_, end, code, says) => {
    const cwd = tempDir();
    writeFileSync(join(cwd, 'file'), 'mine');
    symlinkSync(end, join(cwd, 'link'));
    const before = snapshotOf(cwd);
    await expectRefusal(['link'], { cwd }, { exit: 2, code, says });
    expect(snapshotOf(cwd)).toEqual(before);
  });
});

describe('a folder that cannot be written', () => {
  /** The user of whom this is tested: ourselves, or, since nothing is forbidden to root, nobody. */
  const asNobody = (command: string, args: readonly string[]): [string, string[]] =>
    isRoot
      ? ['setpriv', ['--reuid=65534', '--regid=65534', '--clear-groups', '--', command, ...args]]
      : [command, [...args]];

  it.for(['a project beside others', 'a project in the folder itself'])(
    'is said to be so: %s',
    async (which, context) => {
      if (isRoot && (await run('setpriv', ['--version'], { cwd: '/' }).catch(() => undefined)) === undefined) {
        cannotRun(context, 'root may write everywhere, and there is no setpriv to be somebody else');
      }
      const cwd = tempDir();
      const locked = join(cwd, 'locked');
      mkdirSync(locked);
      chmodSync(cwd, 0o755);
      chmodSync(locked, 0o555);
      const target = which === 'a project beside others' ? join(locked, 'app') : locked;
      await expectRefusalOf(
        (more) => {
          const [command, args] = asNobody(process.execPath, [inject('bin'), target, ...FILES_ONLY, ...more]);
          return run(command, args, { cwd: '/', env: childEnv({ HOME: '/nonexistent' }) });
        },
        { exit: 1, code: 'not-writable', says: /cannot be written: permission denied/ },
      );
      expect(readdirSync(locked)).toEqual([]);
      chmodSync(locked, 0o755);
    },
  );
});

describe('a disk that is full', () => {
  // A limit on the size of files stands in for it: the write fails in the middle of a project.
  const limited = (args: readonly string[], cwd: string) =>
    run('bash', ['-c', 'ulimit -f 4; exec "$0" "$@"', process.execPath, inject('bin'), ...args], { cwd });

  it('leaves nothing of a new project, nor of the folders above it', async () => {
    const cwd = tempDir();
    const says = /over the limit of this shell on file sizes/;
    const runWith = (more: readonly string[]) => limited(['a/b/app', ...FILES_ONLY, ...more], cwd);
    await expectRefusalOf(runWith, { exit: 1, code: 'disk-full', says });
    expect(readdirSync(cwd)).toEqual([]);
  });

  it('takes back what it has written into a folder that was there', async () => {
    const cwd = tempDir();
    mkdirSync(join(cwd, 'app', 'src'), { recursive: true });
    writeFileSync(join(cwd, 'app', 'LICENSE'), 'mine');
    writeFileSync(join(cwd, 'app', '.gitignore'), 'mine');
    const before = snapshotOf(cwd);
    const args = ['app', ...FILES_ONLY, '--on-conflict', 'overwrite'];
    const runWith = (more: readonly string[]) => limited([...args, ...more], cwd);
    await expectRefusalOf(runWith, { exit: 1, code: 'disk-full', says: /cannot be written/ });
    expect(snapshotOf(cwd)).toEqual(before);
  });
});

describe('a target with an odd name', () => {
  const ODD = [
    'with spaces',
    'ünïcödé 日本',
    "quo'te",
    'quo"te',
    '$(touch pwned)',
    '`touch pwned`',
    'back\\slash',
    '</script>',
    'a;b&c',
    '%PATH%',
    '~tilde',
    '🧱',
  ];

  it.each(ODD)('is made under exactly this name, and its commands can be pasted: %s', async (name) => {
    const cwd = tempDir();
    const args = [name, '--name', 'odd', ...FILES_ONLY, '--json', '--pm', 'npm'];
    const { code, stdout, stderr } = await mason(args, { cwd });
    expect(code, stdout + stderr).toBe(0);
    const dir = join(cwd, name);
    const report = JSON.parse(stdout);
    expect(report.project.dir).toBe(dir);
    const entry = snapshotOf(dir)['claude_desktop_config.json'] ?? '';
    expect(Buffer.from(entry, 'latin1').toString('utf8')).toContain(
      JSON.stringify(join(dir, 'dist', 'main.mjs')).slice(1, -1),
    );
    const where = await runOk('sh', ['-c', `${report.next[0]} && pwd`], { cwd });
    expect(realpathSync(where.trimEnd())).toBe(dir);
    expect(readdirSync(cwd)).toEqual([name.split('/')[0]]);
  });

  it('gets its server name from the folder where that can be one', async () => {
    const cwd = tempDir();
    const { code, stdout } = await mason(['My Caféserver', ...FILES_ONLY, '--json'], { cwd });
    expect(code).toBe(0);
    expect(JSON.parse(stdout).project.name).toBe('my-cafeserver');
  });

  it.each([
    ['x'.repeat(300), 'invalid-dir', /longer name than file systems allow/],
    ['node_modules', 'invalid-dir', /belongs to another tool/],
    ['a/.git/b', 'invalid-dir', /belongs to another tool/],
    ['', 'invalid-dir', /must not be empty/],
    ['a\nb', 'invalid-dir', /cannot be printed/],
    ['/', 'invalid-dir', /root of the file system/],
    ['日本', 'invalid-name', /cannot be the server's name.*--name/s],
    ['-leading', 'unknown-option', /-leading/],
  ])('is refused when nothing can be made of it: %s', async (name, code, says) => {
    const cwd = tempDir();
    await expectRefusal([name, ...FILES_ONLY], { cwd }, { exit: 2, code, says });
    expect(readdirSync(cwd)).toEqual([]);
  });

  it('may begin with a dash when it is a path', async () => {
    const cwd = tempDir();
    expect((await mason(['./-leading', ...FILES_ONLY], { cwd })).code).toBe(0);
    expect(readdirSync(cwd)).toEqual(['-leading']);
  });
});
