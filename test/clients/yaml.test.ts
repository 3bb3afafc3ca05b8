import { CORE_SCHEMA, load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { undone } from '../../src/configs/edit.ts';
import { type Spot, TextError } from '../../src/configs/formats/format.ts';
import { yaml } from '../../src/configs/formats/yaml.ts';
import { huge } from '../support/tier.ts';

const GOOSE: Spot = { path: ['extensions'], name: 'my-server' };
const CONTINUE: Spot = { path: ['mcpServers'], name: 'my-server', by: 'name' };
const ENTRY = { name: 'my-server', cmd: '/usr/bin/node', args: ['/srv/my server/main.js', '-y'], envs: {} };

/** The lines of `ENTRY` with this before the first and before each. */
const lines = (first: string, rest: string, step = '  '): string =>
  `${first}name: my-server\n${rest}cmd: /usr/bin/node\n${rest}args:\n${rest}${step}- /srv/my server/main.js\n` +
  `${rest}${step}- "-y"\n${rest}envs: {}\n`;
const MEMBER = `  my-server:\n${lines('    ', '    ')}`;
const ITEM = lines('  - ', '    ');

const REAL = `# Goose
GOOSE_MODEL: "claude: sonnet"  # model
extensions:
  developer:
    enabled: true
    args: ["-y", 'it''s', {a: "}"}]
    description: >-
      some text

      extensions:
        my-server: fake
  # between
  memory: # why
    cmd: npx
    args:
    - -y

# instructions
instructions: |+
  extensions:
    my-server: fake


version: 1.10
`;

describe('adding to a mapping', () => {
  it.each<[string, string, string]>([
    ['an empty file', '', `extensions:\n${MEMBER}`],
    ['white space', ' \n\n', `extensions:\n${MEMBER}`],
    ['comments', '# mine\n', `# mine\nextensions:\n${MEMBER}`],
    ['a comment without a line break', '# mine', `# mine\nextensions:\n${MEMBER.trimEnd()}`],
    ['a document without content', '--- # mine\n', `--- # mine\nextensions:\n${MEMBER}`],
    ['directives', '%YAML 1.2\n---\na: 1\n', `%YAML 1.2\n---\na: 1\nextensions:\n${MEMBER}`],
    ['the end of a document', 'a: 1\n...\n# c\n', `a: 1\nextensions:\n${MEMBER}...\n# c\n`],
    ['an empty object', '{}\n', `extensions:\n${MEMBER}`],
    ['a null', '~ # none\n', `# none\nextensions:\n${MEMBER}`],
    ['no table', 'a: 1\n# end\n', `a: 1\n# end\nextensions:\n${MEMBER}`],
    ['no final line break', 'a: 1', `a: 1\nextensions:\n${MEMBER.trimEnd()}`],
    ['a table without a value', 'extensions:\na: 1\n', `extensions:\n${MEMBER}a: 1\n`],
    [
      'a table that is a comment',
      'extensions: # c\n  # x: 1\n# a\na: 1\n',
      `extensions: # c\n  # x: 1\n${MEMBER}# a\na: 1\n`,
    ],
    ['a table {}', 'extensions: {} # c\na: 1\n', `extensions: # c\n${MEMBER}a: 1\n`],
    ['a table {} on two lines', 'extensions: {\n}\na: 1\n', `extensions:\n${MEMBER}a: 1\n`],
    ['a table null', 'extensions: &x null\na: 1\n', `extensions: &x\n${MEMBER}a: 1\n`],
    ['a table ~ below its key', 'extensions:\n  ~\na: 1\n', `extensions:\n${MEMBER}a: 1\n`],
    ['a quoted key', '"extensions":\n  a: 1\n', `"extensions":\n  a: 1\n${MEMBER}`],
    [
      'comments at the end',
      'extensions:\n  a: 1\n  # b\n\n# c\nc: 1\n',
      `extensions:\n  a: 1\n  # b\n${MEMBER}\n# c\nc: 1\n`,
    ],
    ['a text block', 'extensions:\n  a: |\n    x\n\nb: 1\n', `extensions:\n  a: |\n    x\n${MEMBER}\nb: 1\n`],
    [
      'a text block that keeps',
      'extensions:\n  a: |+\n    x\n\nb: 1\n',
      `extensions:\n  a: |+\n    x\n\n${MEMBER}b: 1\n`,
    ],
    ['a text block at the end', 'extensions:\n  a: |-\n    x', `extensions:\n  a: |-\n    x\n${MEMBER.trimEnd()}`],
    [
      'an alias in another place',
      'a: &x {b: 1}\nextensions:\n  c: *x\n',
      `a: &x {b: 1}\nextensions:\n  c: *x\n${MEMBER}`,
    ],
    ['a merge', 'a: &x {b: 1}\nextensions:\n  <<: *x\n', `a: &x {b: 1}\nextensions:\n  <<: *x\n${MEMBER}`],
    ['an unknown tag', 'extensions:\n  a: !secret x\n', `extensions:\n  a: !secret x\n${MEMBER}`],
    [
      'a bracket below its key',
      'a: [\n  1\n]\nextensions:\n  b: {\n}\n',
      `a: [\n  1\n]\nextensions:\n  b: {\n}\n${MEMBER}`,
    ],
    ['a quote that looks like a comment', 'extensions:\n  a: "\n   # x"\n', `extensions:\n  a: "\n   # x"\n${MEMBER}`],
    [
      'brackets around anything',
      'extensions:\n  a: {? "}": 1, "b":"]", c: it\'s, # }\n   d: [x y, &e "]", !f \'}\']}\n',
      `extensions:\n  a: {? "}": 1, "b":"]", c: it's, # }\n   d: [x y, &e "]", !f '}']}\n${MEMBER}`,
    ],
    ['tabs in comments', 'extensions:\t# c\n  a: 1\t#\tc\n\t# d\n', `extensions:\t# c\n  a: 1\t#\tc\n${MEMBER}\t# d\n`],
    ['a real file', REAL, REAL.replace('    - -y\n', `    - -y\n${MEMBER}`)],
  ])('keeps the bytes of %s', (_, text, expected) => {
    const edited = yaml.set(text, GOOSE, ENTRY);
    expect(edited).toBe(expected);
    expect(yaml.get(edited, GOOSE)).toEqual(ENTRY);
    expect(undone(yaml, edited, text, [{ spot: GOOSE, value: yaml.get(edited, GOOSE) }])).toBe(text);
  });

  it('indents as the file does', () => {
    const wide = 'extensions:\n    a:\n        b: 1\n';
    const member = `    my-server:\n${lines('        ', '        ', '    ')}`;
    expect(yaml.set(wide, GOOSE, ENTRY)).toBe(wide + member);
    expect(yaml.set('z:\n    a: 1\n', GOOSE, ENTRY)).toBe(`z:\n    a: 1\nextensions:\n${member}`);
    const mixed = 'z:\n    a: 1\nextensions:\n  a: 1\n';
    expect(yaml.set(mixed, GOOSE, ENTRY)).toBe(mixed + MEMBER);
    expect(yaml.set(' z: 1\n', GOOSE, 1)).toBe(' z: 1\n extensions:\n   my-server: 1\n');
  });

  it('ends lines as the file does', () => {
    for (const eol of ['\r\n', '\r']) {
      const edited = yaml.set(REAL.replaceAll('\n', eol), GOOSE, ENTRY);
      expect(edited).toBe(yaml.set(REAL, GOOSE, ENTRY).replaceAll('\n', eol));
    }
    expect(yaml.set('# a\r# b\na: 1\n', GOOSE, 1)).toBe('# a\r# b\na: 1\nextensions:\n  my-server: 1\n');
  });

  it('makes and finds tables at any depth', () => {
    const spot: Spot = { path: ['a', 'b', 'c'], name: 'x' };
    expect(yaml.set('a:\n  z: 1\nd: 2\n', spot, 1)).toBe('a:\n  z: 1\n  b:\n    c:\n      x: 1\nd: 2\n');
    expect(yaml.set('a:\n  b:\n    c: {}\nd: 2\n', spot, 1)).toBe('a:\n  b:\n    c:\n      x: 1\nd: 2\n');
    expect(yaml.set('a: {}\n', { ...spot, by: 'id' }, { id: 'x' })).toBe('a:\n  b:\n    c:\n      - id: x\n');
  });
});

describe('adding to a list', () => {
  it.each<[string, string, string]>([
    ['an empty file', '', `mcpServers:\n${ITEM}`],
    ['a list []', 'mcpServers: [] # c\na: 1\n', `mcpServers: # c\n${ITEM}a: 1\n`],
    ['a list null', 'mcpServers: ~\n', `mcpServers:\n${ITEM}`],
    ['items', 'mcpServers:\n  - name: a\na: 1\n', `mcpServers:\n  - name: a\n${ITEM}a: 1\n`],
    [
      'items at the key',
      'mcpServers:\n- name: a\n# c\na: 1\n',
      `mcpServers:\n- name: a\n${lines('- ', '  ')}# c\na: 1\n`,
    ],
    ['items far from the dash', 'mcpServers:\n-   name: a\n', `mcpServers:\n-   name: a\n${lines('-   ', '    ')}`],
    [
      'items of all kinds',
      'mcpServers:\n- {name: a}\n-\n- - x\n- y\n',
      `mcpServers:\n- {name: a}\n-\n- - x\n- y\n${lines('- ', '  ')}`,
    ],
  ])('keeps the bytes of %s', (_, text, expected) => {
    const edited = yaml.set(text, CONTINUE, ENTRY);
    expect(edited).toBe(expected);
    expect(yaml.get(edited, CONTINUE)).toEqual(ENTRY);
    expect(undone(yaml, edited, text, [{ spot: CONTINUE, value: yaml.get(edited, CONTINUE) }])).toBe(text);
  });
});

describe('replacing', () => {
  it.each<[string, string, string]>([
    [
      'lines',
      'extensions:\n  my-server:\n    x: 1 # c\n    # d\n  # e\n  b: 1\n',
      `extensions:\n${MEMBER}    # d\n  # e\n  b: 1\n`,
    ],
    [
      'brackets',
      'extensions:\n  my-server: {x: [1,\n    2]} # c\n  b: 1\n',
      `extensions:\n${MEMBER.replace('\n', ' # c\n')}  b: 1\n`,
    ],
    ['a text block', 'extensions:\n  my-server: |+\n    x\n\n  b: 1\n', `extensions:\n${MEMBER}\n  b: 1\n`],
    ['an alias', 'a: &a 1\nextensions:\n  my-server: *a\n', `a: &a 1\nextensions:\n${MEMBER}`],
    ['nothing', 'extensions:\n  my-server:\n  b: 1\n', `extensions:\n${MEMBER}  b: 1\n`],
    [
      'words above a comment',
      'extensions:\n  my-server: x # c\n   # d\n',
      `extensions:\n${MEMBER.replace('\n', ' # c\n')}   # d\n`,
    ],
    [
      'words above a comment in deeper lines',
      'extensions:\n  my-server: x\n    y\n   # d\n',
      `extensions:\n${MEMBER}   # d\n`,
    ],
    [
      'lines below a comment',
      'extensions:\n  "my-server": # c\n\n    x: 1',
      `extensions:\n${MEMBER.replace('my-server:', '"my-server": # c').trimEnd()}`,
    ],
  ])('changes nothing but the value: %s', (_, text, expected) => {
    expect(yaml.set(text, GOOSE, ENTRY)).toBe(expected);
  });

  it.each<[string, string, string]>([
    [
      'lines',
      'mcpServers:\n  - x: 1\n    name: my-server # c\n  # e\n  - name: b\n',
      `mcpServers:\n${ITEM}  # e\n  - name: b\n`,
    ],
    ['brackets', 'mcpServers:\n  - {"name":"my-server"} # c\n', `mcpServers:\n${ITEM.trimEnd()} # c\n`],
    [
      'lines below the dash',
      'mcpServers:\n  - # c\n    name: my-server\n',
      `mcpServers:\n  - # c\n${lines('    ', '    ')}`,
    ],
  ])('changes nothing but the item: %s', (_, text, expected) => {
    expect(yaml.set(text, CONTINUE, ENTRY)).toBe(expected);
  });

  it('puts a scalar beside the key', () => {
    expect(yaml.set('extensions:\n  my-server: # c\n    x: 1\n  b: 1\n', GOOSE, {})).toBe(
      'extensions:\n  my-server: {} # c\n  b: 1\n',
    );
  });
});

describe('removing', () => {
  it.each<[string, string, string]>([
    ['the only member', 'extensions: # c\n  my-server:\n    x: 1\n\na: 1\n', 'extensions: {} # c\n\na: 1\n'],
    ['the only member, under an anchor', 'extensions: &a\n  my-server: 1\n', 'extensions: &a {}\n'],
    ['the only member of a file without a final line break', 'extensions:\n  my-server: 1', 'extensions: {}'],
    ['the first', 'extensions:\n  my-server: 1\n  # b\n  b: 1\n', 'extensions:\n  # b\n  b: 1\n'],
    ['one with comments', 'extensions:\n  a: 1\n  my-server: 1 # c\n    # d\n  # b\n', 'extensions:\n  a: 1\n  # b\n'],
    [
      'one after a text block',
      'extensions:\n  a: |+\n    x\n  my-server: 1\n\n  b: 1\n',
      'extensions:\n  a: |+\n    x\n  b: 1\n',
    ],
    ['the last after a text block', 'extensions:\n  a: |\n    x\n  my-server: 1', 'extensions:\n  a: |\n    x\n'],
    ['nothing', 'extensions:\n  a: 1\n', 'extensions:\n  a: 1\n'],
  ])('takes out %s', (_, text, expected) => {
    expect(yaml.remove(text, GOOSE)).toBe(expected);
  });

  it('takes out an item, whatever its shape', () => {
    for (const item of ['- name: my-server', "-\n  x: |\n    y\n  'name': my-server", '- {x: 1, "name": my-server}']) {
      expect(yaml.remove(`mcpServers:\n- name: a\n${item}\n- name: b\n`, CONTINUE)).toBe(
        'mcpServers:\n- name: a\n- name: b\n',
      );
      expect(yaml.remove(`mcpServers:\n${item}\n`, CONTINUE)).toBe('mcpServers: []\n');
    }
  });

  it('ignores a backup that the edit did not start from', () => {
    const text = 'extensions:\n  a: 1\n  my-server: 1\n';
    for (const before of ['', 'a: [', text, 'extensions:\n  a: 2\n']) {
      expect(
        undone(yaml, text, before, [{ spot: GOOSE, value: yaml.get(text, GOOSE) }]) ?? yaml.remove(text, GOOSE),
      ).toBe('extensions:\n  a: 1\n');
    }
  });
});

describe('files that cannot be edited safely', () => {
  it.each<[string, string, number, RegExp]>([
    ['equal keys', 'a: 1\na: 2\n', 5, /occurs twice/],
    ['equal keys on the path', 'extensions:\n  a: 1\nextensions:\n  b: 1\n', 19, /occurs twice/],
    ['a tab', 'extensions:\n\ta: 1\n', 12, /a tab indents/],
    ['a tab after spaces', 'extensions:\n  a: 1\n \tb: 1\n', 20, /a tab indents/],
    ['an open quote', 'a: "b', 5, /a quote .* not closed/],
    ['an open quote before a line', 'a: "b\nc: 1\n', 6, /a quote or a bracket is open/],
    ['an open bracket', 'extensions: {a: 1\n', 18, /a quote or a bracket is open/],
    ['a missing quote', 'a: b: c\n', 4, /needs quotes/],
    ['a missing colon', 'a: 1\nb\nc: 1\n', 8, /lacks a ":"/],
    ['several documents', '# c\n---\na: 1\n--- # b\nb: 1\n', 13, /several documents/],
    ['several documents without a first marker', 'a: 1\n---\n', 5, /several documents/],
    ['a list', '- a\n', 0, /the file must hold a mapping/],
    ['a word', 'hello\n', 0, /the file must hold a mapping/],
    ['a file in braces', '{"a": 1}\n', 0, /the file is written in brackets/],
    ['a table in braces', 'extensions: {a: 1}\n', 12, /"extensions" is written in brackets/],
    ['braces around a comment', 'extensions: { # c\n  }\n', 12, /written in brackets/],
    ['a list for a mapping', 'extensions: []\n', 12, /"extensions" must hold a mapping/],
    ['a word for a mapping', 'a: 1\nextensions: x\n', 17, /"extensions" must hold a mapping/],
    ['an alias', 'a: &x {b: 1}\nextensions: *x\n', 25, /is an alias/],
    ['an alias of nothing', 'a: &x\nextensions: *x\n', 18, /is an alias/],
    ['a table that is used again', 'extensions: &x\n  a: 1\nb: *x\n', 25, /used again/],
    ['a table that is merged', 'extensions: &x\n  a: 1\nb:\n  <<: *x\n', 31, /used again/],
    ['a table with a tag', 'extensions: !x\n  a: 1\n', 12, /has a tag/],
    ['a file to include', 'extensions: !include x.yaml\n', 12, /has a tag/],
    ['an anchor on its own line', 'extensions:\n  &x\n  a: 1\n', 14, /an anchor or a tag/],
    ['a long key', '? extensions\n: a: 1\n', 0, /"\?"/],
    ['a key with escapes', '"extension\\x73":\n  a: 1\n', 0, /"extensions" in a spelling/],
    ['a key that is an alias', 'a: &x extensions\n*x :\n  b: 1\n', 0, /"extensions" in a spelling/],
    ['a list as a key', '[a]: 1\n', 0, /used as a key/],
    ['a text that the end cuts off', 'extensions:\n  a: |\n    x', 24, /within a block of text/],
    ['an alias without an anchor', 'a: *x\n', 4, /no anchor/],
    ['an alias of what holds it', 'a: &x [*x]\n', 8, /holds the alias itself/],
    ['an anchor in the entry', 'extensions:\n  my-server: &x {a: 1}\nb: *x\n', 38, /would change/],
    ['a NUL character', 'a: 1\n\0', 5, /null byte/],
    ['a control character', 'a: \u0007\n', 3, /non-printable/],
    ['a bracket far to the left', `a:\n${' '.repeat(150)}b: [\n]\n`, 158, /a quote or a bracket is open/],
    ['an end before the beginning', '...\na: 1\n', 0, /has not begun/],
  ])('refuses %s, with place and reason', (_, text, offset, reason) => {
    const error = failureOf(() => yaml.set(text, GOOSE, ENTRY));
    expect(error.reason).toMatch(reason);
    expect(error.offset).toBe(offset);
  });

  it.each<[string, string, number, RegExp]>([
    ['a mapping for a list', 'mcpServers: {}\n', 12, /"mcpServers" must hold a list/],
    ['a mapping in lines for a list', 'mcpServers:\n  a: 1\n', 14, /"mcpServers" must hold a list/],
    ['a list in brackets', 'mcpServers: [{name: a}]\n', 12, /"mcpServers" is written in brackets/],
    ['equal names', 'mcpServers:\n- name: my-server\n- {name: my-server}\n', 30, /two items .* "my-server"/],
  ])('refuses %s where items are named', (_, text, offset, reason) => {
    const error = failureOf(() => yaml.set(text, CONTINUE, ENTRY));
    expect(error.reason).toMatch(reason);
    expect(error.offset).toBe(offset);
  });

  it('refuses a number that is spelt like the name, and no other', () => {
    const text = 'extensions:\n  1.0: x\n  ~: y\n';
    for (const name of ['1.0', '1', '~', 'null']) {
      expect(failureOf(() => yaml.set(text, { ...GOOSE, name }, 1)).reason).toMatch(/in a spelling/);
    }
    expect(yaml.set(text, GOOSE, 1)).toBe(`${text}  my-server: 1\n`);
  });

  it('refuses to remove an anchor that is used', () => {
    const text = 'extensions:\n  my-server: &x {a: 1}\n  b: *x\n';
    expect(failureOf(() => yaml.remove(text, GOOSE)).offset).toBe(40);
  });
});

describe('huge and hostile files', () => {
  const many = (count: number, text: (index: number) => string): string =>
    Array.from({ length: count }, (_, index) => text(index)).join('');

  it.each<[string, string, Spot]>([
    [
      'of many members',
      `extensions:\n${many(30_000, (index) => `  s${index}:\n    cmd: node\n    args:\n      - ${'x'.repeat(100)}\n`)}`,
      GOOSE,
    ],
    [
      'of many items',
      `mcpServers:\n${many(30_000, (index) => `- command: node\n  args:\n  - ${'x'.repeat(100)}\n  name: s${index}\n`)}`,
      CONTINUE,
    ],
    ['of one text block', `a: |\n${'  extensions: x\n'.repeat(huge(300_000))}`, GOOSE],
    ['of one text in the table', `extensions:\n  a: >+\n${'    extensions:\n\n'.repeat(huge(280_000))}`, GOOSE],
    ['of comments', `extensions:\n  a: 1\n${'  # extensions:\n'.repeat(huge(300_000))}`, GOOSE],
    ['of blank lines', `extensions:\n  a: 1\n${'\n'.repeat(huge(5_000_000))}`, GOOSE],
    ['of spaces', `extensions:\n  a: 1\n${' '.repeat(huge(5_000_000))}`, GOOSE],
    ['of one word', `extensions:\n  a: ${'x'.repeat(huge(5_000_000))}\n`, GOOSE],
    ['of words in many lines', `extensions:\n  a: x\n${'   y\n'.repeat(huge(1_000_000))}`, GOOSE],
    ['of escapes', `extensions:\n  a: "${'\\x41\\"'.repeat(huge(800_000))}"\n`, GOOSE],
    ['of one key', `extensions:\n  "${'\\"'.repeat(huge(2_500_000))}": 1\n`, GOOSE],
    ['of short lists', `extensions:\n  a: [${'[[1],[]], '.repeat(huge(200_000))}0]\n`, GOOSE],
    ['of aliases', `a:\n  - &a x\n${'  - *a\n'.repeat(huge(500_000))}`, GOOSE],
    ['of anchors', `a:\n${'  - &a x\n'.repeat(huge(500_000))}extensions: &b {}\n`, GOOSE],
  ])('are edited: %s', (_, text, spot) => {
    const edited = yaml.set(text, spot, ENTRY);
    expect(yaml.get(edited, spot)).toEqual(ENTRY);
    expect(edited.length - text.length).toBeLessThan(200);
    expect(undone(yaml, edited, text, [{ spot: spot, value: yaml.get(edited, spot) }])).toBe(text);
  });

  const laughs = `a0: &a0 [x, x]\n${many(40, (index) => `a${index + 1}: &a${index + 1} [*a${index}, *a${index}]\n`)}`;
  const chain = (length: number) =>
    `a0: &a0 [x]\n${many(length, (index) => `a${index + 1}: &a${index + 1} [*a${index}]\n`)}`;
  it.each<[string, string, RegExp]>([
    ['aliases that double', laughs, /too large/],
    ['aliases that nest', chain(1000), /too large/],
    ['aliases that nest without an end', chain(50_000), /too large/],
    ['brackets without an end', `a: ${'['.repeat(huge(5_000_000))}`, /nested too deep/],
    ['dashes without an end', `a:\n${'- '.repeat(huge(2_500_000))}`, /nested too deep/],
    ['question marks without an end', '? '.repeat(huge(2_500_000)), /nested too deep/],
    ['a quote without an end', `a: "${'\\"'.repeat(huge(2_500_000))}`, /not closed/],
    ['documents without an end', '---\na: 1\n'.repeat(huge(300_000)), /several documents/],
    [
      'shallow brackets without an end',
      `${many(200_000, (index) => `a${index}: [\n]\n`)}`,
      /a quote or a bracket is open/,
    ],
  ])('are refused: %s', (_, text, reason) => {
    expect(failureOf(() => yaml.set(text, GOOSE, ENTRY)).reason).toMatch(reason);
  });
});

describe('reading', () => {
  it('takes YAML as the clients do', () => {
    expect(yaml.read('a: 2020-01-01\nb: yes\nc: 0o7\n<<: {d: 1}\ne: !secret x\nf: [\n  1\n]\n')).toEqual({
      a: '2020-01-01',
      b: 'yes',
      c: 7,
      '<<': { d: 1 },
      e: { '!secret': 'x' },
      f: [1],
    });
    expect(yaml.read('# nothing\n')).toBeUndefined();
    expect(yaml.read('---\n')).toBeNull();
  });

  it('leaves brackets in texts alone', () => {
    expect(yaml.read('a: {\n}\nb: |\n  {\n  }\nc: [\n]\n')).toEqual({ a: {}, b: '{\n}\n', c: [] });
  });
});

describe('printing', () => {
  it('quotes what somebody might take for something else', () => {
    const texts = {
      plain: [
        'npx',
        '/usr/local/bin/node',
        'C:\\Users\\me\\x.js',
        'https://example.com:3000/mcp',
        'two words',
        'a.b@1.2',
      ],
      quoted: [
        '',
        'yes',
        'No',
        'y',
        '~',
        'null',
        '1.10',
        '0x1',
        '12:30',
        '-y',
        '@scope/pkg',
        'a: b',
        'a #b',
        'a:',
        ' a',
        'a ',
      ],
    };
    const text = yaml.snippet({ path: ['a'], name: 'b' }, texts);
    for (const plain of texts.plain) expect(text).toContain(`- ${plain}\n`);
    for (const quoted of texts.quoted) expect(text).toContain(`- ${JSON.stringify(quoted)}\n`);
    expect(load(text, { schema: CORE_SCHEMA })).toEqual({ a: { b: texts } });
  });

  it('escapes what is no character of YAML', () => {
    const value = '\u0000\u007f\u0085\u2028\u2029\ufeff\ufffe\ud800 é😀';
    const text = yaml.snippet({ path: ['a'], name: 'b' }, value);
    expect(text).toBe('a:\n  b: "\\u0000\\u007f\\u0085\\u2028\\u2029\\ufeff\\ufffe\\ud800 é😀"\n');
    expect(load(text)).toEqual({ a: { b: value } });
  });

  it('leaves out what is not there, and writes empty collections on one line', () => {
    const value = { a: undefined, b: {}, c: [], d: [[1, [2]], { e: [{ f: null, g: true }] }], y: -1.5e300 };
    expect(yaml.snippet({ path: ['x'], name: 'name', by: 'z' }, value)).toBe(
      'x:\n  - b: {}\n    c: []\n    d:\n      - - 1\n        - - 2\n      - e:\n          - f: null\n            g: true\n    "y": -1.5e+300\n',
    );
  });
});

function failureOf(task: () => unknown): TextError {
  try {
    task();
  } catch (error) {
    if (error instanceof TextError) return error;
    throw error;
  }
  throw new Error('The task was expected to fail.');
}
