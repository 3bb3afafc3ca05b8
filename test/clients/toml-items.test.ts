import { parse } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { undone } from '../../src/configs/edit.ts';
import { lineAndColumn, TextError } from '../../src/configs/formats/format.ts';
import { toml } from '../../src/configs/formats/toml.ts';

const SPOT = { path: ['mcp_servers'], name: 'my-server', by: 'name' };
const ENTRY = { name: 'my-server', command: '/usr/bin/node', env: { TOKEN: 's3cret' } };
const BLOCK = `[[mcp_servers]]
name = "my-server"
command = "/usr/bin/node"

[mcp_servers.env]
TOKEN = "s3cret"
`;
const INLINE = '{ name = "my-server", command = "/usr/bin/node", env = { TOKEN = "s3cret" } }';

const set = (text: string, value: unknown = ENTRY): string => toml.set(text, SPOT, value);

describe('adding a server to a list of tables', () => {
  it.each<[string, string, string]>([
    ['nothing', '', BLOCK],
    ['settings', 'model = "x"\n', `model = "x"\n\n${BLOCK}`],
    ['no final line end', 'model = "x"', `model = "x"\n\n${BLOCK.trimEnd()}`],
    ['another server', '[[mcp_servers]]\nname = "a"\n[z]\n', `[[mcp_servers]]\nname = "a"\n\n${BLOCK}[z]\n`],
    [
      'a table of another server, apart',
      '[[mcp_servers]]\nname = "a"\n[z]\n[mcp_servers.auth]\n# of a\n\n# y\n[y]\n',
      `[[mcp_servers]]\nname = "a"\n[z]\n[mcp_servers.auth]\n# of a\n\n${BLOCK}\n# y\n[y]\n`,
    ],
    ['a server without a name', '[[mcp_servers]]\n', `[[mcp_servers]]\n\n${BLOCK}`],
    ['other names', '[[mcp_servers2]]\nname = "my-server"\n', `[[mcp_servers2]]\nname = "my-server"\n\n${BLOCK}`],
  ])('works with %s', (_, text, edited) => {
    expect(set(text)).toBe(edited);
    if (text.includes('\n')) expect(set(text.replaceAll('\n', '\r\n'))).toBe(edited.replaceAll('\n', '\r\n'));
    expect(toml.get(edited, SPOT)).toEqual(ENTRY);
    expect(toml.remove(edited, SPOT)).toBe(text);
  });

  it.each<[string, string, string]>([
    ['an empty list', 'a = 1\nmcp_servers = [] # none\n', `a = 1\nmcp_servers = [\n  ${INLINE}\n] # none\n`],
    ['one line', 'mcp_servers = [{name = "a"}]\n', `mcp_servers = [{name = "a"},${INLINE}]\n`],
    [
      'lines',
      'mcp_servers = [\n    { name = "a" }, # a\n    # none\n]\n[z]\n',
      `mcp_servers = [\n    { name = "a" }, # a\n    ${INLINE},\n    # none\n]\n[z]\n`,
    ],
  ])('works with a list in brackets: %s', (_, text, edited) => {
    expect(set(text)).toBe(edited);
    expect(toml.get(edited, SPOT)).toEqual(ENTRY);
    expect(parse(edited)).toHaveProperty('mcp_servers');
    expect(undone(toml, edited, text, [{ spot: SPOT, value: ENTRY }])).toBe(text);
  });

  it('is printed as it would be in a file of its own', () => {
    expect(toml.snippet(SPOT, ENTRY)).toBe(BLOCK);
    expect(set('', { ...ENTRY, env: undefined })).toBe(BLOCK.split('\n\n')[0]?.concat('\n'));
  });
});

const LIST = `# mine
[[mcp_servers]] # first
name = "a"

# work
[[ "mcp_servers" ]] # mine
command = "old" # old
'name' = "my-server"
[mcp_servers.env] # env
A = "b"

# c
[[mcp_servers]]
name = "c"

[mcp_servers.env]
C = "d"
`;

describe('another server under the name', () => {
  const BODY = 'name = "my-server"\ncommand = "new"\n';

  it('takes the place of its lines and no others', () => {
    const fresh = { name: 'my-server', command: 'new' };
    const [head = '', tail = ''] = LIST.split(/command = "old"[\s\S]*A = "b"\n/);
    expect(set(LIST, fresh)).toBe(`${head}${BODY}${tail}`);
    expect(toml.read(set(LIST, fresh))).toEqual({
      mcp_servers: [{ name: 'a' }, fresh, { name: 'c', env: { C: 'd' } }],
    });
  });

  it('goes with its tables, also those that stand apart', () => {
    const text = `${LIST}[z]\n\n[mcp_servers.auth]\nx = 1\n\n[y]\n`;
    const spot = { ...SPOT, name: 'c' };
    expect(toml.get(text, spot)).toEqual({ name: 'c', env: { C: 'd' }, auth: { x: 1 } });
    const [head = ''] = LIST.split('\n[[mcp_servers]]\nname = "c"');
    expect(toml.remove(text, spot)).toBe(`${head}\n[z]\n\n[y]\n`);
    expect(toml.remove(LIST, SPOT)).toBe(LIST.replace(/\[\[ "mcp[\s\S]*A = "b"\n/, ''));
  });

  it('in brackets is replaced and taken out there', () => {
    const text = 'mcp_servers = [\n  {name = "a"}, # a\n  {name = "my-server", command = "old"}, # b\n]\n';
    expect(set(text)).toBe(text.replace('{name = "my-server", command = "old"}', INLINE));
    expect(toml.remove(text, SPOT)).toBe('mcp_servers = [\n  {name = "a"}, # a\n   # b\n]\n');
    expect(toml.remove('mcp_servers = [{name = "my-server"}]\n', SPOT)).toBe('mcp_servers = []\n');
  });

  it('that is not there is not taken out', () => {
    for (const text of ['', 'mcp_servers = []\n', 'mcp_servers = [1, "my-server"]\n', '[[mcp_servers]]\nname = 1\n']) {
      expect(toml.get(text, SPOT)).toBeUndefined();
      expect(toml.remove(text, SPOT)).toBe(text);
    }
  });
});

describe('lists that cannot be edited safely', () => {
  it.each<[string, string, string, RegExp]>([
    ['tables with names', '[a]\n[mcp_servers.x]\n', '2:1', /"mcp_servers" must be a list, not a table/],
    ['a table', '[mcp_servers]\n', '1:1', /must be a list, not a table/],
    ['dotted keys', 'a = 1\nmcp_servers.x = 1\n', '2:1', /must be a list, not a table/],
    ['an inline table', 'mcp_servers = {}\n', '1:1', /must be a list, not a table/],
    ['a text', ' mcp_servers = ""\n', '1:2', /must be a list, not a string/],
    ['a date', 'mcp_servers = 1979-05-27\n', '1:1', /must be a list, not a date/],
    ['equal names', `${BLOCK}[[mcp_servers]]\nname = 'my-server'\n`, '7:1', /two items whose "name" is "my-server"/],
    ['equal names in brackets', 'mcp_servers = [{name="my-server"}, {name="my-server"}]', '1:36', /two items/],
    ['tables and brackets', 'mcp_servers = []\n[[mcp_servers]]\n', '2:3', /defined twice|redefine/],
    ['lists without end', `a = ${'['.repeat(100_000)}`, '1:1005', /deeper than 1000/],
  ])('are refused: %s', (_, text, place, reason) => {
    const error = failureOf(() => set(text));
    expect(error.reason).toMatch(reason);
    const { line, column } = lineAndColumn(text, error.offset);
    expect(`${line}:${column}`).toBe(place);
    expect(failureOf(() => toml.remove(text, SPOT)).reason).toBe(error.reason);
  });

  it('are refused: in an inline table, or a list of tables', () => {
    const spot = { ...SPOT, path: ['a', 'b'] };
    for (const text of ['x = 1\na = { b = [{name = "my-server"}] }\n', 'x = 1\na.b.c = 1\n', 'x = 1\n[[a]]\n']) {
      expect(lineAndColumn(text, failureOf(() => toml.set(text, spot, ENTRY)).offset).line).toBe(2);
      expect(failureOf(() => toml.remove(text, spot)).offset).toBeGreaterThan(0);
    }
    expect(toml.set('[a]\nb = []\n', spot, { name: 'x' })).toBe('[a]\nb = [\n  { name = "x" }\n]\n');
    expect(toml.set('[a]\n', spot, { name: 'x' })).toBe('[a]\n\n[[a.b]]\nname = "x"\n');
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
