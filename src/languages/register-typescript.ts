import { lineEndOf } from '../base/text.ts';
import {
  compare,
  naturally,
  type OwnKind,
  type OwnNames,
  pascalOf,
  type Registered,
  type Registrar,
} from './registrar.ts';
import { indentOf, lineAfter, reads, type Scan, sameTokens, type Token } from './scan.ts';
import { scanTypeScript } from './scan-typescript.ts';

const FOLDERS: Readonly<Record<OwnKind, string>> = { tool: 'tools', resource: 'resources', prompt: 'prompts' };
const METHODS: Readonly<Record<OwnKind, string>> = {
  tool: 'registerTool',
  resource: 'registerResource',
  prompt: 'registerPrompt',
};

export const typescriptRegistrar: Registrar = {
  index: () => 'src/server.ts',
  sources: /^src\/.*\.[cm]?tsx?$/,
  places: ({ kind, file }) => ({ source: `src/${FOLDERS[kind]}/${file}.ts`, test: `test/${file}.test.ts` }),
  candidates: (kind, words) => {
    const name = kind === 'resource' ? words.join('-') : words.join('_');
    const plain = { kind, name, file: words.join('-'), identifier: `register${pascalOf(words)}` };
    return [plain, { ...plain, file: `${plain.file}-${kind}`, identifier: `${plain.identifier}${pascalOf([kind])}` }];
  },
  // Whatever the word: in the code it is a text, or the end of an identifier.
  refusal: () => undefined,
  lines: (names) => [importOf(names), `${names.identifier}(server);`],
  isTaken: (index, { identifier }) => new RegExp(`(?<![\\w$])${identifier}(?![\\w$])`).test(index),
  registers: (source, kind, name) => {
    const scan = scanTypeScript(source);
    if (scan === undefined) return new RegExp(`${METHODS[kind]}\\(\\s*['"\`]${name}['"\`]`).test(source);
    return scan.tokens.some(
      ({ text }, at) => text === METHODS[kind] && reads(scan, at + 1, '(') && isText(scan.tokens[at + 2], name),
    );
  },
  signs: {
    clients: { path: 'test/clients.ts', pattern: /^export const clients\b/m },
    helpers: { path: 'src/result.ts', pattern: /^export const tool\b[\s\S]*^export function input\b/m },
  },
  register,
};

const isText = (token: Token | undefined, value: string): boolean =>
  token?.kind === 'text' && token.text.slice(1, -1) === value;

const pathOf = ({ kind, file }: OwnNames): string => `./${FOLDERS[kind]}/${file}.js`;
const importOf = (names: OwnNames): string => `import { ${names.identifier} } from '${pathOf(names)}';`;

interface Insertion {
  readonly at: number;
  readonly text: string;
  /** Behind how many tokens it comes. */
  readonly behind: number;
}

function register(index: string, names: OwnNames): Registered {
  const scan = scanTypeScript(index);
  if (scan === undefined) return { reason: 'it cannot be understood' };
  const lineEnd = lineEndOf(index);
  const line = importInsertion(scan, names, lineEnd);
  const call = callInsertion(scan, names, lineEnd);
  if (typeof line === 'string') return { reason: line };
  if (typeof call === 'string') return { reason: call };
  const text = `${index.slice(0, line.at)}${line.text}${index.slice(line.at, call.at)}${call.text}${index.slice(call.at)}`;
  const wanted = [
    ...scan.tokens.slice(0, line.behind),
    ...(scanTypeScript(line.text)?.tokens ?? []),
    ...scan.tokens.slice(line.behind, call.behind),
    ...(scanTypeScript(call.text)?.tokens ?? []),
    ...scan.tokens.slice(call.behind),
  ];
  // Whatever was overlooked above, a comment that swallows a line for one, is found here.
  const after = scanTypeScript(text);
  if (after === undefined || !sameTokens(after.tokens, wanted)) return { reason: 'the lines do not fit in' };
  return { text };
}

/** As Biome sorts them: `./tools/a.js`, `./tools/a-b.js`, `./tools.js`. */
const bySource = naturally(
  (character) => {
    const rank = '/._-'.indexOf(character);
    return rank < 0 ? `9${character.toLowerCase()}` : String(rank);
  },
  // More digits are more, zeros too: `a2`, `a02`, `a10`.
  (a, b) => a.length - b.length || compare(a, b),
);

interface ImportStatement {
  readonly path: string;
  readonly end: number;
  /** How many tokens there are up to its end. */
  readonly behind: number;
}

/** Behind the last import that is sorted before it. */
function importInsertion(scan: Scan, names: OwnNames, lineEnd: string): Insertion | string {
  const statements = importsIn(scan);
  if (statements === undefined || statements.length === 0) return 'its imports have an unknown shape';
  const path = pathOf(names);
  const isBefore = (other: string): boolean =>
    other.startsWith('./') ? bySource(other, path) < 0 : !other.startsWith('./');
  const place = statements.findLast((statement) => isBefore(statement.path)) ?? statements.at(-1);
  const at = place === undefined ? undefined : lineAfter(scan, place.end, '//');
  if (place === undefined || at === undefined) return 'something stands behind an import';
  return { at, text: `${importOf(names)}${lineEnd}`, behind: place.behind };
}

/** The imports with which the file begins; undefined where one is not written as usual. */
function importsIn({ tokens, partners }: Scan): readonly ImportStatement[] | undefined {
  const found: ImportStatement[] = [];
  let at = 0;
  while (tokens[at]?.text === 'import' && tokens[at + 1]?.text !== '(' && tokens[at + 1]?.text !== '.') {
    let end = at + 1;
    while (end < tokens.length && tokens[end]?.kind !== 'text') end = (partners.get(end) ?? end) + 1;
    const path = tokens[end];
    if (path === undefined) return undefined;
    if (tokens[end + 1]?.text === 'with' || tokens[end + 1]?.text === 'assert') end = partners.get(end + 2) ?? end;
    if (tokens[end + 1]?.text === ';') end++;
    const last = tokens[end];
    if (last === undefined) return undefined;
    found.push({ path: path.text.slice(1, -1), end: last.end, behind: end + 1 });
    at = end + 1;
  }
  return found;
}

/** In the function that makes the server: behind the last registration, or before the server is returned. */
function callInsertion(scan: Scan, names: OwnNames, lineEnd: string): Insertion | string {
  const { tokens, depths, partners } = scan;
  const made = tokens.flatMap((_, at) => (reads(scan, at, 'new', 'McpServer') ? [at] : []));
  const [at] = made;
  if (at === undefined) return 'it makes no McpServer';
  if (made.length > 1) return 'it makes more than one McpServer';
  const name = variableBefore(scan, at);
  const depth = depths[at] ?? 0;
  if (name === undefined || depth === 0) return 'its McpServer is not a variable of a function';
  const close = tokens.findIndex((token, index) => index > at && token.text === '}' && depths[index] === depth - 1);
  const open = partners.get(close) ?? tokens.length;
  const returns = tokens.flatMap((_, index) =>
    index > at && index < close && depths[index] === depth && reads(scan, index, 'return', name) ? [index] : [],
  );
  const [back] = returns;
  const behindReturn = back === undefined ? -1 : back + (tokens[back + 2]?.text === ';' ? 3 : 2);
  if (open > at || back === undefined || returns.length > 1 || behindReturn !== close) {
    return `the function that makes its McpServer does not end with "return ${name}"`;
  }
  if (isConditional(scan, back)) return 'the server is returned under a condition';
  const first = tokens.findIndex((token, index) => index >= at && token.text === '(');
  const calls = tokens.flatMap((token, index) =>
    index > (partners.get(first) ?? back) &&
    index < back &&
    depths[index] === depth &&
    /^register[A-Z]/.test(token.text) &&
    reads(scan, index + 1, '(', name)
      ? [endOfCall(scan, index + 1)]
      : [],
  );
  const place = calls.findLast((end) => end !== undefined) ?? back;
  const token = tokens[place];
  const indent = indentOf(scan, tokens[back] as Token);
  if (token === undefined || indent === undefined) return `"return ${name}" does not stand on a line of its own`;
  const isReturn = place === back;
  const start = isReturn ? token.start - indent.length : lineAfter(scan, token.end, '//');
  if (start === undefined) return 'something stands behind the last registration';
  const text = `${indent}${names.identifier}(${name});${lineEnd}`;
  return { at: start, text, behind: isReturn ? place : place + 1 };
}

/** `const server = new …`, `const server: McpServer = new …`. */
function variableBefore({ tokens }: Scan, at: number): string | undefined {
  const declares = (index: number): boolean => /^(const|let|var)$/.test(tokens[index]?.text ?? '');
  if (tokens[at - 1]?.text !== '=') return undefined;
  const name = tokens[at - 3]?.text === ':' ? at - 4 : at - 2;
  return declares(name - 1) && tokens[name]?.kind === 'word' ? tokens[name]?.text : undefined;
}

/** Whether a statement is the body of an `if` or a loop without braces. */
function isConditional({ tokens, partners }: Scan, at: number): boolean {
  const before = tokens[at - 1]?.text ?? '';
  if (/^(else|do|:)$/.test(before)) return true;
  const open = before === ')' ? partners.get(at - 1) : undefined;
  return open !== undefined && /^(if|while|for|with|await)$/.test(tokens[open - 1]?.text ?? '');
}

/** The last token of a registration, if a statement may follow it. */
function endOfCall({ tokens, partners, source }: Scan, open: number): number | undefined {
  const close = partners.get(open);
  if (close === undefined) return undefined;
  const end = tokens[close + 1]?.text === ';' ? close + 1 : close;
  const [last, next] = [tokens[end], tokens[end + 1]];
  if (last === undefined || next === undefined || next.text === 'else') return undefined;
  if (!source.slice(last.end, next.start).includes('\n')) return undefined;
  if (end === close && (next.kind !== 'word' || /^(instanceof|in|as|satisfies)$/.test(next.text))) return undefined;
  return end;
}
