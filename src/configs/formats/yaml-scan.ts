import { TextError } from './format.ts';
import { indentOf, isBreak, isGap, isWhite, lineEnd, nextLine, skipBlanks } from './yaml-lines.ts';
import { endOfQuoted } from './yaml-walk.ts';

/** A member of a block mapping or an item of a block list. */
export interface Part {
  /** The key; undefined for an item, and for a key that is spelt in a way that is not decoded here. */
  readonly key: string | undefined;
  /** Start of its first line. */
  readonly start: number;
  /** Where its key or dash stands in the line. */
  readonly column: number;
  /** Offset after its colon or dash. */
  readonly valueStart: number;
  /** Start of the next part's first line, or the end of the block. Comments before the next part are not told apart. */
  end: number;
}

/** A mapping or list in block style. */
export interface Block {
  readonly isList: boolean;
  readonly column: number;
  readonly end: number;
  readonly parts: readonly Part[];
}

export interface Scan {
  /** Offset behind `---`, or 0; where a document without content begins. */
  readonly start: number;
  /** Offset of the line with `...`, or the end of the text. */
  readonly end: number;
  /** The root mapping, the block under the first key of the path, and so on, as far as the file has blocks there. */
  readonly blocks: readonly Block[];
  /** The members that the path leads through; the last may hold something else than a block. */
  readonly steps: readonly Part[];
}

/**
 * Notes where the mappings and lists along `path` lie in a text that is valid YAML with at most one document. Within a
 * block, everything that belongs to a part is deeper than its key or dash, so indentation alone tells parts from
 * contents, whatever these are.
 *
 * @throws {TextError} for keys with `?`, and for lines that are not where valid YAML has them.
 */
export function scanYaml(text: string, path: readonly string[]): Scan {
  const { start, end } = documentOf(text);
  const blocks: Block[] = [];
  const steps: Part[] = [];
  let block = blockAt(text, start, end);
  for (const key of [...path, undefined]) {
    if (block === undefined) break;
    blocks.push(block);
    const step = key === undefined ? undefined : block.parts.find((part) => part.key === key);
    if (step === undefined) break;
    steps.push(step);
    block = blockAt(text, step.valueStart, step.end);
  }
  return { start, end, blocks, steps };
}

/** The anchors and tags from `from` on, and the offset of what follows them on the same line. */
export function propertiesAt(text: string, from: number): { properties: readonly string[]; end: number } {
  const properties: string[] = [];
  let end = skipBlanks(text, from);
  while (text[end] === '&' || text[end] === '!') {
    const start = end;
    while (!isGap(text, end)) end++;
    properties.push(text.slice(start, end));
    end = skipBlanks(text, end);
  }
  return { properties, end };
}

/** Offset of the first character from `from` on that is neither white space nor part of a comment, or `end`. */
export function firstInk(text: string, from: number, end: number): number {
  const ink = skipBlanks(text, from);
  if (ink < end && !isLineEnd(text, ink) && text[ink] !== '#') return ink;
  const line = inkedLine(text, nextLine(text, ink), end);
  return line < end ? skipBlanks(text, line) : end;
}

function documentOf(text: string): { start: number; end: number } {
  let start = 0;
  let line = 0;
  for (; line < text.length; line = nextLine(text, line)) {
    const ink = skipBlanks(text, line);
    if (isMarker(text, line, '...')) throw new TextError(line, '"..." ends a document here that has not begun');
    if (isMarker(text, line, '---')) start = line + 3;
    else if (/[%#]/.test(text[ink] ?? '') || isLineEnd(text, ink)) continue;
    break;
  }
  while (line < text.length && !isMarker(text, line, '...')) line = nextLine(text, line);
  return { start, end: line };
}

/** The block that is the value behind `from`; undefined when that is nothing or in another style. */
function blockAt(text: string, from: number, end: number): Block | undefined {
  const { end: rest } = propertiesAt(text, from);
  if (from > 0 && !isLineEnd(text, rest) && text[rest] !== '#') return undefined;
  const line = inkedLine(text, from > 0 ? nextLine(text, rest) : 0, end);
  if (line >= end) return undefined;
  const column = indentOf(text, line);
  const isList = isDash(text, line + column);
  if (!isList && !isExplicit(text, line + column) && keyAt(text, line + column) === undefined) return undefined;
  return { isList, column, end, parts: partsOf(text, line, end, column, isList) };
}

function partsOf(text: string, first: number, end: number, column: number, isList: boolean): Part[] {
  const parts: Part[] = [];
  for (let line = first; line < end; line = inkedLine(text, nextLine(text, line), end)) {
    const indent = indentOf(text, line);
    const at = line + indent;
    if (indent > column || isContent(text, at, indent === column && !isList)) continue;
    const last = parts.at(-1);
    if (last !== undefined) last.end = line;
    parts.push({ ...partAt(text, at, isList && indent === column), start: line, column, end });
  }
  return parts;
}

/** Lines that may stand as far left as the key: a closing bracket, and the items of a list under a key. */
const isContent = (text: string, at: number, underKey: boolean): boolean =>
  text[at] === ']' || text[at] === '}' || (underKey && isDash(text, at));

function partAt(text: string, at: number, isItem: boolean): { key: string | undefined; valueStart: number } {
  if (isItem && isDash(text, at)) return { key: undefined, valueStart: at + 1 };
  if (isExplicit(text, at)) throw new TextError(at, 'a key after "?" cannot be edited here; write it as "key: value"');
  const found = isItem ? undefined : keyAt(text, at);
  if (found === undefined) throw new TextError(at, 'this line does not fit into the mapping or list around it');
  return { key: found.key, valueStart: found.end };
}

/** The key that stands at an offset, and the offset after its colon. */
function keyAt(text: string, at: number): { key: string | undefined; end: number } | undefined {
  const { end: start } = propertiesAt(text, at);
  const end = lineEnd(text, start);
  const close = /["']/.test(text[start] ?? '') ? closingQuote(text, start, end) : endOfPlainKey(text, start, end);
  const colon = skipBlanks(text, close);
  if (close === start || text[colon] !== ':' || !isGap(text, colon + 1)) return undefined;
  return { key: decoded(text.slice(start, close)), end: colon + 1 };
}

function closingQuote(text: string, start: number, end: number): number {
  try {
    return endOfQuoted(text, start, end);
  } catch {
    return start;
  }
}

function endOfPlainKey(text: string, start: number, end: number): number {
  if (/[[{}\],#|>%@`]/.test(text[start] ?? '')) return start;
  let close = start;
  for (let at = start; at < end; at++) {
    const blank = isWhite(text.charCodeAt(at));
    if (text[at] === '#' && isWhite(text.charCodeAt(at - 1))) return start;
    if (text[at] === ':' && isGap(text, at + 1)) return close;
    if (!blank) close = at + 1;
  }
  return start;
}

function decoded(key: string): string | undefined {
  if (key.startsWith('"')) return decodedJson(key);
  if (key.startsWith("'")) return key.slice(1, -1).replaceAll("''", "'");
  return key.startsWith('*') ? undefined : key;
}

function decodedJson(key: string): string | undefined {
  try {
    return JSON.parse(key) as string;
  } catch {
    return undefined;
  }
}

/** Start of the first line from `line` on that is neither blank nor a comment. */
function inkedLine(text: string, line: number, end: number): number {
  for (let at = line; at < end; at = nextLine(text, at)) {
    const ink = skipBlanks(text, at);
    if (!isLineEnd(text, ink) && text[ink] !== '#') return at;
  }
  return end;
}

const isDash = (text: string, at: number): boolean => text[at] === '-' && isGap(text, at + 1);

const isExplicit = (text: string, at: number): boolean => /[?:]/.test(text[at] ?? '') && isGap(text, at + 1);

const isLineEnd = (text: string, at: number): boolean => at >= text.length || isBreak(text.charCodeAt(at));

const isMarker = (text: string, line: number, marker: string): boolean =>
  text.startsWith(marker, line) && isGap(text, line + 3);
