import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { EXIT } from '../../src/base/errors.ts';
import { writeProject } from '../../src/project/write.ts';
import { readTree, tempDir } from '../support/temp.ts';

/** What the system does when a folder is renamed, in place of what it would do. */
const rename = vi.hoisted(() => vi.fn<(from: string, to: string) => void>());
vi.mock('node:fs', async (original) => ({ ...(await original<object>()), renameSync: rename }));

beforeEach(() => rename.mockReset());

const failWith = (code: string, first: (to: string) => void = () => {}): void => {
  rename.mockImplementationOnce((_, to) => {
    first(to);
    throw Object.assign(new Error(code), { code });
  });
};

const write = (target: string) =>
  writeProject(target, [{ path: 'src/main.ts', text: 'main\n' }], {
    onConflict: 'error',
    signal: new AbortController().signal,
  });

describe('a folder that cannot simply be renamed', () => {
  it.each(['EXDEV', 'EBUSY', 'EPERM', 'EACCES'])('is moved otherwise (%s)', async (code) => {
    const dir = tempDir();
    failWith(code);
    await write(join(dir, 'hello'));
    expect(rename).toHaveBeenCalledTimes(1);
    expect(readTree(dir)).toEqual({ 'hello/src/main.ts': 'main\n' });
  });

  it.each(['ENOTEMPTY', 'EEXIST', 'EPERM'])('never replaces one that has just come into being (%s)', async (code) => {
    const dir = tempDir();
    failWith(code, (to) => mkdirSync(join(to, 'theirs'), { recursive: true }));
    await expect(write(join(dir, 'hello'))).rejects.toMatchObject({ code: 'target-not-empty', exit: EXIT.conflict });
    expect(readTree(dir)).toEqual({ 'hello/theirs/': '' });
  });

  it('leaves nothing where it cannot be moved at all', async () => {
    const dir = tempDir();
    failWith('EIO');
    await expect(write(join(dir, 'hello'))).rejects.toMatchObject({ code: 'write-failed', exit: EXIT.failed });
    expect(readdirSync(dir)).toEqual([]);
  });
});
