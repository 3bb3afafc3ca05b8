import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Repository } from '../../src/project/repository.ts';
import { fakeEnv } from '../support/env.ts';
import { commitAll, git } from '../support/first-edition.ts';
import { writeTree } from '../support/fixture.ts';
import { tempDir } from '../support/temp.ts';

const env = fakeEnv({ vars: { PATH: process.env.PATH, HOME: '/nowhere', GIT_CONFIG_NOSYSTEM: '1' } });
const signal = new AbortController().signal;
const around = async (dir: string): Promise<Repository> => {
  const repository = await Repository.around(dir, env, signal);
  if (repository === undefined) throw new Error('There is no repository.');
  return repository;
};

describe.skipIf(process.platform === 'win32')("a stranger's repository", () => {
  it('executes nothing that its config or its files name', async () => {
    const [dir, trap] = [tempDir(), tempDir()];
    writeTree(dir, { 'a.txt': 'a\n', 'b.txt': 'b\n', '.gitattributes': '* filter=evil diff=evil\n' });
    commitAll(dir);
    const sprung = join(trap, 'sprung');
    const script = join(trap, 'trap.sh');
    writeFileSync(script, `#!/bin/sh\necho "$0 $@" >> ${sprung}\ncat\n`);
    chmodSync(script, 0o755);
    const settings = {
      'core.fsmonitor': script,
      'core.hooksPath': trap,
      'core.pager': script,
      'core.editor': script,
      'core.sshCommand': script,
      'core.alternateRefsCommand': script,
      'diff.external': script,
      'diff.evil.textconv': script,
      'diff.evil.command': script,
      'filter.evil.clean': script,
      'filter.evil.smudge': script,
      'filter.evil.process': script,
      'filter.evil.required': 'true',
      'filter.ev.il.clean': script,
      'gpg.program': script,
      'log.showSignature': 'true',
      'alias.status': `!${script}`,
      'alias.ls-files': `!${script}`,
      'pager.status': script,
      'credential.helper': `!${script}`,
      'uploadpack.packObjectsHook': script,
      'remote.origin.url': `ext::${script}`,
      'remote.origin.promisor': 'true',
      'remote.origin.uploadpack': script,
      'remote.origin.partialclonefilter': 'blob:none',
      'protocol.ext.allow': 'always',
      'extensions.partialClone': 'origin',
      'core.repositoryFormatVersion': '1',
    };
    for (const [name, value] of Object.entries(settings)) git(dir, 'config', name, value);
    for (const hook of ['post-index-change', 'pre-commit', 'reference-transaction']) {
      for (const folder of [trap, join(dir, '.git', 'hooks')]) {
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, hook), `#!/bin/sh\necho hook >> ${sprung}\n`);
        chmodSync(join(folder, hook), 0o755);
      }
    }
    writeFileSync(join(dir, 'a.txt'), 'changed\n');
    const repository = await around(dir);
    expect(await repository.tracks('a.txt')).toBe(true);
    expect((await repository.dirt()).tracked).toEqual(['a.txt']);
    const versions = [];
    for await (const version of repository.versionsOf(['a.txt', 'b.txt'])) versions.push(version);
    expect(versions).toEqual([
      { path: 'a.txt', text: 'a\n' },
      { path: 'b.txt', text: 'b\n' },
    ]);
    const stages = await Promise.all(['1', '2', '3'].map((text) => repository.keep(text)));
    await repository.markUnmerged([{ path: 'a.txt', mode: '100644', stages }]);
    expect(existsSync(sprung)).toBe(false);
  });

  it('does not lead to another tree', async () => {
    const [dir, other] = [tempDir(), tempDir()];
    writeTree(dir, { 'a.txt': 'a\n' });
    commitAll(dir);
    writeTree(other, { 'theirs.txt': 'x' });
    git(dir, 'config', 'core.worktree', other);
    expect(await (await around(dir)).dirt()).toEqual({ tracked: [], untracked: [] });
  });
});

describe('a repository', () => {
  it('has all versions of a file, in a folder of it, too', async () => {
    const dir = tempDir();
    const inner = join(dir, 'packages/[a] b');
    writeTree(dir, { 'a.txt': 'outer\n', 'packages/[a] b/a.txt': 'one\n', 'packages/[a] b/b.txt': 'b\n' });
    commitAll(dir);
    for (const text of ['two\n', 'three\n']) {
      writeFileSync(join(inner, 'a.txt'), text);
      git(dir, 'commit', '--quiet', '--all', '-m', text);
    }
    writeTree(dir, { 'outside.txt': 'x', 'packages/[a] b/new ü.txt': 'x' });
    const repository = await around(inner);
    const texts: string[] = [];
    for await (const { text } of repository.versionsOf(['a.txt'])) texts.push(text);
    expect(texts.sort()).toEqual(['one\n', 'three\n', 'two\n']);
    expect(await repository.dirt()).toEqual({ tracked: [], untracked: ['new ü.txt'] });
    expect(await repository.tracks('new ü.txt')).toBe(false);
  });

  it('is not there without git', async () => {
    const dir = tempDir();
    writeTree(dir, { 'a.txt': 'a' });
    commitAll(dir);
    const without = fakeEnv({ vars: { PATH: '/nowhere' } });
    expect(await Repository.around(dir, without, signal)).toBeUndefined();
    expect(await Repository.around(tempDir(), env, signal)).toBeUndefined();
  });
});
