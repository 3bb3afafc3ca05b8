import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { applyChanges } from '../../src/project/apply.ts';
import { writeTree } from '../support/fixture.ts';
import { readTree, tempDir } from '../support/temp.ts';

const { signal } = new AbortController();

function folder(): string {
  const dir = tempDir();
  writeTree(dir, { 'src/a.txt': 'a' });
  return dir;
}

describe('changes of a project', () => {
  it('are made, with the permissions that files have', async () => {
    const dir = folder();
    chmodSync(join(dir, 'src/a.txt'), 0o640);
    const changes = [
      { path: 'new/deep/b.txt', text: 'b' },
      { path: 'src/a.txt', text: 'A', before: 'a' },
    ];
    await applyChanges(dir, changes, signal);
    expect(readTree(dir)).toEqual({ 'new/deep/b.txt': 'b', 'src/a.txt': 'A' });
    expect(statSync(join(dir, 'src/a.txt')).mode & 0o777).toBe(0o640);
  });

  it.each([
    ['a file that has changed', { path: 'src/a.txt', text: 'A', before: 'other' }, 'changed-meanwhile'],
    ['a file that is there by now', { path: 'src/a.txt', text: 'A' }, 'changed-meanwhile'],
    ['a file that is gone', { path: 'src/gone.txt', text: 'A', before: 'a' }, 'write-failed'],
    ['a file where a folder is needed', { path: 'src/a.txt/b.txt', text: 'A' }, 'write-failed'],
  ])('are taken back because of %s', async (_, change, code) => {
    const dir = folder();
    const changes = [{ path: 'new/b.txt', text: 'b' }, change];
    await expect(applyChanges(dir, changes, signal)).rejects.toMatchObject({ code });
    expect(readTree(dir)).toEqual({ 'src/a.txt': 'a' });
  });

  it('are taken back by a signal, replaced files too', async () => {
    const dir = folder();
    writeFileSync(join(dir, 'b.txt'), 'b');
    const controller = new AbortController();
    controller.abort();
    const changes = [
      { path: 'b.txt', text: 'B', before: 'b' },
      { path: 'c.txt', text: 'c' },
    ];
    await expect(applyChanges(dir, changes, controller.signal)).rejects.toMatchObject({ code: 'cancelled' });
    expect(readFileSync(join(dir, 'b.txt'), 'utf8')).toBe('b');
    expect(readTree(dir)).toEqual({ 'b.txt': 'b', 'src/a.txt': 'a' });
  });
});
