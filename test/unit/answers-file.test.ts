import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAnswersFile } from '../../src/answers/file.ts';
import { CliError } from '../../src/base/errors.ts';
import { fakeEnv } from '../support/env.ts';
import { tempDir } from '../support/temp.ts';

function read(text: string): ReturnType<typeof readAnswersFile> {
  const cwd = tempDir();
  writeFileSync(join(cwd, 'answers.json'), text);
  return readAnswersFile('answers.json', fakeEnv({ cwd }));
}

function failureOf(task: () => unknown): CliError {
  try {
    task();
  } catch (error) {
    if (error instanceof CliError) return error;
    throw error;
  }
  throw new Error('It should have failed.');
}

describe('readAnswersFile', () => {
  it('reads plain answers, relative to the working folder', () => {
    expect(read('\uFEFF{"name": "x", "tools": ["notes"]}')).toEqual({
      name: { source: 'file', value: 'x' },
      tools: { source: 'file', value: ['notes'] },
    });
  });

  it('reads what .mcp-mason.json and --json hold', () => {
    const record = { version: '0.1.0', answers: { transport: 'http' }, files: { 'src/main.ts': 'fnv1a64-0' } };
    const output = { ok: true, project: {}, answers: { transport: 'http' }, next: [] };
    for (const text of [record, output].map((value) => JSON.stringify(value))) {
      expect(read(text)).toEqual({ transport: { source: 'file', value: 'http' } });
    }
  });

  it.each([
    ['{"transprt": "http"}', 'unknown-key', 'transport'],
    ['{"on-conflict": "skip"}', 'unknown-key', 'onConflict'],
    ['{"__proto__": {}}', 'unknown-key', 'Known keys'],
    ['{"answers": {"toolz": []}}', 'unknown-key', 'tools'],
  ])('refuses the unknown key of %s', (text, code, hint) => {
    const error = failureOf(() => read(text));
    expect(error).toMatchObject({ code, exit: 2 });
    expect(error.hint).toContain(hint);
  });

  it.each(['', '{', '[]', 'null', '"x"', '{"answers": []}', '{name: "x"}'])('refuses %j', (text) => {
    expect(failureOf(() => read(text))).toMatchObject({ code: 'answers-invalid', exit: 2 });
  });

  it('says which file cannot be read', () => {
    const error = failureOf(() => readAnswersFile('nowhere.json', fakeEnv({ cwd: tempDir() })));
    expect(error).toMatchObject({ code: 'answers-unreadable', exit: 2 });
    expect(error.message).toContain('nowhere.json');
  });
});
