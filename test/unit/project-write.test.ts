import { spawnSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type CliError, EXIT } from '../../src/base/errors.ts';
import type { PlannedFile } from '../../src/base/plan.ts';
import { thisMachine } from '../../src/base/processes.ts';
import { previewFiles, type WriteOptions, type WriteResult, writeProject } from '../../src/project/write.ts';
import { writeTree } from '../support/fixture.ts';
import { readTree, tempDir } from '../support/temp.ts';

const FILES: readonly PlannedFile[] = [
  { path: 'README.md', text: '# Hello\n' },
  { path: 'src/deep/main.ts', text: 'main\n' },
  { path: 'src/run.sh', text: 'run\n', mode: 0o755 },
];
const TREE = { 'README.md': '# Hello\n', 'src/deep/main.ts': 'main\n', 'src/run.sh': 'run\n' };

const never = new AbortController().signal;

const write = (target: string, options: Partial<WriteOptions> = {}, files = FILES): Promise<WriteResult> =>
  writeProject(target, files, { onConflict: 'error', signal: never, ...options });

async function failureOf(work: Promise<unknown>): Promise<CliError> {
  try {
    await work;
  } catch (error) {
    return error as CliError;
  }
  throw new Error('It did not fail.');
}

/** Aborts when everything is written but not final. */
function abortSoon(): AbortSignal {
  const controller = new AbortController();
  setImmediate(() => controller.abort());
  return controller.signal;
}

describe('a new project', () => {
  it('is written whole, with folders above it, and leaves nothing beside it', async () => {
    const dir = tempDir();
    const { changes, dir: made } = await write(join(dir, 'a/b/hello'));
    expect(readTree(join(dir, 'a/b/hello'))).toEqual(TREE);
    expect(made).toBe(join(dir, 'a/b/hello'));
    expect(readdirSync(join(dir, 'a/b'))).toEqual(['hello']);
    expect(changes.map(({ path, action, bytes }) => [path, action, bytes])).toEqual([
      ['README.md', 'create', 8],
      ['src/deep/main.ts', 'create', 5],
      ['src/run.sh', 'create', 4],
    ]);
  });

  it.skipIf(process.platform === 'win32')('has ordinary permissions', async () => {
    const dir = tempDir();
    const umask = process.umask();
    await write(join(dir, 'hello'));
    expect(statSync(join(dir, 'hello')).mode & 0o777).toBe(0o777 & ~umask);
    expect(statSync(join(dir, 'hello/README.md')).mode & 0o777).toBe(0o644 & ~umask);
    expect(statSync(join(dir, 'hello/src/run.sh')).mode & 0o777).toBe(0o755 & ~umask);
  });

  it('keeps text that is not ASCII, and its names, as they are', async () => {
    const dir = tempDir();
    const files = [{ path: 'größe/日本.md', text: '🎉 \u2028 é' }];
    await write(join(dir, 'ünï'), {}, files);
    expect(readTree(join(dir, 'ünï'))).toEqual({ 'größe/日本.md': '🎉 \u2028 é' });
  });

  it('leaves nothing, not even folders above it, when it is cancelled', async () => {
    const dir = tempDir();
    const error = await failureOf(write(join(dir, 'a/b/hello'), { signal: abortSoon() }));
    expect(error).toMatchObject({ code: 'cancelled', exit: EXIT.cancelled });
    expect(readdirSync(dir)).toEqual([]);
  });

  it('touches nothing when it is cancelled before it began', async () => {
    const dir = tempDir();
    expect(await failureOf(write(join(dir, 'hello'), { signal: AbortSignal.abort() }))).toMatchObject({ exit: 130 });
    expect(readdirSync(dir)).toEqual([]);
  });

  it('leaves nothing when a file cannot be written', async () => {
    const dir = tempDir();
    const files = [...FILES, { path: `${'x'.repeat(300)}.md`, text: '' }];
    expect(await failureOf(write(join(dir, 'a/hello'), {}, files))).toMatchObject({ exit: EXIT.usage });
    expect(readdirSync(dir)).toEqual([]);
  });

  it('removes what a run that was killed has left beside it, and nothing else', async () => {
    const dir = tempDir();
    const gone = spawnSync(process.execPath, ['-e', '']).pid;
    const here = thisMachine();
    const dead = [`.x.mason-new.${here}.${gone}.mason-abc123`, `.x.mason-new.00000000.1.mason-old1`];
    const kept = [
      `.x.mason-new.${here}.${process.pid}.mason-abc123`,
      `.x.mason-new.00000000.${gone}.mason-fresh`,
      `.y.mason-new.${here}.${gone}.mason-abc123`,
      `.x.mason-new.${here}.mine`,
    ];
    for (const name of [...dead, ...kept]) writeTree(dir, { [`${name}/README.md`]: 'half' });
    const long = new Date(Date.now() - 2 * 3_600_000);
    utimesSync(join(dir, dead[1] ?? ''), long, long);
    const file = `.x.mason-new.${here}.${gone}.mason-file`;
    writeTree(dir, { [file]: 'a file' });
    await write(join(dir, 'x'));
    expect(readdirSync(dir).sort()).toEqual(['x', file, ...kept].sort());
  });

  it('can be taken back with everything that later steps have put there', async () => {
    const dir = tempDir();
    const { undo } = await write(join(dir, 'a/hello'));
    writeTree(join(dir, 'a/hello'), { 'node_modules/x/index.js': '' });
    undo(['node_modules']);
    expect(readdirSync(dir)).toEqual([]);
  });

  it('keeps a folder above it that somebody else uses by then', async () => {
    const dir = tempDir();
    const { undo } = await write(join(dir, 'a/hello'));
    writeTree(dir, { 'a/other.txt': 'mine' });
    undo();
    expect(readTree(dir)).toEqual({ 'a/other.txt': 'mine' });
  });
});

describe('places where no project can be', () => {
  it('refuses a file, and what would be under a file', async () => {
    const dir = tempDir();
    writeTree(dir, { file: 'mine' });
    expect(await failureOf(write(join(dir, 'file')))).toMatchObject({ code: 'target-is-file', exit: EXIT.usage });
    for (const target of ['file/hello', 'file/a/b/hello']) {
      const error = await failureOf(write(join(dir, target)));
      expect(error).toMatchObject({ code: 'path-through-file', exit: EXIT.usage });
      expect(error.message).toContain(`${join(dir, 'file')} is a file`);
    }
    expect(readTree(dir)).toEqual({ file: 'mine' });
  });

  it('refuses links that lead nowhere or to a file', async () => {
    const dir = tempDir();
    writeTree(dir, { file: 'mine' });
    symlinkSync(join(dir, 'nothing'), join(dir, 'dangling'));
    symlinkSync(join(dir, 'loop'), join(dir, 'loop'));
    symlinkSync(join(dir, 'file'), join(dir, 'link'));
    expect(await failureOf(write(join(dir, 'dangling')))).toMatchObject({ code: 'dangling-link', exit: EXIT.usage });
    expect(await failureOf(write(join(dir, 'dangling/hello')))).toMatchObject({ code: 'dangling-link' });
    expect(await failureOf(write(join(dir, 'loop')))).toMatchObject({ code: 'dangling-link' });
    expect(await failureOf(write(join(dir, 'link')))).toMatchObject({ code: 'target-is-file' });
    expect(existsSync(join(dir, 'nothing'))).toBe(false);
  });

  it('refuses names that are too long', async () => {
    const dir = tempDir();
    expect(await failureOf(write(join(dir, 'x'.repeat(300))))).toMatchObject({
      code: 'name-too-long',
      exit: EXIT.usage,
    });
  });

  it.runIf(process.platform === 'linux')('fails where the system lets nobody write', async () => {
    const error = await failureOf(write('/proc/mason/hello'));
    expect(error.exit).toBe(EXIT.failed);
    expect(error.message).toContain('/proc/mason/hello cannot be written');
  });

  it.each(['../evil', '/etc/passwd', 'a/../../b', 'a//b', 'C:\\x', 'a\\b', '.', ''])(
    'never writes to %j',
    async (path) => {
      const dir = tempDir();
      await expect(write(join(dir, 'hello'), {}, [{ path, text: '' }])).rejects.toThrow('not a path inside');
      expect(readdirSync(dir)).toEqual([]);
    },
  );
});

describe('a folder that is there', () => {
  it('is used as it is when it is empty', async () => {
    const dir = tempDir();
    const before = statSync(dir).ino;
    await write(dir);
    expect(readTree(dir)).toEqual(TREE);
    // The same folder, not another one in its place: a shell may stand in it.
    expect(statSync(dir).ino).toBe(before);
  });

  it('counts as empty with version control, a licence and litter in it', async () => {
    const dir = tempDir();
    const others = { '.git/HEAD': 'ref', LICENSE: 'MIT', '.DS_Store': 'litter' };
    writeTree(dir, others);
    await write(dir);
    expect(readTree(dir)).toEqual({ ...TREE, ...others });
  });

  it.each(['LICENSE', 'licence.md'])('keeps the licence that its owner has chosen, in %s', async (name) => {
    const dir = tempDir();
    writeTree(dir, { [name]: 'theirs' });
    await write(dir, {}, [
      { path: 'LICENSE', text: 'ours' },
      { path: 'a.txt', text: 'a' },
    ]);
    expect(readTree(dir)).toEqual({ [name]: 'theirs', 'a.txt': 'a' });
  });

  it('is followed when it is a link, which stays', async () => {
    const dir = tempDir();
    mkdirSync(join(dir, 'real'));
    symlinkSync(join(dir, 'real'), join(dir, 'link'));
    const { dir: made } = await write(join(dir, 'link'));
    expect(made).toBe(join(dir, 'real'));
    expect(readlinkSync(join(dir, 'link'))).toBe(join(dir, 'real'));
    expect(readTree(join(dir, 'real'))).toEqual(TREE);
  });

  it('is refused by default when it holds anything else, with a list', async () => {
    const dir = tempDir();
    writeTree(dir, { 'README.md': 'mine', 'src/old.ts': 'mine', 'todo.txt': 'mine' });
    const error = await failureOf(write(dir));
    expect(error).toMatchObject({ code: 'target-not-empty', exit: EXIT.conflict });
    expect(error.message).toContain('README.md, src/, todo.txt are in the way');
    expect(error.hint).toContain('--on-conflict');
    expect(readTree(dir)).toEqual({ 'README.md': 'mine', 'src/old.ts': 'mine', 'todo.txt': 'mine' });
  });

  it('is refused even when what is there would not change', async () => {
    const dir = tempDir();
    writeTree(dir, TREE);
    expect(await failureOf(write(dir))).toMatchObject({ exit: EXIT.conflict });
  });

  it('names a few of many', async () => {
    const dir = tempDir();
    writeTree(dir, Object.fromEntries(Array.from({ length: 9 }, (_, at) => [`f${at}`, ''])));
    expect((await failureOf(write(dir))).message).toContain('f0, f1, f2, f3, f4 and 4 more are in the way');
  });

  it('keeps what is there with skip', async () => {
    const dir = tempDir();
    writeTree(dir, { 'README.md': 'mine', 'src/old.ts': 'mine' });
    const { changes } = await write(dir, { onConflict: 'skip' });
    expect(readTree(dir)).toEqual({ ...TREE, 'README.md': 'mine', 'src/old.ts': 'mine' });
    expect(changes.map(({ action }) => action)).toEqual(['skip', 'create', 'create']);
  });

  it('replaces only planned files with overwrite, and says what would not change', async () => {
    const dir = tempDir();
    writeTree(dir, { 'README.md': 'mine', 'src/deep/main.ts': 'main\n', 'src/old.ts': 'mine' });
    const { changes } = await write(dir, { onConflict: 'overwrite' });
    expect(readTree(dir)).toEqual({ ...TREE, 'src/old.ts': 'mine' });
    expect(changes.map(({ action }) => action)).toEqual(['overwrite', 'skip', 'create']);
  });

  it('changes nothing the second time', async () => {
    const dir = tempDir();
    await write(dir);
    const { changes } = await write(dir, { onConflict: 'overwrite' });
    expect(changes.map(({ action }) => action)).toEqual(['skip', 'skip', 'skip']);
  });

  it('never replaces a folder or a link, nor writes through one that leads out', async () => {
    const outside = tempDir();
    writeTree(outside, { 'main.ts': 'theirs' });
    const dir = tempDir();
    mkdirSync(join(dir, 'README.md'));
    symlinkSync(outside, join(dir, 'src'));
    for (const onConflict of ['overwrite', 'skip'] as const) {
      const error = await failureOf(write(dir, { onConflict }));
      expect(error).toMatchObject({ exit: EXIT.conflict });
      expect(error.message).toContain('src/deep/main.ts');
    }
    expect(readTree(outside)).toEqual({ 'main.ts': 'theirs' });
    expect(lstatSync(join(dir, 'src')).isSymbolicLink()).toBe(true);
  });

  it('leaves a link to a file alone', async () => {
    const dir = tempDir();
    writeTree(dir, { 'docs/readme.md': 'mine' });
    symlinkSync('docs/readme.md', join(dir, 'README.md'));
    expect(await failureOf(write(dir, { onConflict: 'overwrite' }))).toMatchObject({ exit: EXIT.conflict });
    await write(dir, { onConflict: 'skip' });
    expect(readTree(dir)).toEqual({ ...TREE, 'README.md': 'mine', 'docs/readme.md': 'mine' });
  });

  it('writes through a link that stays inside', async () => {
    const dir = tempDir();
    mkdirSync(join(dir, 'lib'));
    symlinkSync('lib', join(dir, 'src'));
    await write(dir, { onConflict: 'skip' });
    expect(readTree(join(dir, 'lib'))).toEqual({ 'deep/main.ts': 'main\n', 'run.sh': 'run\n' });
  });

  it('refuses a file where a folder has to be', async () => {
    const dir = tempDir();
    writeTree(dir, { src: 'a file' });
    for (const onConflict of ['overwrite', 'skip'] as const) {
      expect(await failureOf(write(dir, { onConflict }))).toMatchObject({ exit: EXIT.conflict });
    }
    expect(readTree(dir)).toEqual({ src: 'a file' });
  });

  it('is as it was when it is cancelled, to the inode', async () => {
    const dir = tempDir();
    writeTree(dir, { 'README.md': 'mine', 'src/old.ts': 'mine' });
    const before = statSync(join(dir, 'README.md'));
    await failureOf(write(dir, { onConflict: 'overwrite', signal: abortSoon() }));
    expect(readTree(dir)).toEqual({ 'README.md': 'mine', 'src/old.ts': 'mine' });
    expect(statSync(join(dir, 'README.md')).ino).toBe(before.ino);
  });

  it('can be taken back after it was written', async () => {
    const dir = tempDir();
    writeTree(dir, { 'README.md': 'mine', 'dist/old.js': 'mine' });
    const { undo } = await write(dir, { onConflict: 'overwrite' });
    writeTree(dir, { 'node_modules/x/index.js': '', 'dist/main.js': '' });
    undo(['node_modules', 'dist']);
    // `dist` was there before, so it is not ours to delete.
    expect(readTree(dir)).toEqual({ 'README.md': 'mine', 'dist/old.js': 'mine', 'dist/main.js': '' });
  });
});

describe('previewFiles', () => {
  it('says what would be done and does nothing', () => {
    const dir = tempDir();
    writeTree(dir, { 'README.md': 'mine', 'src/run.sh': 'run\n', 'todo.txt': 'four' });
    const actions = (onConflict: 'error' | 'skip' | 'overwrite') =>
      previewFiles(dir, FILES, onConflict).map(({ path, action, bytes }) => `${action} ${path} ${bytes}`);
    expect(actions('skip')).toEqual(['skip README.md 8', 'create src/deep/main.ts 5', 'skip src/run.sh 4']);
    expect(actions('overwrite')).toEqual(['overwrite README.md 8', 'create src/deep/main.ts 5', 'skip src/run.sh 4']);
    expect(actions('error')).toEqual([
      'conflict README.md 8',
      'create src/deep/main.ts 5',
      'conflict src/run.sh 4',
      'conflict todo.txt 4',
    ]);
    expect(readTree(dir)).toEqual({ 'README.md': 'mine', 'src/run.sh': 'run\n', 'todo.txt': 'four' });
  });
});
