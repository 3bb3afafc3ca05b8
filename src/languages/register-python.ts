import { lineEndOf } from '../base/text.ts';
import { atEdge, type Import, importSplice, importsIn, type Splice } from './imports-python.ts';
import { KEYWORDS, STDLIB_MODULES } from './python-names.ts';
import type { OwnKind, OwnNames, Registered, Registrar } from './registrar.ts';
import { lineAfter, reads, type Scan, sameTokens, type Token } from './scan.ts';
import { scanPython } from './scan-python.ts';

const FOLDERS: Readonly<Record<OwnKind, string>> = { tool: 'tools', resource: 'resources', prompt: 'prompts' };

/** Names that the index or a stub needs for something else. */
const USED = new Set('mcp str dict'.split(' '));
const BUILTINS = new Set(
  (
    'abs all any ascii bin bool breakpoint bytearray bytes callable chr classmethod compile complex delattr dict dir ' +
    'divmod enumerate eval exec filter float format frozenset getattr globals hasattr hash help hex id input int ' +
    'isinstance issubclass iter len list locals map max memoryview min next object oct open ord pow print property ' +
    'range repr reversed round set setattr slice sorted staticmethod str sum super tuple type vars zip'
  ).split(' '),
);

export const pythonRegistrar: Registrar = {
  index: (module) => `src/${module}/server.py`,
  sources: /^src\/.*\.py$/,
  places: ({ kind, file }, module) => ({
    source: `src/${module}/${FOLDERS[kind]}/${file}.py`,
    test: `tests/test_${file}.py`,
  }),
  candidates: (kind, words) => {
    const name = kind === 'resource' ? words.join('-') : words.join('_');
    const file = words.join('_');
    return [file, `${file}_${kind}`].map((module) => ({ kind, name, file: module, identifier: module }));
  },
  refusal: (_, words) => {
    const name = words.join('_');
    if (KEYWORDS.has(name)) return 'it is a word of the language, so no function can be called that';
    return USED.has(name) ? 'the code of every tool uses it for something else' : undefined;
  },
  lines: (names, module) => [`from ${importOf(names, module).module} import ${names.identifier}`, callOf(names, 'mcp')],
  // A module of the standard library would be hidden in the index once somebody imports it there.
  isTaken: (index, { identifier }) =>
    BUILTINS.has(identifier) ||
    STDLIB_MODULES.has(identifier) ||
    new RegExp(`(?<!\\w)${identifier}(?!\\w)`).test(index),
  registers: (source, kind, name) => {
    const scan = scanPython(source);
    if (scan === undefined) return new RegExp(`["']${name}["']|def ${name}\\b`).test(source);
    return scan.tokens.some((_, at) => registersAt(scan, at, kind, name));
  },
  signs: {
    clients: { path: 'tests/conftest.py', pattern: /^(?:async )?def client\(/m },
    width: { path: 'pyproject.toml', pattern: /^line-length *= *(\d{2,3}) *$/m },
  },
  register,
};

const importOf = ({ kind, identifier }: OwnNames, module: string): Import => ({
  module: `${module}.${FOLDERS[kind]}`,
  name: identifier,
});

const callOf = ({ identifier }: OwnNames, server: string): string => `${identifier}.register(${server})`;

/** `@x.tool(name="a")`, `@x.tool("a")`, or without a name, `@x.tool(…)` before `def a`. */
function registersAt(scan: Scan, at: number, kind: OwnKind, name: string): boolean {
  const { tokens, partners } = scan;
  if (!reads(scan, at, '.', kind, '(')) return false;
  const close = partners.get(at + 2) ?? at;
  const given = tokens.findIndex((_, index) => index > at && index < close && reads(scan, index, 'name', '='));
  if (given > 0) return tokens[given + 2]?.text.slice(1, -1) === name;
  const first = tokens[at + 3];
  if (kind !== 'resource' && first?.kind === 'text') return first.text.slice(1, -1) === name;
  const def = tokens[close + 1]?.text === 'async' ? close + 2 : close + 1;
  return reads(scan, def, 'def', name);
}

function register(index: string, names: OwnNames, module: string, widest: number): Registered {
  const scan = scanPython(index);
  if (scan === undefined) return { reason: 'it cannot be understood' };
  const lineEnd = lineEndOf(index);
  const { tokens } = scan;
  const made = tokens.flatMap((_, at) => (reads(scan, at, 'MCPServer', '(') ? [at] : []));
  const [at] = made;
  if (at === undefined) return { reason: 'it makes no MCPServer' };
  if (made.length > 1) return { reason: 'it makes more than one MCPServer' };
  const first = tokens.findLastIndex((_, place) => place <= at && atEdge(scan, place));
  const server = tokens[first];
  const isVariable =
    server?.kind === 'word' && /^[=:]$/.test(tokens[first + 1]?.text ?? '') && tokens[at - 1]?.text === '=';
  if (!isVariable) return { reason: 'its MCPServer is not a variable of the module' };
  const wanted = importOf(names, module);
  const splice = importSplice(scan, wanted, { widest, lineEnd, until: first });
  if (splice === undefined) return { reason: 'its imports have an unknown shape' };
  const place = callPlace(scan, at, server.text);
  if (place === undefined) return { reason: 'something stands behind the line that makes its MCPServer' };
  const call = { start: place.start, end: place.start, text: `${callOf(names, server.text)}${lineEnd}` };
  const text = spliced(index, [splice, call]);
  const after = scanPython(text);
  const fits = after !== undefined && isAsWanted(scan, after, wanted, { behind: place.behind, text: call.text });
  return fits ? { text } : { reason: 'the lines do not fit in' };
}

interface Place {
  readonly start: number;
  /** Behind how many tokens it comes. */
  readonly behind: number;
}

/** Behind the last `x.register(mcp)` at the left edge, or behind the server. */
function callPlace(scan: Scan, made: number, server: string): Place | undefined {
  const { tokens, partners } = scan;
  const ends = tokens.flatMap((_, at) => {
    const isCall = at > made && atEdge(scan, at) && reads(scan, at + 1, '.', 'register', '(', server);
    return isCall || at === made + 1 ? [partners.get(isCall ? at + 3 : at) ?? at] : [];
  });
  const places = ends.map((end) => ({ start: lineAfter(scan, (tokens[end] as Token).end, '#'), behind: end + 1 }));
  // What goes on at the left edge is a new statement.
  const good = places.filter((place): place is Place => {
    const isNew = tokens[place.behind] === undefined || atEdge(scan, place.behind);
    return place.start !== undefined && isNew;
  });
  return good.at(-1);
}

const spliced = (text: string, splices: readonly Splice[]): string =>
  [...splices]
    .sort((a, b) => b.start - a.start)
    .reduce((result, { start, end, text }) => result.slice(0, start) + text + result.slice(end), text);

/** Whether exactly one import and one call more are there, and all else is as it was. */
function isAsWanted(before: Scan, after: Scan, wanted: Import, call: { behind: number; text: string }): boolean {
  const own = scanPython(call.text)?.tokens ?? [];
  const inserted = [...before.tokens.slice(0, call.behind), ...own, ...before.tokens.slice(call.behind)];
  const bindings = [...bindingsOf(before), JSON.stringify([wanted.module, wanted.name])].sort();
  const isAtEdge = after.tokens.some((token, at) => atEdge(after, at) && token.text === own[0]?.text);
  return (
    isAtEdge &&
    sameTokens(restOf(after, after.tokens), restOf(before, inserted)) &&
    sameTokens(after.comments, before.comments) &&
    JSON.stringify(bindingsOf(after).sort()) === JSON.stringify(bindings)
  );
}

const bindingsOf = (scan: Scan): string[] =>
  importsIn(scan).flatMap(({ module, names = [] }) => names.map(({ text }) => JSON.stringify([module, text])));

/** Tokens without those of imports that list names. */
function restOf(scan: Scan, tokens: readonly Token[]): readonly Token[] {
  const inImport = new Set(
    importsIn(scan).flatMap(({ first, last, names }) =>
      names === undefined ? [] : scan.tokens.slice(first, last + 1),
    ),
  );
  return tokens.filter((token) => !inImport.has(token));
}
