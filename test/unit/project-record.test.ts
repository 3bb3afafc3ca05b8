import { describe, expect, it } from 'vitest';
import { CliError, EXIT } from '../../src/base/errors.ts';
import { hashOf } from '../../src/base/hash.ts';
import { readRecord } from '../../src/plan/read-record.ts';
import { recordOf } from '../../src/plan/record.ts';
import { ANSWERS, writeTree } from '../support/fixture.ts';
import { tempDir } from '../support/temp.ts';

const FILES = [
  { path: 'a.txt', text: 'a' },
  { path: 'b.txt', text: 'b' },
];

describe('the record', () => {
  it('reads back as it was written', () => {
    const dir = tempDir();
    const file = recordOf(ANSWERS, FILES, '1.2.3');
    writeTree(dir, { [file.path]: file.text });
    expect(readRecord(dir)).toEqual({
      version: '1.2.3',
      answers: ANSWERS,
      files: { 'a.txt': hashOf('a'), 'b.txt': hashOf('b') },
    });
  });

  it('holds what makes the project, in one order, and nothing of the run', () => {
    const shuffled = Object.fromEntries(Object.entries(ANSWERS).reverse());
    const answers = { ...shuffled, dir: '/secret', client: [], install: true } as unknown as typeof ANSWERS;
    expect(recordOf(answers, FILES, '1.2.3')).toEqual(recordOf(ANSWERS, FILES, '1.2.3'));
  });

  it('tells an edited file from one that is as it was', () => {
    expect(hashOf('a')).toBe(hashOf('a'));
    expect(hashOf('a')).not.toBe(hashOf('a\n'));
    expect(hashOf('')).toMatch(/^fnv1a64-[0-9a-f]{16}$/);
  });

  it('fails where there is none', () => {
    expect(failureOf(tempDir())).toMatchObject({ code: 'no-record', exit: EXIT.failed });
  });

  it.each([
    ['{', 'JSON'],
    ['[]', 'the file is not an object'],
    ['{"version":"1.0.0","files":{}}', '"answers" is not an object'],
    [JSON.stringify({ version: '1.0.0', answers: { ...ANSWERS, storage: 3 }, files: {} }), '"answers.storage"'],
    [JSON.stringify({ version: '1.0.0', answers: { ...ANSWERS, tools: 'all' }, files: {} }), '"answers.tools"'],
    [JSON.stringify({ version: 1, answers: ANSWERS, files: {} }), '"version"'],
    [JSON.stringify({ version: '1.0.0', answers: ANSWERS, files: { 'a.txt': 7 } }), '"files"'],
  ])('fails on %s', (text, reason) => {
    const dir = tempDir();
    writeTree(dir, { '.mcp-mason.json': text });
    expect(failureOf(dir)).toMatchObject({ code: 'bad-record', exit: EXIT.failed });
    expect(failureOf(dir).message).toContain(reason);
  });
});

function failureOf(dir: string): CliError {
  try {
    readRecord(dir);
  } catch (error) {
    if (error instanceof CliError) return error;
    throw error;
  }
  throw new Error('It did not fail.');
}
