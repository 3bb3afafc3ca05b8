import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../../scripts/precompile.ts';
import { makeFolders } from '../../src/base/folders.ts';
import { tempDir } from '../support/temp.ts';

describe('makeFolders', () => {
  it('makes what is missing, and says where it began', () => {
    const dir = tempDir();
    expect(makeFolders(join(dir, 'a/b/c'), 0o700)).toBe(join(dir, 'a'));
    expect(statSync(join(dir, 'a/b/c')).isDirectory()).toBe(true);
    if (process.platform !== 'win32') expect(statSync(join(dir, 'a/b')).mode & 0o777).toBe(0o700);
    expect(makeFolders(join(dir, 'a/b'))).toBeUndefined();
    expect(makeFolders(join(dir, 'a/x'))).toBe(join(dir, 'a/x'));
  });

  it('fails where something else is in the way', () => {
    const dir = tempDir();
    writeFileSync(join(dir, 'file'), '');
    expect(() => makeFolders(join(dir, 'file/a'))).toThrow(/ENOTDIR|ENOENT|EEXIST/);
  });

  it.skipIf(!existsSync('/proc/self'))('fails at once where nothing can be made', () => {
    expect(() => makeFolders('/proc/nothing/here')).toThrow('ENOENT');
  });

  it('is what we and the servers that we make use: Node has no limit', () => {
    const folders = ['src', 'templates/typescript'].map((name) => join(ROOT, name));
    const files = folders.flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
    );
    const sources = files.filter((file) => /\.ts(\.hbs)?$/.test(file) && !file.includes('generated'));
    const naive = sources.filter((file) => /mkdir(Sync)?\([^;]*recursive/.test(readFileSync(file, 'utf8')));
    expect(naive).toEqual([]);
  });
});
