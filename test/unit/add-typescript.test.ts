import { transformSync } from 'esbuild';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { typescriptRegistrar } from '../../src/languages/register-typescript.ts';
import type { OwnNames, Registered } from '../../src/languages/registrar.ts';
import { scanTypeScript } from '../../src/languages/scan-typescript.ts';
import { codeOf, expectEdit, lostLines, reasonOf } from './add-support.ts';

const NAMES: OwnNames = {
  kind: 'tool',
  name: 'create_invoice',
  file: 'create-invoice',
  identifier: 'registerCreateInvoice',
};
const IMPORT = "import { registerCreateInvoice } from './tools/create-invoice.js';";
const CALL = 'registerCreateInvoice(server);';

const SERVER = `import { McpServer } from '@modelcontextprotocol/server';
import manifest from '../package.json' with { type: 'json' };
import { registerNotes } from './tools/notes.js';
import { registerWeather } from './tools/weather.js';

/** It's \`one\`: {. */
const TEXT = \`a \${\`b }\`} c\`;
const PATTERN = /[/'"\`{]/;

export function createServer(): McpServer {
  const { name, version } = manifest;
  const server = new McpServer({ name, version });
  registerNotes(server);
  registerWeather(server);
  return server;
}
`;

const edit = (text: string, names = NAMES): Registered => typescriptRegistrar.register(text, names, 'web', 120);
const edited = (text: string, names = NAMES): string => codeOf(edit(text, names));

/** Whether a real parser takes it. */
function isCode(text: string): boolean {
  try {
    transformSync(text, { loader: 'ts', logLevel: 'silent' });
    return true;
  } catch {
    return false;
  }
}

describe('the index of a TypeScript project', () => {
  it('gets an import, sorted in, and a call behind the others', () => {
    expect(edited(SERVER)).toBe(
      SERVER.replace('import { registerNotes }', `${IMPORT}\nimport { registerNotes }`).replace(
        '  return server;',
        `  ${CALL}\n  return server;`,
      ),
    );
  });

  it('keeps line ends, a byte order mark and indentation', () => {
    const windows = `\uFEFF${SERVER.replaceAll('\n', '\r\n').replaceAll('  ', '\t')}`;
    const text = edited(windows);
    expect(text).toContain(`\r\n\t${CALL}\r\n\treturn server;\r\n`);
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    expect(text.startsWith('\uFEFFimport')).toBe(true);
  });

  it.each([
    [
      'a factory in an arrow',
      SERVER.replace(
        'export function createServer(): McpServer {',
        'export const f = (app: App) => (): McpServer => {',
      ).replace(/}\n$/, '};\n'),
    ],
    ['no semicolons', SERVER.replaceAll(';', '')],
    ['another name', SERVER.replaceAll(/\bserver\b(?!')/g, 'mcp')],
    ['a type', SERVER.replace('const server =', 'const server: McpServer =')],
    ['imports in another order', SERVER.replace(/(import .*\n)(import .*\n)(import .*\n)/, '$3$1$2')],
    ['comments everywhere', SERVER.replace(/^const TEXT.*\n/m, '').replaceAll('\n', " // it's `here` {\n")],
    [
      'a registration under a condition',
      SERVER.replace('registerWeather(server);', 'if (manifest.version) {\n    registerWeather(server);\n  }'),
    ],
    [
      'a condition without braces',
      SERVER.replace(
        'registerWeather(server);',
        'if (manifest.version) registerWeather(server);\n  else registerNotes(server);',
      ),
    ],
    ['no registration', SERVER.replace(/ {2}register.*\n/g, '')],
    ['a type import and another quote', SERVER.replace(/^/, 'import type { App } from "./app.js";\n')],
    ['an import over several lines', SERVER.replace('{ registerNotes }', '{\n  registerNotes,\n}')],
  ])('with %s is edited', (_, text) => {
    const after = edited(text);
    expectEdit(text, after, ['registerCreateInvoice']);
    expect(after).toContain(IMPORT);
    expect(after).toMatch(/registerCreateInvoice\((server|mcp)\);\n/);
  });

  it.each([
    ['two servers', SERVER.replace('return server;', 'const other = new McpServer(manifest);\n  return server;')],
    ['no server', SERVER.replace('new McpServer', 'makeServer')],
    [
      'a server that is returned at once',
      SERVER.replace(/ {2}const server =[\s\S]*return server;/, '  return new McpServer(manifest);'),
    ],
    ['a server of a class', SERVER.replace('const server =', 'this.server =')],
    ['a return under a condition', SERVER.replace('return server;', 'if (manifest.name)\n    return server\n')],
    ['two returns', SERVER.replace('registerWeather(server);', 'if (1) return server;\n')],
    ['a comment that goes on', SERVER.replace('registerWeather(server);', 'registerWeather(server); /* a\n b */')],
    ['everything in one line', SERVER.replace(/export function[\s\S]*/, (text) => text.replaceAll('\n', ' '))],
    ['a bracket too many', `${SERVER}}`],
    ['a text without an end', SERVER.replace("'./tools/notes.js'", "'./tools/notes.js")],
    ['no import', SERVER.replace(/^import.*\n/gm, '')],
    ['nothing', ''],
  ])('with %s is left alone', (_, text) => {
    expect(reasonOf(edit(text))).toMatch(/\w/);
  });

  it('sorts imports as Biome does', () => {
    const files = [
      'a.b',
      'a',
      'a_b',
      'a-',
      'a-2',
      'a-10',
      'a-b',
      'a-b-c',
      'a0',
      'a1b',
      'a2',
      'a02',
      'a10',
      'a28',
      'a023',
      'a638',
      'ab',
      'b',
    ];
    const shuffled = files.map((_, index) => files[(index * 7) % files.length] as string);
    const text = shuffled.reduce(
      (index, file, at) => edited(index, { ...NAMES, file, identifier: `registerX${at}` }),
      SERVER.replace(/import .*tools.*\n/g, ''),
    );
    expect([...text.matchAll(/'\.\/tools\/(.*)\.js'/g)].map(([, file]) => file)).toEqual(files);
  });

  it('loses no line and stays code, whatever is moved, taken out or put in', () => {
    const lines = SERVER.split('\n');
    const extra = [
      '// {',
      '/* a',
      '*/',
      '`',
      'return server;',
      '  registerOther(server, app)',
      '  if (a)',
      '  else',
      '}',
      '{',
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
        expect(scanTypeScript(result.text)).toBeDefined();
        if (isCode(text)) expect(isCode(result.text)).toBe(true);
        expect(lostLines(text, result.text)).toEqual([]);
        expect(result.text.split('\n')).toHaveLength(moved.length + 2);
      }),
      { numRuns: 500 },
    );
  });

  it('knows what is registered', () => {
    const isThere = (text: string) => typescriptRegistrar.registers(text, 'tool', 'create_invoice');
    expect(isThere("server.registerTool(\n  'create_invoice', {}")).toBe(true);
    expect(isThere("server.registerTool('create_invoices', {})")).toBe(false);
    expect(isThere("// server.registerTool('create_invoice', {})")).toBe(false);
    expect(isThere("server.registerPrompt('create_invoice', {})")).toBe(false);
  });
});
