import { describe, expect, it } from 'vitest';
import { DEFAULT_URL, type EntryProject, entryOf, sharedEntryOf, startOf } from '../../src/clients/entry.ts';
import { runtimeWarning, stableRuntime } from '../../src/languages/launch.ts';
import { fakeMachine } from '../support/env.ts';

const PROJECT: EntryProject = {
  dir: '/home/ann/my server',
  name: '@ann/notes',
  language: 'typescript',
  transports: ['stdio'],
  entry: 'dist/main.js',
  entryEnv: { DATABASE_URL: '<your value>' },
};

describe('the entry of a project', () => {
  it('is absolute, named without the scope, and holds only the environment that is needed', () => {
    expect(entryOf(PROJECT, fakeMachine({ nodePath: '/usr/local/bin/node' }))).toEqual({
      name: 'notes',
      entry: {
        transport: 'stdio',
        command: '/usr/local/bin/node',
        args: ['/home/ann/my server/dist/main.js'],
        env: { DATABASE_URL: '<your value>' },
      },
    });
  });

  it('says which transport when there are several', () => {
    const project = { ...PROJECT, transports: ['stdio', 'http'] };
    expect(entryOf(project, fakeMachine())).toMatchObject({
      entry: { args: ['/home/ann/my server/dist/main.js', 'stdio'] },
    });
    expect(startOf(project, 'http', fakeMachine()).args).toEqual(['/home/ann/my server/dist/main.js', 'http']);
  });

  it('is a URL when the server speaks HTTP only', () => {
    const { entry } = entryOf({ ...PROJECT, transports: ['http'] }, fakeMachine());
    expect(entry).toEqual({ transport: 'http', url: DEFAULT_URL, headers: {} });
  });

  it('has backslashes on Windows', () => {
    const env = fakeMachine({ platform: 'win32', nodePath: 'C:\\Program Files\\nodejs\\node.exe' });
    expect(entryOf({ ...PROJECT, dir: 'C:\\src\\notes' }, env)).toMatchObject({
      entry: { command: 'C:\\Program Files\\nodejs\\node.exe', args: ['C:\\src\\notes\\dist\\main.js'] },
    });
  });
});

describe('the entry of a Python project', () => {
  const python = { ...PROJECT, language: 'python', entry: '.venv/bin/notes', entryEnv: {} };

  it('runs what is installed with uv, by the absolute paths of both', () => {
    expect(entryOf(python, fakeMachine({ uvPath: '/opt/homebrew/bin/uv' }))).toEqual({
      name: 'notes',
      entry: {
        transport: 'stdio',
        command: '/opt/homebrew/bin/uv',
        args: ['--directory', '/home/ann/my server', 'run', '--no-sync', 'notes'],
        env: {},
      },
    });
    const both = { ...python, transports: ['stdio', 'http'] };
    expect(startOf(both, 'http', fakeMachine()).args.slice(-2)).toEqual(['notes', 'http']);
  });

  it('is the script of the environment where there is no uv', () => {
    const env = fakeMachine({ uvPath: undefined });
    expect(entryOf(python, env)).toMatchObject({
      entry: { command: '/home/ann/my server/.venv/bin/notes', args: [] },
    });
    expect(entryOf({ ...python, dir: 'C:\\src' }, { ...env, platform: 'win32' })).toMatchObject({
      entry: { command: 'C:\\src\\.venv\\Scripts\\notes.exe', args: [] },
    });
  });

  it('holds nothing of one machine in a file that is shared', () => {
    expect(sharedEntryOf(python, '$' + '{workspaceFolder}')).toMatchObject({
      entry: { command: 'uv', args: ['--directory', '$' + '{workspaceFolder}', 'run', '--no-sync', 'notes'] },
    });
  });
});

describe('the runtime', () => {
  it('is the path that Homebrew keeps over updates', () => {
    const env = fakeMachine({ nodePath: '/opt/homebrew/Cellar/node@22/22.1.0/bin/node' });
    expect(stableRuntime(env, () => env.nodePath)).toBe('/opt/homebrew/opt/node@22/bin/node');
    expect(stableRuntime(env, () => '/opt/homebrew/Cellar/node@22/22.2.0/bin/node')).toBe(env.nodePath);
    const missing = (): string => {
      throw new Error('ENOENT');
    };
    expect(stableRuntime(env, missing)).toBe(env.nodePath);
  });

  it.each([
    ['/snap/node/9127/bin/node', '/snap/node/current/bin/node'],
    ['C:\\Users\\ann\\scoop\\apps\\nodejs\\22.1.0\\node.exe', 'C:\\Users\\ann\\scoop\\apps\\nodejs\\current\\node.exe'],
  ])('%s is %s', (nodePath, stable) => {
    expect(stableRuntime(fakeMachine({ nodePath }), () => nodePath)).toBe(stable);
    expect(stableRuntime(fakeMachine({ nodePath }), () => '/another')).toBe(nodePath);
  });

  it.each([
    ['/home/ann/.nvm/versions/node/v22.1.0/bin/node', 'nvm'],
    ['C:\\Users\\ann\\AppData\\Roaming\\nvm\\v22.1.0\\node.exe', 'nvm'],
    ['/home/ann/.local/share/fnm/node-versions/v22.1.0/installation/bin/node', 'fnm'],
    ['/run/user/1000/fnm_multishells/1_2/bin/node', 'this shell only'],
    ['/home/ann/.volta/tools/image/node/22.1.0/bin/node', 'Volta'],
    ['/home/ann/.asdf/installs/nodejs/22.1.0/bin/node', 'asdf'],
    ['/home/ann/.local/share/mise/installs/node/22.1.0/bin/node', 'mise'],
    ['/opt/homebrew/Cellar/node/22.1.0/bin/node', 'Homebrew'],
    ['/nix/store/abc-nodejs-22.1.0/bin/node', 'Nix'],
    ['/snap/node/9127/bin/node', 'snap'],
    ['/home/ann/.nodebrew/node/v22.1.0/bin/node', 'nodebrew'],
    ['/home/ann/.local/share/pnpm/nodejs/22.1.0/bin/node', 'pnpm env'],
    ['C:\\Users\\ann\\AppData\\Local\\pnpm\\nodejs\\22.1.0\\node.exe', 'pnpm env'],
    ['/home/ann/miniconda3/envs/web/bin/node', 'conda'],
    ['/opt/anaconda3/bin/node', 'conda'],
    ['/home/ann/miniforge3/bin/node', 'conda'],
    ['/home/ann/.version-fox/cache/nodejs/v-22.1.0/nodejs-22.1.0/bin/node', 'vfox'],
    ['C:\\Users\\ann\\scoop\\apps\\nodejs-lts\\22.1.0\\node.exe', 'Scoop'],
  ])('%s is warned about', (path, manager) => {
    expect(runtimeWarning(path)).toContain(manager);
  });

  it.each([
    '/usr/bin/node',
    '/usr/local/bin/node',
    '/opt/homebrew/opt/node/bin/node',
    'C:\\Program Files\\nodejs\\node.exe',
    '/home/nvmuser/node',
    '/snap/node/current/bin/node',
    'C:\\Users\\ann\\scoop\\apps\\nodejs\\current\\node.exe',
    '/home/ann/.local/share/pnpm/global/node',
  ])('%s is fine', (path) => {
    expect(runtimeWarning(path)).toBeUndefined();
  });
});
