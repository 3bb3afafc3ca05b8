import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectRefusalOf, FILES_ONLY } from '../support/mason.ts';
import { Workshop } from './create-support.ts';

/** Runs a command line that must be refused, in a folder where nothing may appear. The packed one: test/command. */
async function expectNothing(args: readonly string[], code: string, says: RegExp): Promise<void> {
  const shop = new Workshop();
  await expectRefusalOf((more) => shop.run(...more, ...args), { exit: 2, code, says });
  expect(readdirSync(shop.cwd)).toEqual([]);
}

describe('a name', () => {
  // One for each reason; many more: answers-names.test.ts.
  it.each([
    ['My Server!!', /lower-case.*Did you mean my-server\?/s],
    ['../evil', /lower-case.*Did you mean evil\?/s],
    ['a'.repeat(300), /300 characters; at most 214/],
    ['', /must not be empty/],
    ['node_modules', /a reserved name/],
    ['con', /device name on Windows/],
    ['fs', /name of a Node module/],
    ['\u001b[31mred', /lower-case/],
  ])('that no package can have is refused: %j', async (name, says) => {
    await expectNothing(['app', `--name=${name}`, ...FILES_ONLY], 'invalid-name', says);
  });
});

describe('a description', () => {
  it.each([
    `It's "quoted" and \`quoted\``,
    'in two\nlines, with a\ttab',
    '{{name}} {{{raw}}} {{#each x}} {{!-- no --}}',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it must arrive as it is
    '${HOME} $(touch pwned) $$ %s %PATH%',
    'emoji 🧱👩‍👩‍👧 and \u202eright to left, 日本語',
    '</script><!-- --> \\ \\n */ // #',
    '--looks --like=flags',
    `${'long '.repeat(90)}`.trim(),
  ])('arrives as it was given: %j', async (description) => {
    const shop = new Workshop();
    const { code, value } = await shop.json('app', `--description=${description}`, ...FILES_ONLY, '--pm', 'npm');
    expect(code).toBe(0);
    const read = (path: string): string => readFileSync(join(shop.cwd, 'app', path), 'utf8');
    expect(JSON.parse(read('package.json')).description).toBe(description);
    expect(JSON.parse(read('.mcp-mason.json')).answers.description).toBe(description);
    expect(read('README.md')).toContain(`\n${description}\n`);
    expect(value.answers.description).toBe(description);
    expect(readdirSync(shop.cwd)).toEqual(['app']);
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
    [['--transprot', 'stdio'], 'unknown-option', /--transprot.*Did you mean --transport\?/s],
    [['--no-instal'], 'unknown-option', /--no-instal.*Did you mean --no-install\?/s],
    [['-q'], 'unknown-option', /-q.*--help/s],
    [['--transport', 'stido'], 'invalid-value', /stido.*stdio, http or both.*Did you mean stdio/s],
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
    [['--transport'], 'option-missing-argument', /--transport.*--help/s],
    [['--transport', 'stdio', '--transport', 'http'], 'contradiction', /--transport.*stdio.*http/s],
    [['--install', '--no-install'], 'contradiction', /--install/],
    [['--check', '--no-install'], 'contradiction', /check.*install/s],
    [['--client', 'none', '--client-config', 'claude-desktop=x.json'], 'contradiction', /claude-desktop/],
    [['other-dir'], 'excess-arguments', /Too many arguments.*quotes/s],
    [['--answers', 'gone.json'], 'answers-unreadable', /gone\.json.*JSON/s],
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
    const shop = new Workshop();
    shop.file('answers.json', text);
    const args = ['app', '--answers', 'answers.json'];
    await expectRefusalOf((more) => shop.run(...more, ...args), { exit: 2, code, says });
    expect(readdirSync(shop.cwd)).toEqual(['answers.json']);
  });

  it('that are missing are named, with a command that has them', async () => {
    await expectNothing([], 'missing-argument', /dir.*npm create mcp-mason@1\.2\.3 mcp-server -- --yes/s);
  });

  it('do not stand before the name of a command', async () => {
    await expectNothing(['--yes', 'check'], 'command-not-first', /check.*\.\/check/s);
  });

  it.each([
    ['doctor', /Run create-mcp-mason check\./],
    ['list', /config --list/],
    ['version', /--version/],
    ['init', /create-mcp-mason \./],
    ['updte', /Did you mean update\?/],
    ['chekc', /Did you mean check\?/],
    ['upadte', /Did you mean update\?/],
    ['Config', /Did you mean config\?/],
    ['migrat', /Did you mean migrate\?/],
    ['calll', /Did you mean call\?/],
  ])('are not made of the word %s, which is taken for a command', async (word, says) => {
    await expectNothing([word, '--yes'], 'not-a-command', says);
    const { code, stderr } = await new Workshop().run(word, 'something', 'more');
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining(`./${word}`) });
  });

  it.each(['app', 'notes', 'calc', 'unit', 'newsfeed', './check', './updte'])(
    'are made of the word %s',
    async (word) => {
      const shop = new Workshop();
      const { code, value } = await shop.json(word, '--yes', '--dry-run', '--no-install', '--no-git');
      expect({ code, value }).toMatchObject({ code: 0, value: { ok: true } });
    },
  );

  it('stand behind the name of the default command, too', async () => {
    const shop = new Workshop();
    const { value } = await shop.json('create', 'app', '--yes', '--dry-run', '--no-install', '--no-git');
    expect(value.project.dir).toBe(join(shop.cwd, 'app'));
  });
});
