import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { authorProblem, repositoryProblem, similarRepository } from '../../src/answers/owner.ts';
import type { ProjectAnswers } from '../../src/base/answers.ts';
import { planProject } from '../../src/plan/plan.ts';
import { addressOf, gitFacts } from '../../src/project/git-facts.ts';
import { SCENARIOS } from '../golden/scenarios.ts';
import { tempDir } from '../support/temp.ts';

describe('an author', () => {
  it.each(['', 'Ada', "Ada O'Neill", 'Ada Lovelace <ada@example.com>', 'Söhne & Co.'])('may be %s', (author) => {
    expect(authorProblem(author)).toBeUndefined();
  });
  it.each(['<ada@example.com>', 'Ada <ada>', 'Ada\nMIT', 'Ada\u202e', 'Ada <a@b> x', 'x'.repeat(201)])(
    'is not %j',
    (author) => {
      expect(authorProblem(author)).toMatch(/^The author /);
    },
  );
});

describe('a repository', () => {
  it.each(['', 'https://github.com/ada/hello', 'https://git.example.com/a/b/c.git'])('may be %s', (address) => {
    expect(repositoryProblem(address)).toBeUndefined();
  });
  it.each([
    'git@github.com:ada/hello.git',
    'http://github.com/ada/hello',
    'https://github.com',
    'https://token@github.com/ada/hello',
    'https://ada:secret@github.com/ada/hello',
    'https://github.com/ada/hello?token=secret',
    'https://github.com/ada/he"llo',
    'javascript:alert(1)',
  ])('is not %s', (address) => {
    const problem = repositoryProblem(address);
    expect(problem).toMatch(/repository/);
    expect(repositoryProblem(similarRepository(address))).toBeUndefined();
  });
  it('is not printed where it holds a password', () => {
    expect(repositoryProblem('https://ada:secret@github.com/ada/hello')).not.toContain('secret');
  });
});

describe('the address of a remote', () => {
  it.each([
    ['git@github.com:Acme/hello.git', 'https://github.com/Acme/hello'],
    ['ssh://git@gitlab.com:2222/acme/sub/hello.git', 'https://gitlab.com/acme/sub/hello'],
    ['https://github.com/acme/hello', 'https://github.com/acme/hello'],
    ['https://x-access-token:ghs_secret@github.com/acme/hello.git', 'https://github.com/acme/hello'],
    ['https://github.com/acme/hello.git?token=secret#secret', 'https://github.com/acme/hello'],
    ['/srv/git/hello.git', ''],
    ['file:///srv/git/hello.git', ''],
    ['ssh://git@buildhost/hello', ''],
    ['https://github.com/', ''],
    ['https://github.com/a/%0a"', ''],
    ['C:\\git\\hello', ''],
    ['', ''],
  ])('of %j is %j', (remote, address) => {
    expect(addressOf(remote)).toBe(address);
    expect(repositoryProblem(address)).toBeUndefined();
  });
});

describe('what git knows', () => {
  /** A home without settings, and a repository with some. */
  function here() {
    const vars = { PATH: process.env.PATH, HOME: tempDir(), GIT_CONFIG_NOSYSTEM: '1' };
    const repository = tempDir();
    const git = (...args: readonly string[]): unknown => execFileSync('git', args, { cwd: repository, env: vars });
    git('init', '--quiet');
    git('config', 'user.name', 'Ada <Lovelace>');
    git('config', 'user.email', 'ada@example.com');
    git('remote', 'add', 'origin', 'https://ada:secret@github.com/Acme/hello.git');
    return { vars, repository };
  }

  it('is a name without an address of mail, and a repository without who logs in there', () => {
    const { vars, repository } = here();
    const known = { author: 'Ada Lovelace', repository: 'https://github.com/Acme/hello' };
    expect(gitFacts(repository, { vars })).toEqual(known);
    expect(gitFacts(join(repository, 'not', 'there', 'yet'), { vars })).toEqual(known);
    expect(authorProblem(known.author)).toBeUndefined();
  });

  it('is of the target, wherever a hook of another repository runs us', () => {
    const { vars, repository } = here();
    const elsewhere = tempDir();
    mkdirSync(join(elsewhere, 'x'));
    const hooked = { ...vars, GIT_DIR: join(repository, '.git') };
    expect(gitFacts(join(elsewhere, 'x'), { vars: hooked })).toEqual({ author: '', repository: '' });
  });

  it('is nothing without git', () => {
    expect(gitFacts(here().repository, { vars: { PATH: '/nowhere' } })).toEqual({ author: '', repository: '' });
  });
});

describe('a project', () => {
  const filesOf = async (answers: ProjectAnswers): Promise<Record<string, string>> =>
    Object.fromEntries((await planProject(answers)).files.map(({ path, text }) => [path, text]));
  const owned = { author: 'Ada <ada@example.com>', repository: 'https://github.com/Acme/hello.git' };

  it('says whose it is, and under which licence', async () => {
    const files = await filesOf({ ...SCENARIOS.minimal, ...owned, license: 'Apache-2.0' });
    expect(JSON.parse(files['package.json'] ?? '')).toMatchObject({
      license: 'Apache-2.0',
      author: 'Ada <ada@example.com>',
      repository: { type: 'git', url: 'git+https://github.com/Acme/hello.git' },
      homepage: 'https://github.com/Acme/hello#readme',
      bugs: 'https://github.com/Acme/hello/issues',
    });
    expect(files.LICENSE).toContain('   Copyright Ada\n');
  });

  it('says it in Python, too', async () => {
    const { 'pyproject.toml': manifest = '', LICENSE } = await filesOf({ ...SCENARIOS['python-minimal'], ...owned });
    expect(manifest).toContain('license = "MIT"\nlicense-files = ["LICENSE"]\n');
    expect(manifest).toContain('authors = [{ name = "Ada", email = "ada@example.com" }]\n');
    expect(manifest).toContain('[project.urls]\nRepository = "https://github.com/Acme/hello"\n');
    expect(LICENSE).toContain('Copyright (c) Ada\n');
  });

  it('without a licence is nobody else’s, and has no file for it', async () => {
    const files = await filesOf({ ...SCENARIOS.minimal, license: 'none' });
    expect(JSON.parse(files['package.json'] ?? '').license).toBe('UNLICENSED');
    expect(files).not.toHaveProperty('LICENSE');
    const python = await filesOf({ ...SCENARIOS['python-minimal'], license: 'none' });
    expect(python['pyproject.toml']).not.toContain('license');
  });

  it('of before the question gets no licence from an update', async () => {
    const { license: _, ...before } = SCENARIOS.minimal;
    const files = await filesOf(before);
    expect(files).not.toHaveProperty('LICENSE');
    expect(JSON.parse(files['package.json'] ?? '')).not.toHaveProperty('license');
    expect(JSON.parse(files['.mcp-mason.json'] ?? '').answers).not.toHaveProperty('license');
  });
});
