import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findUv, howToGetUv, pythonVersion } from '../../src/languages/uv.ts';
import { fakeEnv } from '../support/env.ts';
import { tempDir } from '../support/temp.ts';

/** A program that no shell reads. */
const BINARY = '\u007fELF';

function folderWith(text: string, name = 'uv'): string {
  const dir = tempDir();
  writeFileSync(join(dir, name), text);
  chmodSync(join(dir, name), 0o755);
  return dir;
}

const machine = (PATH: readonly string[], home = tempDir()) =>
  ({ platform: 'linux', home, vars: { PATH: PATH.join(delimiter) } }) as const;

describe.skipIf(process.platform === 'win32')('findUv', () => {
  it('finds it on PATH, in the first folder that has it', () => {
    const [first, second] = [folderWith(BINARY), folderWith(BINARY)];
    expect(findUv(machine([tempDir(), first, second]))).toBe(join(first, 'uv'));
  });

  it('passes over shims, which need the environment of a shell', () => {
    const shim = folderWith('#!/usr/bin/env bash\nexec pyenv exec uv "$@"\n');
    const manager = folderWith(BINARY, 'mise');
    const linked = tempDir();
    symlinkSync(join(manager, 'mise'), join(linked, 'uv'));
    const real = folderWith(BINARY);
    expect(findUv(machine([shim, linked, real]))).toBe(join(real, 'uv'));
  });

  it('keeps a link, whose target may hold a version', () => {
    const cellar = folderWith(BINARY);
    const dir = tempDir();
    symlinkSync(join(cellar, 'uv'), join(dir, 'uv'));
    expect(findUv(machine([dir]))).toBe(join(dir, 'uv'));
  });

  it('knows where its installer puts it', () => {
    const home = tempDir();
    mkdirSync(join(home, '.local/bin'), { recursive: true });
    writeFileSync(join(home, '.local/bin/uv'), BINARY);
    expect(findUv(machine(['relative', ''], home))).toBe(join(home, '.local/bin/uv'));
  });
});

it('says how to get uv on each system', () => {
  expect(howToGetUv('darwin')).toContain('brew install uv');
  expect(howToGetUv('linux')).toContain('pipx install uv');
  expect(howToGetUv('win32')).toContain('winget');
});

describe.skipIf(process.platform === 'win32')('pythonVersion', () => {
  const script = (line: string): string => `#!/bin/sh\n${line}\n`;
  const env = (PATH: string) => fakeEnv({ vars: { PATH }, tmp: tempDir() });

  it('asks uv first', () => {
    const uv = folderWith(script('test "$*" = "python find --no-project --show-version" && echo 3.13.1'));
    expect(pythonVersion(env(tempDir()), join(uv, 'uv'))).toBe('3.13');
  });

  it('asks Python where there is no uv, or it finds none', () => {
    const python = folderWith(script('echo Python 3.11.7'), 'python3');
    expect(pythonVersion(env(python), undefined)).toBe('3.11');
    const uv = folderWith(script('exit 2'));
    expect(pythonVersion(env(python), join(uv, 'uv'))).toBe('3.11');
  });

  it('does without', () => {
    expect(pythonVersion(env(tempDir()), undefined)).toBeUndefined();
  });
});
