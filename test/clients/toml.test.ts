import { parse } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { valueAt } from '../../src/base/json.ts';
import { lineAndColumn, TextError } from '../../src/configs/formats/format.ts';
import { toml } from '../../src/configs/formats/toml.ts';
import { deepEqual, sameBut } from '../../src/configs/values.ts';
import { huge } from '../support/tier.ts';

const SPOT = { path: ['mcp_servers'], name: 'my-server' };
const ENTRY = { command: '/usr/bin/node', args: ['/srv/my server/dist/main.js'], env: { TOKEN: 's3cret' } };
const BLOCK = `[mcp_servers.my-server]
command = "/usr/bin/node"
args = ["/srv/my server/dist/main.js"]

[mcp_servers.my-server.env]
TOKEN = "s3cret"
`;

/** As people write it: settings, comments, a server that is switched off, a table after the servers. */
const CODEX = `# my settings
model = "gpt-5" # the good one
notify = [
  "terminal-notifier", # on macOS
]

[mcp_servers.docs]
command = "npx"
args = ["-y", "docs"]
# env = { KEY = "x" }

# [mcp_servers.off]
# command = "off"

# profiles below
[profiles.fast]
model = "gpt-5-mini"
`;

const set = (text: string, value: unknown = ENTRY): string => toml.set(text, SPOT, value);

describe('adding a server', () => {
  it('puts it after its neighbours and their comments', () => {
    const [head, tail] = CODEX.split('\n# [mcp_servers.off]');
    expect(set(CODEX)).toBe(`${head}\n${BLOCK}\n# [mcp_servers.off]${tail}`);
  });

  it.each<[string, string, string]>([
    ['nothing', '', BLOCK],
    ['blank lines', '\n \n', `${BLOCK}\n \n`],
    ['settings', 'model = "x"\n', `model = "x"\n\n${BLOCK}`],
    ['settings and blank lines', 'model = "x"\n\n\n', `model = "x"\n\n${BLOCK}\n\n`],
    ['a comment', '# mine\n', `# mine\n\n${BLOCK}`],
    ['no final line end', 'model = "x"', `model = "x"\n\n${BLOCK.trimEnd()}`],
    ['a space instead', 'model = "x" ', `model = "x" \n\n${BLOCK.trimEnd()}`],
    ['an empty table of servers', '[mcp_servers]\n\n[z]\n', `[mcp_servers]\n\n${BLOCK}\n[z]\n`],
    ['a table directly below', '[mcp_servers.a]\n[z]\n', `[mcp_servers.a]\n\n${BLOCK}[z]\n`],
    ['a comment of the next table', '[mcp_servers.a]\n# z\n[z]\n', `[mcp_servers.a]\n\n${BLOCK}# z\n[z]\n`],
    ['a comment of the server', '[mcp_servers.a]\n# a\n\n[z]\n', `[mcp_servers.a]\n# a\n\n${BLOCK}\n[z]\n`],
    [
      'a sub-table last',
      '[mcp_servers.a]\n[mcp_servers.a.env]\nA=""\n[z]',
      `[mcp_servers.a]\n[mcp_servers.a.env]\nA=""\n\n${BLOCK}[z]`,
    ],
    [
      'servers in two places',
      '[mcp_servers.a]\n[z]\n[mcp_servers.b]\n[y]\n',
      `[mcp_servers.a]\n[z]\n[mcp_servers.b]\n\n${BLOCK}[y]\n`,
    ],
    ['a server in one line', '[mcp_servers]\na = {}\n[z]\n', `[mcp_servers]\na = {}\n\n${BLOCK}[z]\n`],
    ['dotted servers', 'mcp_servers.a.command = "x"\n[z]\n', `mcp_servers.a.command = "x"\n[z]\n\n${BLOCK}`],
    ['other names', '[mcp_servers2.a]\n[a.mcp_servers.x]\n', `[mcp_servers2.a]\n[a.mcp_servers.x]\n\n${BLOCK}`],
    ['five quotes', 'a = """x"""""\n', `a = """x"""""\n\n${BLOCK}`],
    ['a backslash that is none', "a = '\\'\n", `a = '\\'\n\n${BLOCK}`],
    ['a backslash at the end of a line', 'a = """\\ \n b"""\n', `a = """\\ \n b"""\n\n${BLOCK}`],
    ['fake headers', 'a = """\n[mcp_servers.my-server]\n"""\n', `a = """\n[mcp_servers.my-server]\n"""\n\n${BLOCK}`],
  ])('works with %s', (_, text, edited) => {
    expect(set(text)).toBe(edited);
    expect(parse(edited)).toMatchObject({ mcp_servers: { 'my-server': ENTRY } });
    expect(toml.remove(edited, SPOT)).toBe(text);
    expect(toml.remove(edited, SPOT)).toBe(text);
  });

  it('keeps line ends', () => {
    const text = CODEX.replaceAll('\n', '\r\n');
    expect(set(text)).toBe(set(CODEX).replaceAll('\n', '\r\n'));
  });

  it('keeps the indentation of the neighbours', () => {
    const text = '[mcp_servers]\n  [mcp_servers.a]\n  command = "x"\n    [mcp_servers.a.env]\n    A = "b"\n';
    const block = '  [mcp_servers.my-server]\n  url = "u"\n\n  [mcp_servers.my-server.http_headers]\n  A = "b"\n';
    expect(set(text, { url: 'u', http_headers: { A: 'b' } })).toBe(`${text}\n${block}`);
  });

  it('quotes names that need it, on any path', () => {
    const spot = { path: ['a.b', 'c'], name: 'é "\\\u0007' };
    const edited = toml.set('', spot, { x: 1 });
    expect(edited).toBe('["a.b".c."é \\"\\\\\\u0007"]\nx = 1\n');
    expect(toml.get(edited, spot)).toEqual({ x: 1 });
  });

  it('sees through the spelling of keys', () => {
    const text = `["mcp_serv\\u0065rs" . 'my-server'] # mine\ncommand = "old"\n`;
    expect(toml.get(text, SPOT)).toEqual({ command: 'old' });
    expect(set(text, { command: 'new' })).toBe(text.replace('old', 'new'));
    expect(toml.get('[mcp_servers."\\x6dy\\U0000002dserver"]\n', SPOT)).toEqual({});
    expect(toml.get("[mcp_servers.'\\x6dy-server']\n", SPOT)).toBeUndefined();
  });
});

describe('values', () => {
  it('are printed one pair a line, tables last', () => {
    const value = {
      http_headers: { 'X-A': 'b', deep: { only: { x: 1 } } },
      url: 'http://[::1]:3000/mcp?a="b"',
      enabled: true,
      startup_timeout_sec: 20,
      ratio: 0.5,
      skipped: undefined,
      env_vars: [],
      tools: [{ name: 'a', args: [1, [2]] }, {}],
      empty: {},
    };
    expect(toml.snippet(SPOT, value)).toBe(`[mcp_servers.my-server]
url = "http://[::1]:3000/mcp?a=\\"b\\""
enabled = true
startup_timeout_sec = 20
ratio = 0.5
env_vars = []
tools = [{ name = "a", args = [1, [2]] }, {}]

[mcp_servers.my-server.http_headers]
X-A = "b"

[mcp_servers.my-server.http_headers.deep.only]
x = 1

[mcp_servers.my-server.empty]
`);
  });

  it('have one item a line in a list that would be wide', () => {
    const args = ['x'.repeat(60), 'y'.repeat(60)];
    const snippet = toml.snippet(SPOT, { args });
    expect(snippet).toBe(`[mcp_servers.my-server]\nargs = [\n  "${args[0]}",\n  "${args[1]}",\n]\n`);
    expect(toml.get(snippet, SPOT)).toEqual({ args });
  });

  it.each<[unknown, string]>([
    [
      '\b\t\n\f\r"\\\u0000\u001f\u007f\u0085é\u2028😀',
      '"\\b\\t\\n\\f\\r\\"\\\\\\u0000\\u001F\\u007F\\u0085é\\u2028😀"',
    ],
    [-0, '-0.0'],
    [2 ** 53, '9007199254740992.0'],
    [Number.MAX_SAFE_INTEGER, '9007199254740991'],
    [1e21, '1e+21'],
    [-5e-324, '-5e-324'],
    [Number.NEGATIVE_INFINITY, '-inf'],
    [Number.NaN, 'nan'],
  ])('%j reads back', (value, text) => {
    const snippet = toml.snippet(SPOT, { x: value });
    expect(snippet).toBe(`[mcp_servers.my-server]\nx = ${text}\n`);
    expect(parse(snippet)).toEqual({ mcp_servers: { 'my-server': { x: value } } });
    expect(deepEqual(toml.get(snippet, SPOT), { x: value })).toBe(true);
  });

  it.each<[string, unknown]>([
    ['null', { a: null }],
    ['undefined in a list', { a: [undefined] }],
    ['half a character', { a: '\ud800' }],
    ['half a character in a name', { '\udc00': 1 }],
    ['a function', { a: () => 1 }],
    ['a date', { a: new Date(0) }],
    ['a large integer', { a: 1n }],
    ['a text alone', 'x'],
    ['a list alone', [1]],
  ])('that TOML has no words for are refused: %s', (_, value) => {
    expect(() => set('', value)).toThrow(Error);
    expect(() => set('[mcp_servers]\nmy-server = {}', value)).toThrow(Error);
    expect(() => set('', value)).not.toThrow(TextError);
  });

  it('that JSON has no words for can be told apart and shown', () => {
    const text =
      '[mcp_servers.my-server]\na = 1979-05-27T00:32:00-07:00\nb = 1979-05-27\nc = 07:32:00\nd = 9223372036854775807\n__proto__ = 0x10\n';
    const value = toml.get(text, SPOT);
    expect(JSON.stringify(value)).toBe(
      '{"a":{"$date":"1979-05-27T00:32:00.000-07:00"},"b":{"$date":"1979-05-27"},"c":{"$date":"07:32:00.000"},' +
        '"d":{"$integer":"9223372036854775807"},"__proto__":16}',
    );
    expect(deepEqual(toml.read(text), toml.read(text.replace('05-27\n', '05-28\n')))).toBe(false);
    expect(deepEqual(toml.read(text), toml.read(text.replace('807', '806')))).toBe(false);
  });

  it('must be there', () => {
    expect(() => toml.set('', SPOT, undefined)).toThrow('a TOML table needs an object');
  });
});

describe('replacing a server', () => {
  const NEW = { command: 'new', env: { B: 'c' } };
  const BODY = 'command = "new"\n\n[mcp_servers.my-server.env]\nB = "c"\n';

  it.each<[string, string, string]>([
    [
      'between others',
      '[mcp_servers.a]\n\n# mine\n[mcp_servers.my-server] # work\n# note\ncommand = "old" # old\n\n# b\n[mcp_servers.b]\n',
      `[mcp_servers.a]\n\n# mine\n[mcp_servers.my-server] # work\n${BODY}\n# b\n[mcp_servers.b]\n`,
    ],
    [
      'with sub-tables',
      '[mcp_servers.my-server]\ncommand = "old"\n\n# env\n[mcp_servers.my-server.env]\nA = "b"\n[[mcp_servers.my-server.x]]\n[z]\n',
      `[mcp_servers.my-server]\n${BODY}[z]\n`,
    ],
    [
      'with sub-tables elsewhere',
      '[mcp_servers.my-server.x]\n\n[y]\n\n[mcp_servers.my-server]\ncommand = "old"\n\n[z]\n\n# env\n[mcp_servers.my-server.env]\nA = "b"',
      `\n[y]\n\n[mcp_servers.my-server]\n${BODY}\n[z]\n\n# env`.slice(1),
    ],
    ['of sub-tables alone', '[mcp_servers.my-server.env]\nA = "b"\n\n[z]\n', `[mcp_servers.my-server]\n${BODY}\n[z]\n`],
    [
      'of sub-tables alone, apart',
      '[mcp_servers.my-server.a]\n[y]\n[mcp_servers.my-server.b]\n[z]\n',
      `[mcp_servers.my-server]\n${BODY}[y]\n[z]\n`,
    ],
    ['that is empty', 'a = 1\n[mcp_servers.my-server]', `a = 1\n[mcp_servers.my-server]\n${BODY.trimEnd()}`],
    [
      'in a pair',
      '[mcp_servers]\n"my-server"  =  { command = "old" } # mine\nb = {}\n',
      '[mcp_servers]\n"my-server"  =  { command = "new", env = { B = "c" } } # mine\nb = {}\n',
    ],
    [
      'in a pair at the top',
      'mcp_servers.my-server = {\n  command = "old", # c\n}\nx = 1\n[z]\n',
      'mcp_servers.my-server = { command = "new", env = { B = "c" } }\nx = 1\n[z]\n',
    ],
    [
      'that is no table',
      '[mcp_servers]\nmy-server = 1',
      '[mcp_servers]\nmy-server = { command = "new", env = { B = "c" } }',
    ],
  ])('%s keeps all around it', (_, text, edited) => {
    expect(set(text, NEW)).toBe(edited);
    expect(set(text.replaceAll('\n', '\r\n'), NEW)).toBe(edited.replaceAll('\n', '\r\n'));
    expect(toml.get(edited, SPOT)).toEqual(NEW);
  });

  it('may leave an empty table', () => {
    expect(set('[mcp_servers.my-server]\nx = 1\n[mcp_servers.my-server.env]\n', {})).toBe('[mcp_servers.my-server]\n');
  });
});

describe('removing a server', () => {
  it.each<[string, string, string]>([
    ['at the top', '[mcp_servers.my-server]\nx = 1\n\n\n[z]\n', '[z]\n'],
    ['after a blank line', '\n[mcp_servers.my-server]\nx = 1\n\n[z]\n', '[z]\n'],
    ['alone', '[mcp_servers.my-server]\nx = 1', ''],
    ['with a comment above', '# mine\n[mcp_servers.my-server]\n\n[z]\n', '# mine\n\n[z]\n'],
    [
      'with comments below',
      '[a]\n\n[mcp_servers.my-server]\n# own\n\n# free\n\n# z\n[z]\n',
      '[a]\n\n# free\n\n# z\n[z]\n',
    ],
    ['at the end', '[a]\n\n[mcp_servers.my-server]\nx = 1', '[a]'],
    ['at the end, close', '[a]\r\n[mcp_servers.my-server]', '[a]'],
    ['in a pair', '[mcp_servers]\n  # a\n  my-server = {} # mine\n\n  b = {}\n', '[mcp_servers]\n  # a\n\n  b = {}\n'],
    ['in a pair of lines', 'a = 1\nmcp_servers.my-server = [\n1]', 'a = 1'],
    ['in pieces', '[a]\n\n[mcp_servers.my-server.b]\n\n[c]\n[mcp_servers.my-server]\n', '[a]\n\n[c]\n'],
  ])('%s leaves all around it', (_, text, edited) => {
    expect(toml.remove(text, SPOT)).toBe(edited);
  });

  it('leaves a text without the server alone', () => {
    expect(toml.remove(CODEX, SPOT)).toBe(CODEX);
    expect(toml.remove('mcp_servers = {a = {}}', SPOT)).toBe('mcp_servers = {a = {}}');
  });
});

describe('texts that cannot be edited safely', () => {
  it.each<[string, string, string, RegExp]>([
    [
      'an inline table of servers',
      'x = 1\nmcp_servers = { a = {} }',
      '2:1',
      /"mcp_servers" is an inline table, which cannot get another/,
    ],
    ['an inline table with the server', 'mcp_servers = { my-server = {} }', '1:1', /cannot have an entry changed/],
    ['dotted keys', '[mcp_servers]\nmy-server.command = "x"', '2:1', /"my-server" is spread over dotted keys/],
    ['dotted keys at the top', 'mcp_servers.my-server.args = []', '1:1', /dotted keys/],
    ['dotted keys and a table', 'mcp_servers.my-server.args = []\n[mcp_servers.my-server.env]', '1:1', /dotted keys/],
    ['a list of tables', '[a]\n[[mcp_servers.my-server]]\n', '2:1', /"my-server" is a list of tables/],
    ['a list of tables of servers', '[[mcp_servers]]\n', '1:1', /"mcp_servers" must be a table, not a list/],
    ['a list of servers', 'mcp_servers = []\n', '1:1', /must be a table, not a list/],
    ['a text for servers', 'a = 1\n mcp_servers = ""\n', '2:2', /must be a table, not a string/],
    ['a number for servers', 'mcp_servers = 9223372036854775807', '1:1', /must be a table, not a number/],
    ['a date for servers', 'mcp_servers = 1979-05-27', '1:1', /must be a table, not a date/],
    ['a table twice', '[a]\n[mcp_servers.x]\n[a]\n', '3:2', /defined twice/],
    ['the server twice', '[mcp_servers.my-server]\n[b]\n[mcp_servers."my-server"]\n', '3:2', /defined twice/],
    ['a pair and a table', '[mcp_servers]\nmy-server = {}\n[mcp_servers.my-server.env]\n', '3:2', /defined twice/],
    ['a key twice', '[a]\r\nb = 1\r\nb = 2\r\n', '3:1', /defined twice/],
    ['a key twice, inline', 'a = { b = 1, b = 2 }', '1:14', /defined twice/],
    ['a text without an end', 'a = "x\n[mcp_servers]\n', '1:5', /not closed on its line/],
    ['a text without an end at the end', "a = 'x", '1:5', /not closed on its line/],
    ['lines without an end', 'b = 1\na = """\n[mcp_servers]\n""', '2:5', /not closed/],
    ['too many quotes', "a = '''x''''''", '1:14', /end of the line/],
    ['an unknown escape', 'a = "C:\\Users"', '1:8', /unknown escape/],
    ['half a character', 'a = "\\ud83d\\ude00"', '1:6', /unknown escape/],
    ['a character that does not exist', '"\\U00110000" = 1', '1:2', /unknown escape/],
    ['a backslash before a space', 'a = """\\ x"""', '1:8', /unknown escape/],
    ['a control character', 'a = "\u0001"', '1:6', /control character/],
    ['a control character in lines', "a = '''\n\u007f'''", '2:1', /control character/],
    ['a control character in a comment', '# \u0000', '1:3', /control character/],
    ['a lone carriage return', 'a = 1\rb = 2', '1:6', /end of the line/],
    ['a lone carriage return in lines', 'a = """\r"""', '1:8', /control character/],
    ['two pairs on a line', 'a = 1 b = 2', '1:7', /end of the line/],
    ['a pair after a header', '[a] b = 2', '1:5', /end of the line/],
    ['an open header', '[mcp_servers.x\n', '1:15', /expected "." or "\]"/],
    ['an open header of a list', '[[mcp_servers.x]\n', '1:16', /expected "." or "\]\]"/],
    ['an empty header', '[]', '1:2', /expected a key/],
    ['an empty part of a key', 'a..b = 1', '1:3', /expected a key/],
    ['lines for a key', '"""a""" = 1', '1:3', /expected "=" or "."/],
    ['a key alone', 'a', '1:2', /expected "=" or "." after the key, but the file ends here/],
    ['no value', 'a =\nb = 1', '1:4', /expected a value/],
    ['JSON', '{"mcp_servers": {}}', '1:1', /expected a key/],
    ['a missing comma', 'a = [1\n2]', '2:1', /expected "," or "]"/],
    ['an open list', 'a = [1,', '1:8', /expected a value, but the file ends here/],
    ['an open table', 'a = {b = 1', '1:11', /expected "," or "}", but the file ends here/],
    ['a word', 'a = yes', '1:5', /./],
    ['a number with a slip', 'a = 1__0', '1:7', /underscore/],
    ['a leading zero', 'a = [\n 01]', '2:2', /leading zero/],
    ['a date with a slip', 'a = 1979-5-27', '1:5', /expected a value/],
    ['a day that does not exist', 'a = 1979-05-32', '1:5', /invalid date/],
    ['a number too long', `a = ${'1'.repeat(1001)}`, '1:5', /too long/],
    ['a byte order mark inside', '\ufeffa = 1', '1:1', /expected a key/],
    ['lists without end', `a = ${'['.repeat(100_000)}`, '1:1005', /deeper than 1000/],
    ['tables without end', `a = ${'{a='.repeat(100_000)}`, '1:3005', /deeper than 1000/],
    ['keys without end', `${'a.'.repeat(100_000)}a = 1`, '1:2001', /deeper than 1000/],
    ['headers without end', `[${'a.'.repeat(100_000)}a]`, '1:2002', /deeper than 1000/],
  ])('are refused: %s', (_, text, place, reason) => {
    const error = failureOf(() => set(text));
    expect(error.reason).toMatch(reason);
    const { line, column } = lineAndColumn(text, error.offset);
    expect(`${line}:${column}`).toBe(place);
  });

  it('are refused for reading and removing as well', () => {
    for (const text of ['a = ', 'mcp_servers = 1', '[a]\n[a]']) {
      expect(failureOf(() => toml.get(text, SPOT)).reason).toBe(failureOf(() => set(text)).reason);
      expect(failureOf(() => toml.remove(text, SPOT)).reason).toBe(failureOf(() => set(text)).reason);
    }
    for (const text of ['mcp_servers = {my-server = {}}', 'mcp_servers.my-server.a = 1', '[[mcp_servers.my-server]]']) {
      expect(failureOf(() => toml.remove(text, SPOT)).reason).toBe(failureOf(() => set(text)).reason);
      expect(toml.get(text, SPOT)).toBeDefined();
    }
  });

  it('do not show up in the reason', () => {
    const error = failureOf(() => set('[a]\nKEY = "s3cret"\nKEY = "s3cret"\n'));
    expect(`${error.message} ${error.reason}`).not.toContain('s3cret');
  });

  it('say where a deeper table is none', () => {
    const error = failureOf(() => toml.set('x = 1\na = { b = 5 }', { path: ['a', 'b'], name: 'c' }, {}));
    expect(error).toMatchObject({ offset: 6, reason: '"a" > "b" must be a table, not a number' });
  });
});

describe('huge files', () => {
  const servers = Array.from(
    { length: 30_000 },
    (_, index) => `# ${index}\n[mcp_servers.server-${index}]\ncommand = "node"\nargs = ["${'x'.repeat(90)}"]\n\n`,
  ).join('');

  it.each<[string, string]>([
    ['of many servers', servers],
    ['of servers in pairs', `[mcp_servers]\n${servers.replaceAll(/# (.*)\n.*\n(.*)\n.*\n\n/g, 's$1 = { $2 }\n')}`],
    ['of one text', `a = "${'x'.repeat(huge(5_000_000))}"`],
    ['of escapes', `a = "${'\\u0041\\"'.repeat(huge(700_000))}"\n`],
    ['of lines', `a = """\n${'[mcp_servers.my-server]\n""\\\n  '.repeat(huge(170_000))}"""\n`],
    ['of quotes', `a = '''${"'' ".repeat(huge(1_700_000))}'''\n`],
    ['of comments', '# [mcp_servers.my-server]\n'.repeat(huge(200_000))],
    ['of comments below a server', `[mcp_servers.a]\n${'# x\n'.repeat(huge(1_200_000))}[z]\n`],
    ['of one comment', `#${' #'.repeat(huge(2_500_000))}`],
    ['of line ends', `[mcp_servers.a]${'\n'.repeat(huge(5_000_000))}`],
    ['of white space', `[mcp_servers.a]\n${' '.repeat(huge(5_000_000))}`],
    ['of short lists', `a = [${'[[1],[]],\n'.repeat(huge(300_000))}]\n`],
    ['of short tables', `a = [${'{a={}},'.repeat(huge(200_000))}]\n`],
    ['of tables in a list', '[[a.b]]\nc = 1\n'.repeat(huge(100_000))],
    ['of long keys', `${'a'.repeat(huge(2_500_000))} = 1\n"${'b'.repeat(huge(2_500_000))}" = 1\n`],
  ])('are edited: %s', (_, text) => {
    const edited = set(text);
    const path = [...SPOT.path, SPOT.name];
    const after = toml.read(edited);
    expect(deepEqual(valueAt(after, path), ENTRY) && sameBut(toml.read(text), after, [SPOT])).toBe(true);
    expect(edited.length - text.length).toBeLessThan(BLOCK.length + 5);
    expect(toml.remove(edited, SPOT) === text).toBe(true);
  });

  it('are edited: of pieces of the server', () => {
    const pieces = Array.from(
      { length: 80_000 },
      (_, index) => `[mcp_servers.my-server.x${index}]\n\n[y.x${index}]\n\n`,
    );
    const others = Array.from({ length: 80_000 }, (_, index) => `[y.x${index}]\n\n`);
    expect(toml.remove(pieces.join(''), SPOT) === others.join('')).toBe(true);
  });

  it.each<[string, string]>([
    ['a text without an end', `a = "${'\\"'.repeat(huge(2_500_000))}`],
    ['lines without an end', `a = """${'""x'.repeat(huge(1_700_000))}`],
    ['a backslash and white space', `a = """\\${' '.repeat(huge(5_000_000))}`],
    ['a number without an end', `a = ${'1'.repeat(huge(5_000_000))}`],
    ['a number that is none', `a = ${'1'.repeat(huge(5_000_000))}:`],
    ['a fraction', `a = 07:32:00.${'1'.repeat(huge(5_000_000))}`],
    ['brackets', '['.repeat(huge(5_000_000))],
    ['commas', `a = [${','.repeat(huge(5_000_000))}]`],
    ['the last table twice', `${servers}[mcp_servers.server-1]\n`],
  ])('are refused: %s', (_, text) => {
    expect(failureOf(() => set(text)).offset).toBeLessThanOrEqual(text.length);
  });
});

function failureOf(task: () => unknown): TextError {
  try {
    task();
  } catch (error) {
    if (error instanceof TextError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}
