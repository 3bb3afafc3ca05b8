import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Env } from '../../src/base/env.ts';
import { type GitOptions, initRepository } from '../../src/project/git.ts';
import { envWithCommands } from '../support/commands.ts';
import { fakeEnv } from '../support/env.ts';
import { writeTree } from '../support/fixture.ts';
import { tempDir } from '../support/temp.ts';

const KNOWN = '[user]\n\tname = A\n\temail = a@example.org\n';

/** A person's machine with this git configuration and no other. */
function machine(config: string, vars: Env['vars'] = {}): Env {
  const home = tempDir();
  writeTree(home, { '.gitconfig': config });
  const alone = { HOME: home, XDG_CONFIG_HOME: home, GIT_CONFIG_NOSYSTEM: '1', PATH: process.env.PATH };
  return fakeEnv({ platform: process.platform, home, vars: { ...alone, ...vars } });
}

function project(env: Env, more: Partial<GitOptions> = {}): GitOptions {
  const dir = tempDir();
  writeTree(dir, { 'README.md': '# Hello\n', '.gitignore': 'node_modules/\n', 'node_modules/x.js': '' });
  return { dir, env, signal: new AbortController().signal, ...more };
}

const git = ({ dir, env }: GitOptions, ...args: string[]): string =>
  execFileSync('git', args, { cwd: dir, env: env.vars as NodeJS.ProcessEnv, encoding: 'utf8' }).trim();

describe('initRepository', () => {
  it('makes one commit on main of everything that is not ignored', async () => {
    const options = project(machine(KNOWN), { message: 'Begin "here" $(now)' });
    expect(await initRepository(options)).toEqual({ status: 'committed', detail: 'One commit on main.' });
    expect(git(options, 'branch', '--show-current')).toBe('main');
    expect(git(options, 'log', '--format=%an %s')).toBe('A Begin "here" $(now)');
    expect(git(options, 'ls-files').split('\n')).toEqual(['.gitignore', 'README.md']);
    expect(git(options, 'status', '--porcelain')).toBe('');
  });

  it('is on main whatever the machine prefers', async () => {
    const options = project(machine(`${KNOWN}[init]\n\tdefaultBranch = trunk\n`));
    await initRepository(options);
    expect(git(options, 'branch', '--show-current')).toBe('main');
  });

  it('leaves a repository without a commit where git does not know anybody', async () => {
    const options = project(machine('[user]\n\tuseConfigOnly = true\n'));
    const result = await initRepository(options);
    expect(result.status).toBe('initialised');
    expect(result.detail).toContain('user.email');
    expect(git(options, 'diff', '--cached', '--name-only').split('\n')).toEqual(['.gitignore', 'README.md']);
  });

  it('says so when a hook refuses the commit', async () => {
    const env = machine(`${KNOWN}[core]\n\thooksPath = hooks\n`);
    const options = project(env);
    writeTree(options.dir, { 'hooks/pre-commit': '#!/bin/sh\necho "no ticket number" >&2\nexit 1\n' });
    chmodSync(join(options.dir, 'hooks/pre-commit'), 0o755);
    expect(await initRepository(options)).toEqual({
      status: 'initialised',
      detail: 'Everything is staged, but git commit failed: no ticket number',
    });
  });

  it.each(['.git', '.hg'])('does nothing inside a repository (%s)', async (name) => {
    const outer = tempDir();
    writeTree(outer, { [`${name}/x`]: '', 'packages/hello/README.md': '' });
    const dir = join(outer, 'packages/hello');
    const result = await initRepository({ ...project(machine(KNOWN)), dir });
    expect(result).toEqual({ status: 'skipped', detail: `${outer} is a repository already.` });
    expect(existsSync(join(dir, '.git'))).toBe(false);
  });

  it('does nothing inside a work tree, whose .git is a file', async () => {
    const dir = tempDir();
    writeTree(dir, { '.git': 'gitdir: elsewhere' });
    expect((await initRepository({ ...project(machine(KNOWN)), dir })).status).toBe('skipped');
  });

  it('is not led to another repository by the variables of a hook', async () => {
    const elsewhere = tempDir();
    const options = project(machine(KNOWN, { GIT_DIR: join(elsewhere, 'x'), GIT_INDEX_FILE: join(elsewhere, 'y') }));
    expect((await initRepository(options)).status).toBe('committed');
    expect(existsSync(join(options.dir, '.git/HEAD'))).toBe(true);
    expect(existsSync(join(elsewhere, 'x'))).toBe(false);
  });

  it.skipIf(process.platform === 'win32')('is skipped where there is no git', async () => {
    const options = project(envWithCommands({}));
    expect(await initRepository(options)).toEqual({ status: 'skipped', detail: 'git is not installed.' });
    expect(existsSync(join(options.dir, '.git'))).toBe(false);
  });

  it.skipIf(process.platform === 'win32')('takes the repository back when nothing can be added', async () => {
    const options = project(
      envWithCommands({ git: 'case $1 in init) /bin/mkdir .git;; *) echo "fatal: full"; exit 128;; esac' }),
    );
    expect(await initRepository(options)).toEqual({ status: 'skipped', detail: 'git add failed: fatal: full' });
    expect(existsSync(join(options.dir, '.git'))).toBe(false);
  });

  it.skipIf(process.platform === 'win32')('names the branch where git is too old to do so itself', async () => {
    const log = 'echo "$*" >> calls';
    const options = project(
      envWithCommands({
        git: `${log}\ncase "$*" in *initial-branch*) echo "error: unknown option \\\`initial-branch=main'"; exit 129;; esac`,
      }),
    );
    await initRepository(options);
    expect(execFileSync('cat', [join(options.dir, 'calls')], { encoding: 'utf8' })).toContain(
      'symbolic-ref HEAD refs/heads/main',
    );
  });

  it.skipIf(process.platform === 'win32')('takes the repository back when it is cancelled', async () => {
    const controller = new AbortController();
    const options = project(
      envWithCommands({ git: 'case $1 in init) /bin/mkdir .git;; *) : > adding; exec /bin/sleep 600;; esac' }),
      { signal: controller.signal },
    );
    const working = initRepository(options);
    while (!existsSync(join(options.dir, 'adding'))) await setTimeout(10);
    controller.abort();
    await expect(working).rejects.toMatchObject({ code: 'cancelled', exit: 130 });
    expect(existsSync(join(options.dir, '.git'))).toBe(false);
    expect(existsSync(join(options.dir, 'README.md'))).toBe(true);
  });
});
