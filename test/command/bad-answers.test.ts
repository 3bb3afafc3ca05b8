import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { runOk } from '../support/child.ts';
import { expectRefusal, FILES_ONLY, mason } from '../support/mason.ts';
import { tempDir } from '../support/temp.ts';

/** Runs a command line that must be refused, in a folder where nothing may appear. */
async function expectNothing(args: readonly string[], code: string, says: RegExp): Promise<void> {
  const cwd = tempDir();
  await expectRefusal(args, { cwd }, { exit: 2, code, says });
  expect(readdirSync(cwd)).toEqual([]);
}

describe('a name', () => {
  it.each([
    ['My Server!!', /lower-case.*--name my-server|lower-case/s],
    ['../evil', /lower-case/],
    ['a b', /lower-case/],
    ['ünïcödé', /lower-case/],
    ['UPPER', /lower-case/],
    ["quo'te", /lower-case/],
    ['quo"te', /lower-case/],
    ['$(x)', /lower-case/],
    ['back\\slash', /lower-case/],
    ['</script>', /lower-case/],
    ['.hidden', /lower-case/],
    ['a'.repeat(300), /300 characters; npm allows 214/],
    ['', /must not be empty/],
    ['node_modules', /reserved by npm/],
    ['favicon.ico', /reserved by npm/],
    ['con', /device name on Windows/],
    ['fs', /name of a Node module/],
    ['a\u0000b', undefined],
    ['\u001b[31mred', /lower-case/],
  ])('that no package can have is refused: %j', async (name, says) => {
    // No operating system passes a NUL on to a program.
    if (says === undefined) return expect(() => mason(['app', '--name', name], { cwd: '/' })).toThrow(/null bytes/);
    await expectNothing(['app', `--name=${name}`, ...FILES_ONLY], 'invalid-name', says);
  });

  it('that would move the cursor is shown without doing so', async () => {
    const { stderr } = await mason(['app', '--name', '\u001b[31mred'], { cwd: tempDir() });
    expect(stderr).not.toContain('\u001b[31m');
    expect(stderr).toContain('\\u001b[31mred');
  });
});

describe('a description', () => {
  const ODD = [
    `It's "quoted" and \`quoted\``,
    'in two\nlines, with a\ttab',
    '{{name}} {{{raw}}} {{#each x}} {{!-- no --}}',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it must arrive as it is
    '${HOME} $(touch pwned) $$ %s %PATH%',
    'emoji 🧱👩‍👩‍👧 and \u202eright to left, 日本語',
    '</script><!-- --> \\ \\n */ // #',
    '--looks --like=flags',
    `${'long '.repeat(90)}`.trim(),
  ];

  it.each(ODD)('arrives as it was given: %j', async (description) => {
    const cwd = tempDir();
    const args = ['app', `--description=${description}`, ...FILES_ONLY, '--json', '--pm', 'npm'];
    const { code, stdout, stderr } = await mason(args, { cwd });
    expect(code, stdout + stderr).toBe(0);
    const read = (path: string): string => readFileSync(join(cwd, 'app', path), 'utf8');
    expect(JSON.parse(read('package.json')).description).toBe(description);
    expect(JSON.parse(read('.mcp-mason.json')).answers.description).toBe(description);
    expect(read('README.md')).toContain(`\n${description}\n`);
    expect(JSON.parse(stdout).answers.description).toBe(description);
    expect(readdirSync(cwd)).toEqual(['app']);
  });

  it('is reproduced by the replay command, and by the answers that were recorded', async () => {
    const cwd = tempDir();
    const description = ODD.slice(0, 4).join(' ');
    const first = await mason(['app', `--description=${description}`, ...FILES_ONLY, '--json', '--pm', 'npm'], { cwd });
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

  it.each([
    ['', /must not be empty/],
    [' \n ', /must not be empty/],
    ['bell \u0007', /cannot be printed/],
    ['carriage\rreturn', /cannot be printed/],
    ['x'.repeat(10_000), /10000 characters/],
  ])('that cannot stand in a file is refused: %j', async (description, says) => {
    await expectNothing(['app', `--description=${description}`, ...FILES_ONLY], 'invalid-description', says);
  });
});

describe('flags', () => {
  it.each([
    [['--transprot', 'stdio'], 'unknown-option', /--transprot.*--transport/s],
    [['--transport', 'stido'], 'invalid-value', /stido.*stdio, http, both or sse.*Did you mean stdio/s],
    [['--storage', 'sqllite'], 'invalid-value', /Did you mean sqlite/],
    [['--tools', 'notes,wether'], 'invalid-value', /Did you mean weather/],
    [['--tools', 'none,notes'], 'contradiction', /none/],
    [['--tools', 'notes,'], 'invalid-value', /--tools/],
    [['--extras', 'constructor'], 'invalid-value', /--extras/],
    [['--runtime', '18'], 'invalid-value', /20, 22, 24 or 26/],
    [['--pm', 'nmp'], 'invalid-value', /Did you mean npm/],
    [['--client', 'claude'], 'invalid-value', /claude-desktop/],
    [['--client-config', 'claude-desktop'], 'invalid-value', /<client>=<path>/],
    [['--on-conflict', 'replace'], 'invalid-value', /error, skip or overwrite/],
    [['--transport'], 'option-missing-argument', /--transport/],
    [['--transport', 'stdio', '--transport', 'http'], 'contradiction', /--transport.*stdio.*http/s],
    [['--install', '--no-install'], 'contradiction', /--install/],
    [['--check', '--no-install'], 'contradiction', /check.*install/s],
    [['--client', 'none', '--client-config', 'claude-desktop=x.json'], 'contradiction', /claude-desktop/],
    [['other-dir'], 'excess-arguments', /argument/],
    [['--answers', 'gone.json'], 'answers-unreadable', /gone\.json/],
    [['--answers', '/'], 'answers-unreadable', /cannot be read/],
  ] as const)('that make no sense are refused: %s', async (flags, code, says) => {
    await expectNothing(['app', ...flags], code, says);
  });

  it.each([
    ['not JSON', '{"transport": ', 'answers-invalid', /is not JSON/],
    ['no object', '["stdio"]', 'answers-invalid', /must hold a JSON object/],
    ['an unknown key', '{"transprot": "stdio"}', 'unknown-key', /transprot.*Did you mean "transport"/s],
    ['a wrong type', '{"tools": 3}', 'invalid-value', /"tools" in the answers file must be a list/],
    ['a wrong value', '{"answers": {"storage": "tape"}}', 'invalid-value', /tape.*"storage" in the answers file/s],
    ['a key of every object', '{"__proto__": {"transport": "http"}, "toString": 1}', 'unknown-key', /unknown key/],
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
