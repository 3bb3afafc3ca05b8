import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { runOk } from '../support/child.ts';
import { expectRefusal, FILES_ONLY, mason } from '../support/mason.ts';
import { tempDir } from '../support/temp.ts';

/** One of each kind of refusal, by the packed command; all others: test/unit/refusals.test.ts. */
async function expectNothing(args: readonly string[], code: string, says: RegExp): Promise<void> {
  const cwd = tempDir();
  await expectRefusal(args, { cwd }, { exit: 2, code, says });
  expect(readdirSync(cwd)).toEqual([]);
}

describe('a name', () => {
  it.each([
    ['My Server!!', /lower-case.*my-server/s],
    ['', /must not be empty/],
  ])('that no package can have is refused: %j', async (name, says) => {
    await expectNothing(['app', `--name=${name}`, ...FILES_ONLY], 'invalid-name', says);
  });

  it('with a NUL reaches no program', () => {
    expect(() => mason(['app', '--name', 'a\u0000b'], { cwd: '/' })).toThrow(/null bytes/);
  });

  it('that would move the cursor is shown without doing so', async () => {
    const { stderr } = await mason(['app', '--name', '\u001b[31mred'], { cwd: tempDir() });
    expect(stderr).not.toContain('\u001b[31m');
    expect(stderr).toContain('\\u001b[31mred');
  });
});

describe('a description', () => {
  const ODD = [
    `It's "quoted" and \`quoted\`,`,
    'in two\nlines, with a\ttab,',
    '{{name}} {{{raw}}} {{#each x}} {{!-- no --}}',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it must arrive as it is
    '${HOME} $(touch pwned) $$ %s %PATH%',
    'emoji 🧱👩‍👩‍👧 and \u202eright to left, 日本語',
    '</script><!-- --> \\ \\n */ // #',
  ].join(' ');

  it.each([ODD, '--looks --like=flags'])('arrives as it was given: %j', async (description) => {
    const cwd = tempDir();
    const args = ['app', `--description=${description}`, ...FILES_ONLY, '--json', '--pm', 'npm'];
    const { code, stdout, stderr } = await mason(args, { cwd });
    expect(code, stdout + stderr).toBe(0);
    const read = (path: string): string => readFileSync(join(cwd, 'app', path), 'utf8');
    expect(JSON.parse(read('package.json')).description).toBe(description);
    expect(read('README.md')).toContain(`\n${description}\n`);
    expect(JSON.parse(stdout).answers.description).toBe(description);
    expect(readdirSync(cwd)).toEqual(['app']);
  });

  it('is reproduced by the replay command, and by the answers that were recorded', async () => {
    const cwd = tempDir();
    const first = await mason(['app', `--description=${ODD}`, ...FILES_ONLY, '--json', '--pm', 'npm'], { cwd });
    const { replay } = JSON.parse(first.stdout);
    const [, flags = ''] = /^npm create mcp-mason@\S+ app -- (.*)$/s.exec(replay) ?? [];
    const answers = join(cwd, 'app', '.mcp-mason.json');
    for (const [dir, args] of [
      ['again', flags],
      ['from-file', `--answers '${answers}' --name app ${FILES_ONLY.join(' ')}`],
    ]) {
      const place = join(cwd, `in-${dir}`);
      mkdirSync(place);
      await runOk('sh', ['-c', `"$0" "$1" app ${args}`, process.execPath, inject('bin')], { cwd: place });
      for (const path of ['package.json', 'README.md', '.mcp-mason.json']) {
        expect(readFileSync(join(place, 'app', path), 'utf8'), path).toBe(readFileSync(join(cwd, 'app', path), 'utf8'));
      }
    }
  });

  it('that cannot stand in a file is refused', async () => {
    const args = ['app', '--description=bell \u0007', ...FILES_ONLY];
    await expectNothing(args, 'invalid-description', /cannot be printed/);
  });
});

describe('flags', () => {
  it.each([
    [['--transprot', 'stdio'], 'unknown-option', /--transprot.*--transport/s],
    [['--transport', 'stido'], 'invalid-value', /stido.*stdio, http or both.*Did you mean stdio/s],
    [['--install', '--no-install'], 'contradiction', /--install/],
    [['--transport'], 'option-missing-argument', /--transport/],
    [['other-dir'], 'excess-arguments', /argument/],
    [['--answers', 'gone.json'], 'answers-unreadable', /gone\.json/],
  ] as const)('that make no sense are refused: %s', async (flags, code, says) => {
    await expectNothing(['app', ...flags], code, says);
  });

  it.each([
    ['not JSON', '{"transport": ', 'answers-invalid', /is not JSON/],
    ['an unknown key', '{"transprot": "stdio"}', 'unknown-key', /transprot.*Did you mean "transport"/s],
  ])('with an answers file that holds %s are refused', async (_, text, code, says) => {
    const cwd = tempDir();
    writeFileSync(join(cwd, 'answers.json'), text);
    await expectRefusal(['app', '--answers', 'answers.json'], { cwd }, { exit: 2, code, says });
    expect(readdirSync(cwd)).toEqual(['answers.json']);
  });

  it('that are missing are named, with a command that has them', async () => {
    await expectNothing([], 'missing-argument', /dir.*npm create mcp-mason@\S+ mcp-server -- --yes/s);
  });

  it('of npm are not mistaken for ours: a literal -- is ignored wherever it stands', async () => {
    const cwd = tempDir();
    const { code } = await mason(['--', 'app', '--', ...FILES_ONLY, '--'], { cwd });
    expect(code).toBe(0);
    expect(readdirSync(cwd)).toEqual(['app']);
  });
});
