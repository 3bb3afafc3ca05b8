import { compare, naturally } from './registrar.ts';
import { lineAfter, type Scan, type Token } from './scan.ts';

/** `from module import a, b` at the left edge of a file. */
export interface ImportStatement {
  readonly module: string;
  /** Simple names; undefined where one is renamed, or all are imported. */
  readonly names: readonly Token[] | undefined;
  /** Indices of its first and last token. */
  readonly first: number;
  readonly last: number;
  /** Of the bracket around the names. */
  readonly open: number | undefined;
}

/** A statement begins with a token at the left edge, outside of all brackets. */
export const atEdge = ({ source, tokens, depths }: Scan, at: number): boolean => {
  const { start } = tokens[at] as Token;
  return depths[at] === 0 && (start === 0 || /[\n\uFEFF]/.test(source.charAt(start - 1)));
};

/** The imports at the left edge that stand before token `until`, but for those over several lines without brackets. */
export function importsIn(scan: Scan, until = scan.tokens.length): readonly ImportStatement[] {
  const { tokens } = scan;
  return tokens.flatMap((token, first) => {
    if (first >= until || !/^(from|import)$/.test(token.text) || !atEdge(scan, first)) return [];
    const last = endOfLine(scan, first);
    const word = tokens.findIndex(({ text }, at) => at >= first && at <= last && text === 'import');
    const texts = tokens.slice(first, last + 1).map(({ text }) => text);
    if (word < 0 || texts.includes('\\') || texts.includes(';')) return [];
    const isFrom = token.text === 'from';
    const module = isFrom ? tokens.slice(first + 1, word) : tokens.slice(word + 1, last + 1);
    const open = isFrom && tokens[word + 1]?.text === '(' ? word + 1 : undefined;
    const names = isFrom ? namesIn(tokens.slice((open ?? word) + 1, open === undefined ? last + 1 : last)) : undefined;
    return [{ module: module.map(({ text }) => text).join(''), names, first, last, open }];
  });
}

function namesIn(tokens: readonly Token[]): readonly Token[] | undefined {
  const names = tokens.filter((_, at) => at % 2 === 0);
  const isList = tokens.every(({ kind, text }, at) => (at % 2 === 0 ? kind === 'word' : text === ','));
  return isList && names.length > 0 ? names : undefined;
}

/** The last token of a line, of several lines where a bracket is open. */
function endOfLine({ tokens, partners, source }: Scan, first: number): number {
  let at = partners.get(first) ?? first;
  for (let next = tokens[at + 1]; next !== undefined; next = tokens[at + 1]) {
    if (source.slice((tokens[at] as Token).end, next.start).includes('\n')) break;
    at = partners.get(at + 1) ?? at + 1;
  }
  return at;
}

/** A change of a text: what stands from `start` to `end` becomes `text`. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** As Ruff sorts names and modules. */
const byName = naturally(
  (character) => (character === '.' ? ' ' : character),
  // What begins with a zero is compared as a text.
  (a, b) => (/^0/.test(a) || /^0/.test(b) ? compare(a, b) : Number(a) - Number(b)),
);

/**
 * Adds a name to the imports from a module, sorted in; undefined where there is no place that we know.
 *
 * @param widest the longest line
 */
export function importSplice(scan: Scan, wanted: Import, style: Style): Splice | undefined {
  const statements = importsIn(scan, style.until);
  const { module, name } = wanted;
  const same = statements.find((one) => one.module === module && one.names !== undefined);
  const splice = same === undefined ? undefined : nameSplice(scan, same, name, style);
  return splice ?? statementSplice(scan, statements, { module, name }, style);
}

export interface Import {
  readonly module: string;
  readonly name: string;
}

export interface Style {
  readonly widest: number;
  readonly lineEnd: string;
  /** Imports stand before this token. */
  readonly until: number;
}

function nameSplice(scan: Scan, statement: ImportStatement, name: string, style: Style): Splice | undefined {
  const { tokens, source } = scan;
  const { names = [], open, module } = statement;
  const [first, last] = [names[0] as Token, names.at(-1) as Token];
  const before = names.findLast(({ text }) => text !== text.toLowerCase() || byName(text, name) < 0);
  const texts = names.map(({ text }) => text);
  texts.splice(before === undefined ? 0 : names.indexOf(before) + 1, 0, name);
  if (open === undefined) {
    const end = lineAfter(scan, last.end, '#');
    if (end === undefined) return undefined;
    const hasComment = source.slice(last.end, end).includes('#');
    const start = (tokens[statement.first] as Token).start;
    const text = hasComment ? `from ${module} import ${texts.join(', ')}` : statementOf(module, texts, style);
    return { start, end: last.end, text };
  }
  // One name a line, and a comma behind the last one: as formatters leave it.
  const comma = tokens.findIndex(({ start }) => start === (before ?? first).start) + 1;
  const indent = source.slice(source.lastIndexOf('\n', first.start - 1) + 1, first.start);
  const start = before === undefined ? first.start - indent.length : lineAfter(scan, (tokens[comma] as Token).end, '#');
  if (!/^[ \t]+$/.test(indent) || tokens[comma]?.text !== ',' || start === undefined) return undefined;
  return { start, end: start, text: `${indent}${name},${style.lineEnd}` };
}

function statementSplice(
  scan: Scan,
  statements: readonly ImportStatement[],
  { module, name }: Import,
  style: Style,
): Splice | undefined {
  const own = statements.filter((one) => one.module.split('.')[0] === module.split('.')[0]);
  const text = statementOf(module, [name], style) + style.lineEnd;
  const before = own.findLast((one) => byName(one.module, module) <= 0);
  const place = before ?? (own.length === 0 ? statements.at(-1) : undefined);
  if (place !== undefined) {
    const start = lineAfter(scan, (scan.tokens[place.last] as Token).end, '#');
    const gap = own.length === 0 ? style.lineEnd : '';
    return start === undefined ? undefined : { start, end: start, text: gap + text };
  }
  const start = own[0] === undefined ? undefined : scan.tokens[own[0].first]?.start;
  return start === undefined ? undefined : { start, end: start, text };
}

/** An import in one line, or where it is too long, in a line a name. */
function statementOf(module: string, names: readonly string[], { widest, lineEnd }: Style): string {
  const line = `from ${module} import ${names.join(', ')}`;
  if (line.length <= widest) return line;
  return `from ${module} import (${lineEnd}${names.map((name) => `    ${name},${lineEnd}`).join('')})`;
}
