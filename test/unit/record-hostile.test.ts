import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { VERSION } from '../../src/generated/catalog.ts';
import { RECORD_FILE } from '../../src/plan/record.ts';
import { ANSWERS, writeTree } from '../support/fixture.ts';
import { snapshotOf } from '../support/mason.ts';
import { Workshop } from './create-support.ts';

const HASH = 'fnv1a64-0123456789abcdef';
const COMMANDS = [['update'], ['update', '--dry-run'], ['check'], ['config'], ['migrate', '--to', 'file']];

const recordWith = (changes: object): string =>
  JSON.stringify({ version: VERSION, answers: ANSWERS, files: {}, ...changes });
const answersWith = (changes: object): string => recordWith({ answers: { ...ANSWERS, ...changes } });
const filesWith = (path: string): string => recordWith({ files: { [path]: HASH } });

/** A folder beside the project that must not be touched, and one with the record. */
function stranger(record: string): Workshop {
  const workshop = new Workshop();
  workshop.file('outside/keep.txt', 'mine');
  workshop.file(`project/${RECORD_FILE}`, record);
  return workshop;
}

async function refusals(workshop: Workshop, commands: readonly (readonly string[])[] = COMMANDS) {
  const before = snapshotOf(workshop.cwd);
  const found = [];
  for (const [name = '', ...flags] of commands) {
    const dir = name === 'config' ? ['--dir', 'project'] : ['project'];
    const { code, value } = await workshop.json(name, ...dir, ...flags);
    found.push({ name, exit: code, code: value.code, message: String(value.message) });
  }
  expect(snapshotOf(workshop.cwd)).toEqual(before);
  return found;
}

describe('a record that somebody has made', () => {
  it.each([
    ['a path out of the project', filesWith('../outside/keep.txt')],
    ['an absolute path', filesWith('/etc/passwd')],
    ['a path of Windows', filesWith('C:\\Windows\\x')],
    ['a backslash', filesWith('src\\main.ts')],
    ['a path in .git', filesWith('.git/hooks/pre-commit')],
    ['a path in .GIT', filesWith('sub/.GIT/config')],
    ['a short name of .git', filesWith('git~1/config')],
    ['a NUL', filesWith('src/a\0b')],
    ['an escape sequence', filesWith('src/\u001b[2J.ts')],
    ['dots', filesWith('src/./main.ts')],
    ['an empty part', filesWith('src//main.ts')],
    ['the record itself', filesWith(RECORD_FILE)],
    ['a hash that is none', recordWith({ files: { 'a.txt': 'rm -rf /' } })],
    ['a path twice', recordWith({ files: { 'a.txt': HASH, 'A.txt': HASH } })],
    ['a name out of the folder', answersWith({ name: '../../x' })],
    ['__proto__ as a name', answersWith({ name: '__proto__' })],
    ['a name that rings', answersWith({ name: 'a\u0007' })],
    ['a description that clears the screen', answersWith({ description: '\u001b[2J' })],
    ['a language that is a path', answersWith({ language: '../x' })],
    ['a command as a package manager', answersWith({ pm: 'npm; touch x' })],
    ['a command as a tool', answersWith({ tools: ['$(touch x)'] })],
    ['a command as a version', recordWith({ version: '0.1.0; touch x' })],
    ['another package as a version', recordWith({ version: 'npm:evil@1.0.0' })],
    ['a range as a version', recordWith({ version: '^0.1.0' })],
    ['nothing', ''],
    ['half a record', recordWith({}).slice(0, 90)],
    ['a list', '[]'],
    ['a record without answers', recordWith({ answers: null })],
  ])('is refused by every command: %s', async (_, record) => {
    for (const { exit, code, message } of await refusals(stranger(record))) {
      expect({ exit, code }, message).toEqual({ exit: 1, code: 'bad-record' });
      // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
      expect(message).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/);
    }
  });

  it('is not polluted by __proto__', async () => {
    const record = recordWith({}).replace(
      '"files":{}',
      `"files":{"__proto__":"${HASH}"},"__proto__":{"version":"9.9.9"}`,
    );
    const [update] = await refusals(stranger(record), [['update', '--dry-run']]);
    expect(update).toMatchObject({ exit: 0 });
    expect(Object.prototype).not.toHaveProperty('version');
  });

  it.each([
    ['an unknown tool', answersWith({ tools: ['nonsense'] })],
    ['an unknown language', answersWith({ language: 'cobol' })],
    ['what does not go together', answersWith({ extras: ['deploy'], transport: 'stdio' })],
  ])('with %s is not updated', async (_, record) => {
    expect(await refusals(stranger(record), [['update']])).toMatchObject([{ exit: 1, code: 'bad-record' }]);
  });

  it('of a newer version is refused with that version', async () => {
    const [update] = await refusals(stranger(recordWith({ version: '7.0.0' })), [['update']]);
    expect(update).toMatchObject({ exit: 2, code: 'newer-record', message: expect.stringContaining('7.0.0') });
  });

  it('is missed', async () => {
    const workshop = new Workshop();
    mkdirSync(join(workshop.cwd, 'project'));
    expect(await refusals(workshop, [['update']])).toMatchObject([{ exit: 2, code: 'no-record' }]);
  });

  it.skipIf(process.platform === 'win32').each([
    ['a link to a device', (path: string) => symlinkSync('/dev/zero', path)],
    ['a link to a file outside', (path: string) => symlinkSync('../outside/keep.txt', path)],
    ['a pipe', (path: string) => execFileSync('mkfifo', [path])],
    ['a folder', (path: string) => mkdirSync(path)],
    ['2 MB', (path: string) => writeFileSync(path, ' '.repeat(2 * 1024 * 1024))],
    ['1 GB', (path: string) => execFileSync('truncate', ['-s', '1G', path])],
  ])('is not read when it is %s', async (_, make) => {
    const workshop = new Workshop();
    mkdirSync(join(workshop.cwd, 'project'));
    writeTree(workshop.cwd, { 'outside/keep.txt': 'mine' });
    make(join(workshop.cwd, 'project', RECORD_FILE));
    for (const [name = '', ...flags] of COMMANDS) {
      const dir = name === 'config' ? ['--dir', 'project'] : ['project'];
      const { code, value } = await workshop.json(name, ...dir, ...flags);
      expect({ code, is: value.code }, name).toEqual({ code: 1, is: 'bad-record' });
    }
  });
});
