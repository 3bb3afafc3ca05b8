import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { optionsOf } from '../../src/catalog/catalog.ts';
import { commandsOf, detectPackageManager, lockFileOf } from '../../src/languages/package-managers.ts';
import { fakeEnv } from '../support/env.ts';
import { writeTree } from '../support/fixture.ts';
import { tempDir } from '../support/temp.ts';

const agent = (name: string) => fakeEnv({ vars: { npm_config_user_agent: name } });
const PNPM = 'pnpm/10.12.1 npm/? node/v22.15.0 linux x64';

const NODE = ['npm', 'pnpm', 'yarn', 'bun'];

describe('detectPackageManager', () => {
  it.each([
    [PNPM, 'pnpm'],
    ['yarn/1.22.22 npm/? node/v20.20.2 linux x64', 'yarn'],
    ['bun/1.2.0 npm/? node/v22.6.0 linux x64', 'bun'],
    ['npm/11.19.1 node/v20.20.2 linux x64 workspaces/false', 'npm'],
    ['cnpm/9.0.0 npm/? node/v20.20.2', 'npm'],
    ['constructor/1.0.0', 'npm'],
  ])('takes the one that runs us: %s', (userAgent, pm) => {
    expect(detectPackageManager(agent(userAgent), join(tempDir(), 'hello'), NODE)).toBe(pm);
  });

  it('falls back to npm', () => {
    expect(detectPackageManager(fakeEnv(), join(tempDir(), 'hello'), NODE)).toBe('npm');
  });

  it.each([
    ['package-lock.json', 'npm'],
    ['pnpm-lock.yaml', 'pnpm'],
    ['yarn.lock', 'yarn'],
    ['bun.lock', 'bun'],
    ['bun.lockb', 'bun'],
  ])('prefers the lock file of a folder above: %s', (file, pm) => {
    const dir = tempDir();
    writeTree(dir, { [file]: '' });
    const env = agent(pm === 'pnpm' ? 'yarn/1.0.0' : PNPM);
    expect(detectPackageManager(env, join(dir, 'packages/hello'), NODE)).toBe(pm);
  });

  it('prefers the packageManager field to lock files, and the nearest folder', () => {
    const dir = tempDir();
    writeTree(dir, {
      'package.json': '{"packageManager":"yarn@4.5.0"}',
      'package-lock.json': '',
      'inner/pnpm-lock.yaml': '',
    });
    expect(detectPackageManager(fakeEnv(), join(dir, 'hello'), NODE)).toBe('yarn');
    expect(detectPackageManager(fakeEnv(), join(dir, 'inner/hello'), NODE)).toBe('pnpm');
  });

  it('is not led astray by manifests that are broken or say something else', () => {
    const dir = tempDir();
    for (const text of ['{', 'null', '[]', '{"packageManager":3}', '{"packageManager":"deno@2"}']) {
      writeTree(dir, { 'package.json': text });
      expect(detectPackageManager(agent(PNPM), join(dir, 'hello'), NODE)).toBe('pnpm');
    }
  });

  it('looks neither in the home folder nor above the repository', () => {
    const home = tempDir();
    writeTree(home, { 'package-lock.json': '', 'work/yarn.lock': '', 'work/repo/.git/HEAD': '' });
    const env = fakeEnv({ home, vars: { npm_config_user_agent: PNPM } });
    expect(detectPackageManager(env, join(home, 'hello'), NODE)).toBe('pnpm');
    expect(detectPackageManager(env, join(home, 'work/repo/packages/hello'), NODE)).toBe('pnpm');
    expect(detectPackageManager(env, join(home, 'work/hello'), NODE)).toBe('yarn');
  });
});

describe('commandsOf', () => {
  it('knows every package manager of the catalogue', () => {
    for (const { id } of optionsOf('typescript', 'pm')) {
      expect(commandsOf(id, 'hello').install).toMatch(new RegExp(`^${id} `));
      expect(lockFileOf(id)).toMatch(/lock/);
    }
  });

  it('never confuses a script with a command of the package manager itself', () => {
    // `bun test` and `bun build` would run Bun's own tools.
    expect(commandsOf('bun', 'hello')).toMatchObject({ test: 'bun run test', build: 'bun run build' });
    expect(commandsOf('npm', 'hello')).toMatchObject({ test: 'npm test', build: 'npm run build' });
  });

  it('refuses others', () => {
    expect(() => commandsOf('cargo', 'hello')).toThrow('cargo');
    expect(() => commandsOf('toString', 'hello')).toThrow('toString');
  });
});

describe('the lock file', () => {
  const options = optionsOf('typescript', 'pm').map(({ id, vars }) => [id, vars?.lockFile] as const);
  it.each(options)('of %s is the one that images are made from', (pm, lockFile) => {
    expect(lockFile).toBe(lockFileOf(pm));
  });
});
