import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { applyEdits, type Edit, endRecovery, recover } from '../../src/project/stage.ts';
import { COMMITTED, JOURNAL, OWNER, STAGE, sha256, TAKING_BACK } from '../../src/project/stage-journal.ts';
import { writeTree } from '../support/fixture.ts';
import { readTree, tempDir } from '../support/temp.ts';

const BEFORE = { 'a.txt': 'a\n', 'src/b.txt': 'b\n', 'src/gone.txt': 'gone\n', 'src/old/last.txt': 'last\n' };
const EDITS: readonly Edit[] = [
  { path: 'a.txt', was: Buffer.from('a\n'), text: 'A\n' },
  { path: 'new/folder/c.txt', was: undefined, text: 'C\n' },
  { path: 'src/gone.txt', was: Buffer.from('gone\n'), text: undefined },
  { path: 'src/old/last.txt', was: Buffer.from('last\n'), text: undefined },
  { path: 'src/b.txt', was: Buffer.from('b\n'), text: 'B\n' },
];
const AFTER = { 'a.txt': 'A\n', 'new/folder/c.txt': 'C\n', 'src/b.txt': 'B\n' };
const OPTIONS = { signal: new AbortController().signal };
/** No process has it. */
const NOBODY = '99999999';

function project(): string {
  const dir = tempDir();
  writeTree(dir, BEFORE);
  return dir;
}

/** A stage as a run leaves it that is killed: with the first `done` steps made. */
function interrupted(dir: string, done: number, marks: readonly string[]): void {
  const stage = join(dir, STAGE);
  mkdirSync(stage);
  const steps = EDITS.map(({ path, was, text }) => ({
    path,
    action: text === undefined ? 'delete' : 'write',
    was: was === undefined ? null : sha256(was),
  }));
  writeTree(stage, {
    [OWNER]: NOBODY,
    [JOURNAL]: JSON.stringify({ steps, folders: ['new', 'new/folder'], unmerged: [] }),
    ...Object.fromEntries(marks.map((name) => [name, ''])),
  });
  for (const [index, { path, was, text }] of EDITS.entries()) {
    if (was !== undefined) writeFileSync(join(stage, `old-${index}`), was);
    if (index >= done && text !== undefined) writeFileSync(join(stage, `new-${index}`), text);
    if (index < done && text !== undefined) writeTree(dir, { [path]: text });
    if (index < done && text === undefined) rmSync(join(dir, path));
  }
}

describe('a change of a project', () => {
  it('is made, and leaves nothing else', async () => {
    const dir = project();
    chmodSync(join(dir, 'a.txt'), 0o755);
    await applyEdits(dir, EDITS, OPTIONS);
    expect(readTree(dir)).toEqual(AFTER);
    expect(statSync(join(dir, 'a.txt')).mode & 0o777).toBe(0o755);
  });

  it.each([
    ['a file', 'src/b.txt', 0o444, 0o644],
    ['a folder', 'src', 0o555, 0o755],
  ])('is refused at %s that is read-only', async (_, path, mode, back) => {
    const dir = project();
    chmodSync(join(dir, path), mode);
    await expect(applyEdits(dir, EDITS, OPTIONS)).rejects.toMatchObject({ code: 'not-writable', exit: 1 });
    chmodSync(join(dir, path), back);
    expect(readTree(dir)).toEqual(BEFORE);
  });

  it('is refused where a file is another one by now, or a link', async () => {
    const dir = project();
    writeFileSync(join(dir, 'src/b.txt'), 'mine\n');
    await expect(applyEdits(dir, EDITS, OPTIONS)).rejects.toMatchObject({ code: 'changed-meanwhile', exit: 3 });
    const outside = tempDir();
    rmSync(join(dir, 'src'), { recursive: true });
    symlinkSync(outside, join(dir, 'src'));
    await expect(
      applyEdits(dir, EDITS.slice(0, 2).concat({ path: 'src/x.txt', was: undefined, text: 'x' }), OPTIONS),
    ).rejects.toThrow();
    expect(readTree(outside)).toEqual({});
  });

  it('is not begun when somebody has cancelled', async () => {
    const dir = project();
    await expect(applyEdits(dir, EDITS, { signal: AbortSignal.abort() })).rejects.toMatchObject({ exit: 130 });
    expect(readTree(dir)).toEqual(BEFORE);
  });

  it('is refused while another run is at it', async () => {
    const dir = project();
    interrupted(dir, 0, []);
    writeFileSync(join(dir, STAGE, OWNER), String(process.ppid));
    expect(() => recover(dir)).toThrow(/Another create-mcp-mason/);
    await expect(applyEdits(dir, EDITS, OPTIONS)).rejects.toMatchObject({ code: 'being-changed', exit: 1 });
  });
});

describe('a change that was interrupted', () => {
  it('is gone when it had not begun', () => {
    const dir = project();
    interrupted(dir, 0, []);
    expect(recover(dir)?.line).toMatch(/removed/);
    expect(readTree(dir)).toEqual(BEFORE);
    expect(recover(dir)).toBeUndefined();
  });

  it.each([0, 1, 2, 3, 4, 5])('is completed after %i steps', (done) => {
    const dir = project();
    interrupted(dir, done, [COMMITTED]);
    expect(recover(dir)?.line).toMatch(/completed/);
    endRecovery(dir);
    expect(readTree(dir)).toEqual(AFTER);
    expect(existsSync(join(dir, 'src/old')), 'a folder with nothing in it').toBe(false);
  });

  it.each([0, 1, 2, 3, 4, 5])('is taken back after %i steps', (done) => {
    const dir = project();
    interrupted(dir, done, [TAKING_BACK]);
    expect(recover(dir)?.line).toMatch(/taken back/);
    expect(readTree(dir)).toEqual(BEFORE);
  });

  it('leaves what somebody has changed since', () => {
    const dir = project();
    interrupted(dir, 1, [COMMITTED]);
    writeTree(dir, { 'src/b.txt': 'mine\n', 'src/gone.txt': 'mine\n' });
    expect(recover(dir)?.line).toContain('src/b.txt.mason-new');
    endRecovery(dir);
    expect(readTree(dir)).toEqual({
      ...AFTER,
      'src/b.txt': 'mine\n',
      'src/b.txt.mason-new': 'B\n',
      'src/gone.txt': 'mine\n',
    });
  });

  it.each([
    ['../outside.txt', 'a path out of the project'],
    ['.git/config', 'a path in .git'],
    ['/etc/passwd', 'an absolute path'],
  ])('is not believed when it names %s: %s', (path) => {
    const dir = project();
    const stage = join(dir, STAGE);
    writeTree(stage, {
      [COMMITTED]: '',
      [JOURNAL]: JSON.stringify({ steps: [{ path, action: 'write', was: null }], folders: [], unmerged: [] }),
      'new-0': 'evil',
    });
    expect(() => recover(dir)).toThrow(/names something else/);
    expect(existsSync(join(dir, '..', 'outside.txt'))).toBe(false);
  });

  it('writes through no link', () => {
    const [dir, outside] = [project(), tempDir()];
    writeTree(outside, { 'b.txt': 'theirs' });
    interrupted(dir, 0, [COMMITTED]);
    rmSync(join(dir, 'src'), { recursive: true });
    symlinkSync(outside, join(dir, 'src'));
    recover(dir);
    expect(readFileSync(join(outside, 'b.txt'), 'utf8')).toBe('theirs');
  });
});
