import { appendFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ProjectAnswers } from '../../src/base/answers.ts';
import { planProject } from '../../src/plan/plan.ts';
import { readRecord } from '../../src/plan/read-record.ts';
import { RECORD_FILE } from '../../src/plan/record.ts';
import { STAGE } from '../../src/project/stage-journal.ts';
import { commitAll, firstEdition, git } from '../support/first-edition.ts';
import { writeTree } from '../support/fixture.ts';
import { snapshotOf } from '../support/mason.ts';
import { readTree } from '../support/temp.ts';
import { Workshop } from './create-support.ts';

const LANGUAGES = ['typescript', 'python'] as const;
/** A file of each language that the first edition made, and of which this one makes another. */
const SHARED = { typescript: 'src/log.ts', python: 'src/kept/config.py' } as const;
/** … and one that this one does not make any more. */
const GONE = { typescript: 'src/tool.ts', python: '.editorconfig' } as const;

async function plannedTree(answers: ProjectAnswers): Promise<Record<string, string>> {
  const { files } = await planProject(answers);
  return Object.fromEntries(files.map(({ path, text }) => [path, text]));
}

const edit = (dir: string, path: string, text = '\n# mine\n'): void => appendFileSync(join(dir, path), text);

describe.each(LANGUAGES)('update of a project of 0.1.0 in %s', (language) => {
  it('that nobody has edited makes it what create makes today, and does nothing the next time', async () => {
    const workshop = new Workshop();
    const dir = firstEdition(language, workshop.cwd);
    writeTree(dir, { 'src/own.txt': 'mine', '.env': 'KEY=1' });
    const { code, stdout } = await workshop.run('update', 'kept');
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringMatching(/^kept: 0\.1\.0 to 1\.2\.3\n/) });
    expect(stdout).toContain('What is new for you in 0.2.0');
    const { answers } = readRecord(dir);
    expect(readTree(dir)).toEqual({ ...(await plannedTree(answers)), 'src/own.txt': 'mine', '.env': 'KEY=1' });

    const before = snapshotOf(dir);
    const again = await workshop.json('update', 'kept');
    expect(again).toMatchObject({ code: 0, value: { files: [], next: [] } });
    expect(snapshotOf(dir)).toEqual(before);
  });

  it('writes nothing with --dry-run, and says all', async () => {
    const workshop = new Workshop();
    const dir = firstEdition(language, workshop.cwd);
    const before = snapshotOf(dir);
    const { stdout } = await workshop.run('update', 'kept', '--dry-run');
    expect(stdout).toContain(`--- ${SHARED[language]}\n+++ ${SHARED[language]}\n@@`);
    expect(stdout.match(/^@@ /gm)?.length).toBeGreaterThan(60);
    expect(snapshotOf(dir)).toEqual(before);
  });

  it('keeps what was deleted deleted, and what is edited and no longer made', async () => {
    const workshop = new Workshop();
    const dir = firstEdition(language, workshop.cwd);
    rmSync(join(dir, SHARED[language]));
    edit(dir, GONE[language]);
    const kept = readFileSync(join(dir, GONE[language]), 'utf8');
    const { code, value } = await workshop.json('update', 'kept');
    expect(code).toBe(0);
    expect(value.files).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ path: SHARED[language], action: 'keep', note: expect.stringMatching(/deleted/) }),
        expect.objectContaining({ path: GONE[language], action: 'keep', note: expect.stringMatching(/No longer/) }),
      ]),
    );
    expect(readTree(dir)).not.toHaveProperty([SHARED[language]]);
    expect(readFileSync(join(dir, GONE[language]), 'utf8')).toBe(kept);
    expect((await workshop.json('update', 'kept')).value.files).toEqual([]);
  });

  it('without git leaves an edited file that it cannot merge, with the new one beside', async () => {
    const workshop = new Workshop();
    const dir = firstEdition(language, workshop.cwd);
    edit(dir, SHARED[language]);
    const mine = readFileSync(join(dir, SHARED[language]), 'utf8');
    const { code, value } = await workshop.json('update', 'kept');
    expect({ code, is: value.code }).toEqual({ code: 3, is: 'conflicts' });
    expect(readFileSync(join(dir, SHARED[language]), 'utf8')).toBe(mine);
    const fresh = (await plannedTree(readRecord(dir).answers))[SHARED[language]];
    expect(readFileSync(join(dir, `${SHARED[language]}.mason-new`), 'utf8')).toBe(fresh);
    expect(await workshop.json('update', 'kept')).toMatchObject({ code: 0, value: { files: [] } });
  });

  it('with git marks a conflict in the file and in the index, with the three versions', async () => {
    const workshop = new Workshop();
    const dir = firstEdition(language, workshop.cwd);
    commitAll(dir);
    const base = readFileSync(join(dir, SHARED[language]), 'utf8');
    // The edit is in the first line, which the new version has changed as well.
    const mine = `# mine\n${base.slice(base.indexOf('\n') + 1)}`;
    writeFileSync(join(dir, SHARED[language]), mine);
    git(dir, 'commit', '--quiet', '--all', '-m', 'mine');
    const { code, stderr } = await workshop.run('update', 'kept');
    expect(code).toBe(3);
    expect(stderr).toMatch(/git mergetool/);
    expect(git(dir, 'status', '--short')).toContain(`UU ${SHARED[language]}`);
    const fresh = (await plannedTree(readRecord(dir).answers))[SHARED[language]];
    const stage = (number: number): string => git(dir, 'show', `:${number}:${SHARED[language]}`);
    expect([stage(1), stage(2), stage(3)]).toEqual([base, mine, fresh]);
    expect(readFileSync(join(dir, SHARED[language]), 'utf8')).toMatch(/^<<<<<<< .*^=======$.*^>>>>>>> /ms);
    git(dir, 'checkout', '--conflict=merge', '--', SHARED[language]);
    git(dir, 'checkout', '--ours', '--', SHARED[language]);
    expect(readFileSync(join(dir, SHARED[language]), 'utf8')).toBe(mine);
  });
});

describe.each(LANGUAGES)('edits of a project of this version in %s', (language) => {
  const MANIFEST = { typescript: 'package.json', python: 'pyproject.toml' }[language];

  it('stay when its answers change, in git, without a conflict', async () => {
    const workshop = new Workshop();
    const runtime = language === 'python' ? '3.12' : '22';
    const make = ['--language', language, '--runtime', runtime, '--yes', '--no-install', '--no-git', '--no-check'];
    expect((await workshop.run('kept', '--storage', 'file', ...make)).code).toBe(0);
    const dir = join(workshop.cwd, 'kept');
    const manifest = readFileSync(join(dir, MANIFEST), 'utf8');
    writeFileSync(join(dir, MANIFEST), manifest.replace('0.1.0', '7.7.7'));
    edit(dir, 'README.md', '\nMy own words.\n');
    writeTree(dir, { 'src/own.txt': 'mine' });
    commitAll(dir);
    // What a change of answers does, `update` does with answers that a person has changed in the record.
    const record = readRecord(dir);
    const { changeProject } = await import('../../src/commands/change-project.ts');
    const answers = { ...record.answers, storage: 'sqlite', extras: [] };
    const changed = await changeProject({ dir, record, answers }, workshop.context());
    expect(changed.conflicts, JSON.stringify(changed.files)).toBe(0);
    const now = readTree(dir);
    expect(now[MANIFEST]).toContain('7.7.7');
    expect(now['README.md']).toContain('My own words.');
    expect(now['src/own.txt']).toBe('mine');
    const planned = await plannedTree(answers);
    const edited = [MANIFEST, 'README.md'];
    for (const [path, text] of Object.entries(planned)) if (!edited.includes(path)) expect(now[path], path).toBe(text);
    expect((await workshop.json('update', 'kept')).value.files).toEqual([]);
  });
});

describe('update', () => {
  it('says which settings of a file of data stay, though both have changed them', async () => {
    const workshop = new Workshop();
    const dir = firstEdition('typescript', workshop.cwd);
    commitAll(dir);
    const manifest = readFileSync(join(dir, 'package.json'), 'utf8');
    writeFileSync(join(dir, 'package.json'), manifest.replace('"vitest run"', '"mine"'));
    git(dir, 'commit', '--quiet', '--all', '-m', 'mine');
    const { code, value } = await workshop.json('update', 'kept');
    expect(code).toBe(0);
    expect(value.files).toContainEqual(
      expect.objectContaining({
        path: 'package.json',
        action: 'merge',
        note: expect.stringMatching(/Yours stays.*: scripts\.test\.$/),
      }),
    );
    expect(JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')).scripts.test).toBe('mine');
  });

  it('refuses where git has changes that are not committed, but for --force', async () => {
    const workshop = new Workshop();
    const dir = firstEdition('typescript', workshop.cwd);
    commitAll(dir);
    edit(dir, GONE.typescript);
    const before = snapshotOf(dir);
    const { code, value } = await workshop.json('update', 'kept');
    expect({ code, is: value.code }).toEqual({ code: 3, is: 'dirty' });
    expect(value.message).toContain(GONE.typescript);
    expect(snapshotOf(dir)).toEqual(before);
    expect(await workshop.json('update', 'kept', '--force')).toMatchObject({ code: 0 });
  });

  it('refuses an untracked file in the way, and leaves others alone', async () => {
    const workshop = new Workshop();
    const dir = firstEdition('typescript', workshop.cwd);
    commitAll(dir);
    writeTree(dir, { 'notes.md': 'mine' });
    writeTree(dir, { 'src/stdio.ts': 'mine' });
    const { code, value } = await workshop.json('update', 'kept');
    expect({ code, is: value.code }).toEqual({ code: 3, is: 'dirty' });
    expect(value.message).toContain('src/stdio.ts');
    expect(value.message).not.toContain('notes.md');
  });

  it('finds what was generated in a clone with other line ends', async () => {
    const workshop = new Workshop();
    const dir = firstEdition('typescript', workshop.cwd);
    for (const [path, text] of Object.entries(readTree(dir)))
      writeFileSync(join(dir, path), text.replaceAll('\n', '\r\n'));
    commitAll(dir);
    const { code, value } = await workshop.json('update', 'kept');
    expect(code, JSON.stringify(value).slice(0, 500)).toBe(0);
    expect(value.files.filter(({ action }) => action === 'conflict')).toEqual([]);
  });

  it.skipIf(process.platform === 'win32')('writes through no link, be it a file or a folder', async () => {
    const workshop = new Workshop();
    const dir = firstEdition('typescript', workshop.cwd);
    mkdirSync(join(workshop.cwd, 'outside'));
    writeTree(workshop.cwd, { 'outside/log.ts': 'theirs', 'outside/notes.ts': 'theirs' });
    rmSync(join(dir, 'src/log.ts'));
    symlinkSync('../../outside/log.ts', join(dir, 'src/log.ts'));
    rmSync(join(dir, 'src/tools'), { recursive: true });
    symlinkSync('../../outside', join(dir, 'src/tools'));
    const { code, value } = await workshop.json('update', 'kept');
    expect({ code, is: value.code }).toEqual({ code: 3, is: 'conflicts' });
    expect(readTree(join(workshop.cwd, 'outside'))).toEqual({ 'log.ts': 'theirs', 'notes.ts': 'theirs' });
    expect((await workshop.json('update', 'kept')).code).toBe(0);
  });

  it('exchanges the built file in the own config of this machine, and nothing else there', async () => {
    const workshop = new Workshop();
    const dir = firstEdition('typescript', workshop.cwd);
    const entry = (file: string): string =>
      `{ "mcpServers": {\n\t"kept": { "command": "/n", "args": ["/p/dist/${file}"] } } }`;
    writeTree(dir, { 'claude_desktop_config.json': entry('main.js') });
    await workshop.run('update', 'kept');
    expect(readFileSync(join(dir, 'claude_desktop_config.json'), 'utf8')).toBe(entry('main.mjs'));
  });

  it('is completed by another command when it was interrupted', async () => {
    const workshop = new Workshop();
    const dir = firstEdition('typescript', workshop.cwd);
    writeTree(dir, { [`${STAGE}/owner`]: '99999999' });
    const { stderr } = await workshop.run('config', '--dir', 'kept');
    expect(stderr).toMatch(/^What an interrupted change .* removed\.\n/);
    expect(readTree(dir)).not.toHaveProperty([`${STAGE}/owner`]);
  });

  it('says what to do without a record', async () => {
    const workshop = new Workshop();
    workshop.file('project/package.json', '{}');
    const { code, stderr } = await workshop.run('update', 'project');
    expect(code).toBe(2);
    expect(stderr).toMatch(
      new RegExp(`has no ${RECORD_FILE.replace('.', '\\.')}.*\n.*restore it from version control`),
    );
  });
});
