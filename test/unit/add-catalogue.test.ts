import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ProjectAnswers } from '../../src/base/answers.ts';
import { planProject } from '../../src/plan/plan.ts';
import { readRecord } from '../../src/plan/read-record.ts';
import { ANSWERS, writeTree } from '../support/fixture.ts';
import { readTree } from '../support/temp.ts';
import { Workshop } from './create-support.ts';

const MINIMAL = { preset: 'minimal', storage: 'none', transport: 'stdio', tools: [], resources: [], extras: [] };
const SET_ISSUER = expect.stringContaining('set AUTH_ISSUER in .env');
const LANGUAGES = [
  {
    language: 'typescript',
    runtime: '20',
    pm: 'npm',
    server: 'src/server.ts',
    greet: 'src/tools/greet.ts',
    comment: '//',
  },
  { language: 'python', runtime: '3.12', pm: 'uv', server: 'src/hello_mcp/server.py', greet: undefined, comment: '#' },
] as const;

const treeOf = async (answers: ProjectAnswers): Promise<Record<string, string>> =>
  Object.fromEntries((await planProject(answers)).files.map(({ path, text }) => [path, text]));

/** A project on disk, as it was generated. */
class Generated extends Workshop {
  readonly dir = join(this.cwd, 'p');

  async make(answers: Partial<ProjectAnswers>): Promise<this> {
    writeTree(this.dir, await treeOf({ ...ANSWERS, name: 'hello-mcp', ...MINIMAL, ...answers }));
    return this;
  }

  async add(...argv: readonly string[]) {
    const { code, value } = await this.json('add', ...argv, '--dir', this.dir);
    return { exit: code, ...value };
  }

  get answers(): ProjectAnswers {
    return readRecord(this.dir).answers;
  }
}

describe.each(LANGUAGES)('add from the catalogue in $language', ({ language, runtime, pm, server, greet, comment }) => {
  const minimal = (): Promise<Generated> => new Generated().make({ language, runtime, pm });

  it('names the repository, once there is one, in what publishes it', async () => {
    const site = await new Generated().make({ language, runtime, pm, license: 'MIT' });
    const git = (...args: readonly string[]): unknown => execFileSync('git', args, { cwd: site.dir });
    git('init', '--quiet');
    git('remote', 'add', 'origin', 'git@github.com:Acme/hello-mcp.git');
    expect(await site.add('extra', 'registry', '--force')).toMatchObject({ exit: 0, added: 'registry' });
    const { name, repository } = JSON.parse(readFileSync(join(site.dir, 'server.json'), 'utf8'));
    expect({ name, repository }).toEqual({
      name: 'io.github.Acme/hello-mcp',
      repository: { url: 'https://github.com/Acme/hello-mcp', source: 'github' },
    });
    expect(site.answers.repository).toBe('https://github.com/Acme/hello-mcp');
  });

  it("stands beside what is registered already, be it ours or the owner's", async () => {
    const site = await new Generated().make({ language, runtime, pm, tools: ['weather'], extras: [] });
    for (const own of ['alpha', 'mine', 'zoo']) expect(await site.add('tool', own)).toMatchObject({ exit: 0 });
    for (const ours of ['fetch', 'risk']) {
      expect(await site.add('tool', '--from', ours)).toMatchObject({ exit: 0, conflicts: 0 });
    }
    const code = readFileSync(join(site.dir, server), 'utf8');
    for (const each of ['alpha', 'mine', 'zoo', 'fetch', 'risk', 'weather']) {
      const call =
        language === 'python' ? `${each}.register(mcp)` : `register${each[0]?.toUpperCase()}${each.slice(1)}(`;
      expect(code.split(call)).toHaveLength(2);
    }
    const lines = code.split('\n').filter((line) => /tools?[/. ]/.test(line) && line.includes('import'));
    expect(lines).toEqual([...lines].sort());
    if (language === 'python') expect(lines.join()).toContain('import alpha, fetch, mine, risk, weather, zoo');
  });

  it('makes an unedited project what create makes of the same answers', async () => {
    const site = await minimal();
    expect(await site.add('storage', 'sqlite')).toMatchObject({ exit: 0 });
    expect(await site.add('tool', '--from', 'notes')).toMatchObject({ exit: 0 });
    expect(await site.add('resource', '--from', 'settings')).toMatchObject({ exit: 0 });
    expect(await site.add('transport', 'http')).toMatchObject({ exit: 0 });
    expect(await site.add('auth', 'oauth')).toMatchObject({ exit: 0, next: expect.arrayContaining([SET_ISSUER]) });
    expect(await site.add('extra', 'docker')).toMatchObject({ exit: 0 });
    expect(site.answers).toMatchObject({
      storage: 'sqlite',
      transport: 'both',
      auth: 'oauth',
      // What stood in for others has become somebody's own.
      tools: ['greet', 'notes'],
      resources: ['settings'],
      extras: ['docker'],
    });
    expect(readTree(site.dir)).toEqual(await treeOf(site.answers));
  });

  it('keeps what its owner has edited', async () => {
    const site = await minimal();
    const path = join(site.dir, server);
    writeFileSync(path, `${readFileSync(path, 'utf8')}\n${comment} mine\n`);
    if (greet !== undefined) writeFileSync(join(site.dir, greet), `${comment} mine\n`);
    expect(await site.add('tool', '--from', 'weather')).toMatchObject({ exit: 0, conflicts: 0 });
    expect(readFileSync(path, 'utf8')).toMatch(new RegExp(`\n${comment} mine\n$`));
    if (greet !== undefined) expect(readFileSync(join(site.dir, greet), 'utf8')).toBe(`${comment} mine\n`);
    expect(Object.keys(readTree(site.dir)).join('\n')).toContain('weather');
  });

  it('writes nothing with --dry-run, and shows the difference', async () => {
    const site = await minimal();
    const before = readTree(site.dir);
    expect(await site.add('extra', 'docker', '--dry-run')).toMatchObject({
      exit: 0,
      dryRun: true,
      diff: expect.stringContaining('+++ Dockerfile'),
      next: [],
    });
    expect(readTree(site.dir)).toEqual(before);
  });

  it.each([
    [['extra', 'dokcer'], { exit: 2, code: 'unknown-extra', hint: expect.stringContaining('Did you mean docker?') }],
    [['tool', '--from', 'greet'], { exit: 2, code: 'unknown-tool' }],
    [['prompt', '--from', 'notes'], { exit: 2, code: 'unknown-kind' }],
    [['tool', 'mine', '--from', 'weather'], { exit: 2, code: 'two-names' }],
    [['tool', '--from', 'notes'], { exit: 2, code: 'contradiction', hint: expect.stringContaining('add storage') }],
    [['extra', 'deploy'], { exit: 2, code: 'contradiction', hint: expect.stringContaining('add transport http') }],
    [['auth', 'oauth'], { exit: 2, code: 'contradiction', hint: expect.stringContaining('add transport http') }],
    [['auth', 'none'], { exit: 3, code: 'there-already' }],
    [['transport', 'stdio'], { exit: 3, code: 'there-already' }],
    [['storage', 'none'], { exit: 3, code: 'there-already' }],
  ])('refuses %j, and changes nothing', async (argv, refusal) => {
    const site = await minimal();
    const before = readTree(site.dir);
    expect(await site.add(...argv)).toMatchObject(refusal);
    expect(readTree(site.dir)).toEqual(before);
  });

  it('leaves data where it is: that is what migrate moves', async () => {
    const site = await minimal();
    await site.add('storage', 'file');
    expect(await site.add('storage', 'postgres')).toMatchObject({
      exit: 2,
      code: 'data-elsewhere',
      hint: expect.stringContaining('migrate --to postgres'),
    });
  });

  it('says which settings a service needs', async () => {
    const site = await minimal();
    const { next } = await site.add('storage', 'postgres');
    expect(next.join('\n')).toMatch(/# set DATABASE_URL in \.env, for example to postgres/);
  });
});
