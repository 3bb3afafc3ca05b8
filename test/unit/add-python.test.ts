import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pythonRegistrar } from '../../src/languages/register-python.ts';
import type { OwnNames, Registered } from '../../src/languages/registrar.ts';
import { scanPython } from '../../src/languages/scan-python.ts';
import { codeOf, expectEdit, lostLines, reasonOf } from './add-support.ts';

const NAMES: OwnNames = { kind: 'tool', name: 'invoice', file: 'invoice', identifier: 'invoice' };

const SERVER = `"""It's a 'server': {."""

from importlib.metadata import metadata

from mcp.server import MCPServer

from web.app import App, lifespan
from web.tools import notes, weather

about = metadata("web")  # it's {
mcp: MCPServer[App] = MCPServer(
    "web",
    instructions=f"""a
mcp = MCPServer( {about["Version"]}""",
    lifespan=lifespan,
)
notes.register(mcp)
weather.register(mcp)


@mcp.resource("config://app", name="app")
def settings() -> str:
    return r"\\\\"
`;
const MINIMAL = SERVER.replace(/from web.*\n/g, '')
  .replace('\n\n\nabout', '\n\nabout')
  .replace(/\w+\.register.*\n/g, '');

const edit = (text: string, names = NAMES, widest = 120): Registered =>
  pythonRegistrar.register(text, names, 'web', widest);
const edited = (text: string, names = NAMES, widest = 120): string => codeOf(edit(text, names, widest));

describe('the index of a Python project', () => {
  it('gets a name among the imports, and a call behind the others', () => {
    expect(edited(SERVER)).toBe(
      SERVER.replace('import notes', 'import invoice, notes').replace(
        'weather.register(mcp)\n',
        'weather.register(mcp)\ninvoice.register(mcp)\n',
      ),
    );
  });

  it('gets a first import of its own', () => {
    expect(edited(MINIMAL)).toBe(
      MINIMAL.replace('import MCPServer\n', 'import MCPServer\n\nfrom web.tools import invoice\n').replace(
        '=lifespan,\n)\n',
        '=lifespan,\n)\ninvoice.register(mcp)\n',
      ),
    );
    const prompt = edited(SERVER, { ...NAMES, kind: 'prompt' });
    expect(prompt).toContain('import App, lifespan\nfrom web.prompts import invoice\nfrom web.tools');
  });

  it('puts imports that are too long on several lines, and adds to these', () => {
    const long = edited(SERVER, NAMES, 40);
    expect(long).toContain('from web.tools import (\n    invoice,\n    notes,\n    weather,\n)\n');
    const more = edited(long, { ...NAMES, identifier: 'zero' }, 40);
    expect(more).toContain('    weather,\n    zero,\n)\n');
    expect(edited(more, { ...NAMES, identifier: 'a' }, 40)).toContain('(\n    a,\n    invoice,\n');
  });

  it('keeps line ends, and comments behind imports', () => {
    const windows = edited(SERVER.replaceAll('\n', '\r\n'));
    expect(windows).toContain('\r\ninvoice.register(mcp)\r\n');
    expect(windows.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    const noted = edited(SERVER.replace('notes, weather', 'notes, weather  # noqa'), NAMES, 40);
    expect(noted).toContain('import invoice, notes, weather  # noqa\n');
  });

  it.each([
    ['a renamed import', SERVER.replace('notes, weather', 'notes, weather as w')],
    ['imports in brackets in one line', SERVER.replace('import notes, weather', 'import (notes, weather)')],
    ['a comment in brackets', SERVER.replace('import notes, weather', 'import (\n    notes,  # a\n    weather,\n)')],
    ['a registration under a condition', SERVER.replace('weather.register', 'if about:\n    weather.register')],
    ['another name', SERVER.replaceAll(/\bmcp\b(?!\.server)/g, 'server')],
    ['imports in another order', SERVER.replace(/(from web.app.*\n)(from web.tools.*\n)/, '$2$1')],
    ['an import over two lines', SERVER.replace('from mcp.server import', 'from mcp.server \\\n    import')],
  ])('with %s is edited', (_, text) => {
    const after = edited(text);
    expect(after).toMatch(/^invoice\.register\((mcp|server)\)$/m);
    expect(after).toMatch(/^from web\.tools import .*\binvoice\b|^ {4}invoice,$/m);
    if (text.includes('tools import (\n') || text.includes(' as w')) expectEdit(text, after, ['invoice']);
  });

  it.each([
    ['two servers', `${SERVER}\nother = MCPServer("b")\n`],
    ['no server', SERVER.replaceAll('MCPServer(', 'make(')],
    ['a server in a function', SERVER.replace(/mcp: MCP/, 'def f():\n    mcp: MCP')],
    ['a server that is returned', MINIMAL.replace(/mcp: .*= /, 'x(1) or ')],
    ['something behind the server', MINIMAL.replace('=lifespan,\n)\n', '=lifespan,\n); about = 1\n')],
    ['no import', SERVER.replace(/^from.*\n/gm, '')],
    ['a bracket too many', `${SERVER})`],
    ['a text without an end', `${SERVER}"""`],
    ['nothing', ''],
  ])('with %s is left alone', (_, text) => {
    expect(reasonOf(edit(text))).toMatch(/\w/);
  });

  it('sorts names as Ruff does', () => {
    const names = ['a', 'a0', 'a02', 'a1b', 'a2', 'a10', 'a_2', 'a_10', 'a_b', 'a_b_c', 'aa', 'ab', 'b'];
    const shuffled = names.map((_, index) => names[(index * 5) % names.length] as string);
    const text = shuffled.reduce((index, identifier) => edited(index, { ...NAMES, identifier }), MINIMAL);
    expect(text).toContain(`from web.tools import ${names.join(', ')}\n`);
  });

  it('loses no word and stays code, whatever is moved, taken out or put in', () => {
    const lines = SERVER.split('\n');
    const extra = [
      '# {',
      '"""',
      'from web.tools import (',
      ')',
      'if about:',
      '    x = (',
      'b.register(mcp)',
      '\\',
      "'",
    ];
    const change = fc.tuple(fc.nat(lines.length), fc.nat(lines.length), fc.option(fc.constantFrom(...extra)));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 4 }), (changes) => {
        const moved = [...lines];
        for (const [from, to, line] of changes) {
          moved.splice(to, 0, ...(line === null ? moved.splice(from, 1) : [line]));
        }
        const text = moved.join('\n');
        const result = edit(text);
        if (!('text' in result)) return;
        expect(scanPython(result.text)).toBeDefined();
        const lost = lostLines(text, result.text);
        expect(lost.length).toBeLessThan(2);
        for (const line of lost) expect(line).toMatch(/^from web\.tools import \w+(, \w+)*/);
      }),
      { numRuns: 500 },
    );
  });

  it('knows what is registered', () => {
    const isThere = (text: string) => pythonRegistrar.registers(text, 'tool', 'invoice');
    expect(isThere('@mcp.tool(title="x")\nasync def invoice(a: int) -> str:')).toBe(true);
    expect(isThere('@mcp.tool()\ndef invoice():')).toBe(true);
    expect(isThere('@mcp.tool(name="invoice")\ndef other():')).toBe(true);
    expect(isThere('@mcp.tool(name="other")\ndef invoice():')).toBe(false);
    expect(isThere('# @mcp.tool()\ndef invoice():')).toBe(false);
    expect(isThere('@mcp.prompt()\ndef invoice():')).toBe(false);
  });
});
