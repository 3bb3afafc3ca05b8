import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CliError, checkServer, completeAnswers, createProject, type GivenAnswers, readEnv } from '../../src/index.ts';
import { tempDir } from '../support/temp.ts';
import { FIXTURE } from './project.ts';

/** Writes files and does nothing else. */
const QUIET = { install: false, git: false, check: false } as const;

/** As JavaScript calls it, where no compiler has looked. */
const unchecked = (answers: Readonly<Record<string, unknown>>) =>
  answers as unknown as GivenAnswers & { readonly dir: string };

describe('createProject', () => {
  it('makes a project and tells what it did, without a line on the terminal', async () => {
    const dir = join(tempDir(), 'made');
    const lines: string[] = [];
    const made = await createProject(
      { dir, transport: 'http', tools: 'none', ...QUIET },
      { onProgress: (line) => lines.push(line) },
    );
    expect(made).toMatchObject({ ok: true, project: { name: 'made', dir, transport: 'http' }, check: null });
    expect(made.answers).toMatchObject({ dir, language: 'typescript', storage: 'sqlite' });
    expect(made.next[0]).toBe(`cd ${dir}`);
    expect(existsSync(join(dir, 'package.json'))).toBe(true);
    expect(lines).toEqual([]);
  });

  it('says what it is doing', async () => {
    const lines: string[] = [];
    const dir = join(tempDir(), 'made');
    await createProject({ dir, ...QUIET, git: true }, { onProgress: (line) => lines.push(line) });
    expect(lines).toEqual([
      expect.stringMatching(/^- Making a git repository …$/),
      expect.stringMatching(/^[✓✗] Made .*git repository/),
    ]);
  });

  it('writes nothing in a dry run', async () => {
    const place = tempDir();
    const planned = await createProject({ dir: join(place, 'made') }, { dryRun: true });
    expect(planned).toMatchObject({ ok: true, dryRun: true, commands: expect.arrayContaining(['git init']) });
    expect(planned.files.length).toBeGreaterThan(10);
    expect(readdirSync(place)).toEqual([]);
  });

  it('refuses what it does not know, by its key', async () => {
    const dir = join(tempDir(), 'made');
    const wrong: readonly [Readonly<Record<string, unknown>>, string, string | undefined][] = [
      [{ dir, storage: 'sqlit' }, 'invalid-value: "sqlit" is not a value of "storage".', 'Did you mean sqlite?'],
      [{ dir, tool: ['notes'] }, 'unknown-key: The object of answers has the unknown key "tool".', 'mean "tools"?'],
      [{ dir, install: 'no' }, 'invalid-value: "install" must be true or false', undefined],
      [{}, 'missing-argument: Nobody is here to ask, and this was not given: dir.', undefined],
      [{ dir, transport: 'stdio', extras: ['deploy'] }, 'contradiction: ', undefined],
    ];
    for (const [answers, message, hint] of wrong) {
      const error = await createProject(unchecked(answers)).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(CliError);
      const refusal = error as CliError;
      expect(`${refusal.code}: ${refusal.message}`).toContain(message);
      expect(refusal.hint ?? '').toContain(hint ?? '');
      expect(refusal.exit).toBe(2);
    }
    expect(existsSync(dir)).toBe(false);
  });

  it('leaves nothing behind when it is aborted', async () => {
    const place = tempDir();
    const making = createProject({ dir: join(place, 'made'), ...QUIET }, { signal: AbortSignal.abort() });
    await expect(making).rejects.toMatchObject({ code: 'cancelled', exit: 130 });
    expect(readdirSync(place)).toEqual([]);
  });
});

describe('its steps', () => {
  it('complete answers by the same rules, and check a server with nothing but its start', async () => {
    expect(await completeAnswers({ dir: 'x', language: 'python', preset: 'minimal' })).toMatchObject({
      pm: 'uv',
      storage: 'none',
      tools: [],
    });
    const target = { transport: 'stdio', command: readEnv().nodePath, args: [FIXTURE], env: {} } as const;
    expect(await checkServer(target)).toMatchObject({ ok: true });
  });
});
