import { type Splice, splice, TextError } from './format.ts';
import {
  afterComments,
  beforeBreak,
  breakOf,
  isBreak,
  lineEnd,
  lineStart,
  nextLine,
  skipBlanks,
} from './yaml-lines.ts';
import type { Absent, Empty, Present } from './yaml-place.ts';
import { blockLines, indented, inlineText, itemLines } from './yaml-print.ts';
import { type Block, type Part, propertiesAt, type Scan } from './yaml-scan.ts';
import { type Extent, extentOf } from './yaml-walk.ts';

/**
 * Adds lines after the last part of a block and the comments that belong to it. They come without indentation.
 *
 * @throws {TextError} when the last part is a text that the end of the file cuts off, so that nothing can follow it.
 */
export function appendPart(text: string, { owner, block }: Absent, lines: readonly string[]): string {
  const last = block.parts.at(-1);
  if (last === undefined) throw new TextError(0, 'a block has no parts');
  const extent = valueExtent(text, last);
  if (isCutOff(text, extent)) {
    throw new TextError(text.length, 'the file ends within a block of text, without a line break; add one there');
  }
  const at = afterComments(text, extent.next, block.end, owner?.column ?? -1);
  return splice(text, [newLines(text, at, indented(lines, block.column))]);
}

/** Puts lines where an empty value is. Anchors, and comments beside and below it, stay. */
export function fillEmpty(
  text: string,
  { scan, owner, extent }: Empty,
  lines: readonly string[],
  unit: number,
): string {
  const deep = indented(lines, owner === undefined ? 0 : owner.column + unit);
  const { first, last } = extent;
  if (owner === undefined && text.trim() === '') return deep.join(breakOf(text)) + breakOf(text);
  const end = owner?.end ?? scan.end;
  if (first < 0) {
    const start = owner?.valueStart ?? scan.start;
    const from = start > 0 ? nextLine(text, start) : 0;
    return splice(text, [newLines(text, afterComments(text, from, end, owner?.column ?? -1), deep)]);
  }
  const line = lineStart(text, first);
  const beginsLine = skipBlanks(text, line) === first;
  if (beginsLine && isBreakOrEnd(text, skipBlanks(text, last))) {
    return splice(text, [{ start: line, end: lineEnd(text, last), text: deep.join(breakOf(text)) }]);
  }
  // A comment keeps the white space on one side: before the token on its own line, after the token behind a key.
  const token = beginsLine
    ? { start: first, end: skipBlanks(text, last), text: '' }
    : { start: blanksBefore(text, first), end: last, text: '' };
  const at = afterComments(text, nextLine(text, last), end, owner?.column ?? -1);
  return splice(text, [token, newLines(text, at, deep)]);
}

/** Gives a part another value, below its key or beside it. Comments beside the key and after the part stay. */
export function replaceValue(text: string, { part, table }: Present, value: unknown, unit: number): string {
  const { first, last, single } = valueExtent(text, part);
  const start = part.valueStart;
  const keyEnd = lineEnd(text, start);
  const beside = first >= 0 && first < keyEnd;
  const end = first < 0 ? start : single && beside ? last : lineEnd(text, last);
  const inline = inlineText(value);
  if (inline !== undefined) {
    const added = { start, end: beside ? end : start, text: ` ${inline}` };
    return splice(text, beside || first < 0 ? [added] : [added, { start: keyEnd, end, text: '' }]);
  }
  if (table.isList && beside) {
    const gap = /^ +/.exec(text.slice(start, first))?.[0] ?? ' ';
    const [line = '', ...rest] = itemLines(value, unit, gap);
    const item = [line.slice(1), ...indented(rest, part.column)].join(breakOf(text));
    return splice(text, [{ start, end, text: item }]);
  }
  const below = indented(blockLines(value, unit), part.column + (table.isList ? 2 : unit));
  const lines = below.map((line) => breakOf(text) + line).join('');
  if (!beside && first >= 0) return splice(text, [{ start: keyEnd, end, text: lines }]);
  const rest = lineEnd(text, end);
  return splice(text, [
    { start, end, text: '' },
    { start: rest, end: rest, text: lines },
  ]);
}

/** Takes the lines of a part out, with the comments below that are deeper. A table without parts becomes empty. */
export function removePart(text: string, { owner, table, part }: Present): string {
  const previous = table.parts[table.parts.indexOf(part) - 1];
  const { start } = part;
  const below = afterComments(text, valueExtent(text, part).next, part.end, part.column);
  const end =
    previous !== undefined && takesUpBlanks(text, previous, start, below) ? afterBlankLines(text, below) : below;
  // When no line break ends the part, the one before it goes as well, unless the text above needs that.
  const ended = end < text.length || isBreak(text.charCodeAt(end - 1));
  const needed = previous !== undefined && valueExtent(text, previous).endsInBreak;
  const lines = { start: ended || needed ? start : beforeBreak(text, start), end, text: '' };
  if (table.parts.length > 1) return splice(text, [lines]);
  const at = endOfProperties(text, owner);
  return splice(text, [{ start: at, end: at, text: table.isList ? ' []' : ' {}' }, lines]);
}

/** Whether blank lines from `end` on would become part of the text that a part ends in, were they to follow it. */
function takesUpBlanks(text: string, part: Part, start: number, end: number): boolean {
  const joined = text.slice(0, start) + text.slice(end, afterBlankLines(text, end));
  const { last, next } = extentOf(joined, part.valueStart, joined.length, part.column);
  const extent = valueExtent(text, part);
  return extent.endsInBlock && (last !== extent.last || next !== extent.next);
}

/** How many spaces one level has: as on the path, else as somewhere in the file, else two. */
export function unitOf(text: string, { blocks, steps }: Scan): number {
  for (const [index, step] of steps.entries()) {
    const unit = (blocks[index + 1]?.column ?? 0) - step.column;
    if (unit > 0) return unit;
  }
  const nested = /^( *)[^\s#'"&*!|>%@`[{-][^\r\n]*:[ \t]*(?:\r\n|\n|\r)\1( {1,8})[^\s#-]/m.exec(text);
  return nested?.[2]?.length ?? 2;
}

/** What stands between a dash and its item in a list. */
export function gapOf(text: string, { parts }: Block): string {
  const last = parts.at(-1);
  return (last && /^ +(?=[^\s#])/.exec(text.slice(last.valueStart, last.valueStart + 20))?.[0]) ?? ' ';
}

const valueExtent = (text: string, part: Part): Extent => extentOf(text, part.valueStart, part.end, part.column);

/** Whole lines at the start of a line or the end of the text, where a missing line break is added before them. */
function newLines(text: string, at: number, lines: readonly string[]): Splice {
  const line = breakOf(text);
  const unended = at > 0 && at === text.length && !isBreak(text.charCodeAt(at - 1));
  return { start: at, end: at, text: unended ? line + lines.join(line) : lines.join(line) + line };
}

/** Whether a text reaches to the end of the file, so that a line break there would be part of it. */
function isCutOff(text: string, { endsInBlock, endsInBreak, last, next }: Extent): boolean {
  if (!endsInBlock || isBreak(text.charCodeAt(text.length - 1)) || afterBlankLines(text, next) < text.length)
    return false;
  return endsInBreak || last < text.length;
}

function afterBlankLines(text: string, line: number): number {
  let at = line;
  while (at < text.length && isBreakOrEnd(text, skipBlanks(text, at))) at = nextLine(text, at);
  return at;
}

function endOfProperties(text: string, { valueStart }: Part): number {
  const { end } = propertiesAt(text, valueStart);
  return blanksBefore(text, end);
}

function blanksBefore(text: string, at: number): number {
  let start = at;
  while (text[start - 1] === ' ' || text[start - 1] === '\t') start--;
  return start;
}

const isBreakOrEnd = (text: string, at: number): boolean => at >= text.length || isBreak(text.charCodeAt(at));
