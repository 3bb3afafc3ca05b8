import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readAnswersFile } from '../../src/answers/file.ts';
import { CliError } from '../../src/base/errors.ts';
import { fakeContext, fakeEnv } from '../support/env.ts';
import { tempDir } from '../support/temp.ts';

function read(text: string, path = 'answers.json'): ReturnType<typeof readAnswersFile> {
  const cwd = tempDir();
  writeFileSync(join(cwd, 'answers.json'), text);
  const input = Readable.from([Buffer.from(text)]);
  return readAnswersFile(path, {
    ...fakeContext({ env: fakeEnv({ cwd }) }),
    terminal: { input, output: process.stdout },
  });
}

async function failureOf(task: () => Promise<unknown>): Promise<CliError> {
  try {
    await task();
  } catch (error) {
    if (error instanceof CliError) return error;
    throw error;
  }
  throw new Error('It should have failed.');
}

describe('readAnswersFile', () => {
  it('reads plain answers, relative to the working folder', async () => {
    expect(await read('\uFEFF{"name": "x", "tools": ["notes"]}')).toEqual({
      name: { source: 'file', value: 'x' },
      tools: { source: 'file', value: ['notes'] },
    });
  });

  it('reads what .mcp-mason.json and --json hold', async () => {
    const record = { version: '0.1.0', answers: { transport: 'http' }, files: { 'src/main.ts': 'fnv1a64-0' } };
    const output = { ok: true, project: {}, answers: { transport: 'http' }, next: [] };
    for (const text of [record, output].map((value) => JSON.stringify(value))) {
      expect(await read(text)).toEqual({ transport: { source: 'file', value: 'http' } });
    }
  });

  it.each([
    ['{"transprt": "http"}', 'unknown-key', 'transport'],
    ['{"on-conflict": "skip"}', 'unknown-key', 'onConflict'],
    ['{"__proto__": {}}', 'unknown-key', 'Known keys'],
    ['{"answers": {"toolz": []}}', 'unknown-key', 'tools'],
  ])('refuses the unknown key of %s', async (text, code, hint) => {
    const error = await failureOf(() => read(text));
    expect(error).toMatchObject({ code, exit: 2 });
    expect(error.hint).toContain(hint);
  });

  it.each(['', '{', '[]', 'null', '"x"', '{"answers": []}', '{name: "x"}'])('refuses %j', async (text) => {
    expect(await failureOf(() => read(text))).toMatchObject({ code: 'answers-invalid', exit: 2 });
  });

  it('says which file cannot be read', async () => {
    const error = await failureOf(() => read('{}', 'nowhere.json'));
    expect(error).toMatchObject({ code: 'answers-unreadable', exit: 2 });
    expect(error.message).toContain('nowhere.json');
  });

  it('reads stdin, and a pipe that a shell has made', async () => {
    expect(await read('{"name": "x"}', '-')).toEqual({ name: { source: 'file', value: 'x' } });
    expect(await failureOf(() => read('{', '-'))).toMatchObject({ code: 'answers-invalid', exit: 2 });
  });

  it.skipIf(process.platform === 'win32')('waits for no pipe, and does not read without end', async () => {
    const pipe = join(tempDir(), 'pipe');
    execFileSync('mkfifo', [pipe]);
    for (const path of [pipe, '/dev/zero', '.']) {
      expect(await failureOf(() => read('{}', path))).toMatchObject({
        code: 'answers-unreadable',
        message: expect.stringContaining('not a file'),
      });
    }
    const huge = `{"name": "${'x'.repeat(1024 * 1024)}"}`;
    for (const path of ['-', 'answers.json']) {
      expect(await failureOf(() => read(huge, path))).toMatchObject({
        code: 'answers-unreadable',
        message: expect.stringContaining('more than 1 MB'),
      });
    }
  });
});
