import { lineEndOf } from '../../base/text.ts';
import { type Splice, splice } from './format.ts';
import type { Entry, Region } from './toml-entry.ts';
import type { Statement } from './toml-scan.ts';

/** Adds a table after its neighbours, or after all that stands in the text. All of the text stays, in one or two pieces. */
export function insertTable(text: string, entry: Entry, lines: readonly string[]): string {
  const at = entry.groupEnd >= 0 ? entry.groupEnd : entry.end;
  const eol = lineEndOf(text);
  const table = indented(lines, entry.indent).join(eol);
  const inserted = endsLine(text, at) ? (at === 0 ? '' : eol) + table + eol : eol + eol + table;
  return splice(text, [{ start: at, end: at, text: inserted }]);
}

/** Writes other lines in the place of an entry; its header stays as it is spelt, a comment after it included. */
export function replaceTable(text: string, entry: Entry, lines: readonly string[]): string {
  const main = entry.regions.find(({ headerEnd }) => headerEnd >= 0) ?? entry.regions[0];
  if (main === undefined) return text;
  const others = entry.regions.filter((region) => region !== main).map((region) => removalOf(text, region));
  return splice(text, [replacementOf(text, main, lines), ...others]);
}

/** Takes the tables of an entry out, each with one blank line before it. */
export function removeTable(text: string, { regions }: Entry): string {
  return splice(
    text,
    regions.map((region) => removalOf(text, region)),
  );
}

/** Gives a pair another value. */
export function replacePair(text: string, { valueStart: start, valueEnd: end }: Statement, value: string): string {
  return splice(text, [{ start, end, text: value }]);
}

/** Takes a pair out with its lines and the comment on them. */
export function removePair(text: string, { lineStart: start, end }: Statement): string {
  return splice(text, [withoutLooseLine(text, start, end)]);
}

function replacementOf(text: string, { start, indent, headerEnd, end }: Region, lines: readonly string[]): Splice {
  const eol = lineEndOf(text);
  const close = endsLine(text, end) ? eol : '';
  const whole = indented(lines, indent);
  if (headerEnd < 0) return { start, end, text: whole.join(eol) + close };
  const body = whole.slice(1).map((line) => eol + line);
  return { start: headerEnd, end, text: body.join('') + close };
}

function removalOf(text: string, { start, end }: Region): Splice {
  const from = startOfBlankLine(text, start);
  if (from > 0) return withoutLooseLine(text, from, end);
  // What follows comes to the top of the file, without the blank line between.
  return { start: from, end: nextLine(text, end), text: '' };
}

/** When the text ends with the last of the lines, without a line end, the line before must not get one either. */
function withoutLooseLine(text: string, start: number, end: number): Splice {
  return { start: endsLine(text, end) ? start : beforeLineEnd(text, start), end, text: '' };
}

/** Where the blank line before a line begins; the line itself when there is none. */
function startOfBlankLine(text: string, lineStart: number): number {
  if (lineStart === 0) return 0;
  const end = beforeLineEnd(text, lineStart);
  const start = end === 0 ? 0 : text.lastIndexOf('\n', end - 1) + 1;
  return text.slice(start, end).trim() === '' ? start : lineStart;
}

/** Where the line end directly before an offset begins. */
function beforeLineEnd(text: string, offset: number): number {
  if (text[offset - 1] !== '\n') return offset;
  return text[offset - 2] === '\r' ? offset - 2 : offset - 1;
}

/** The start of the first line from `start` on that is not blank; `start` when there is none. */
function nextLine(text: string, start: number): number {
  const content = /\S/g;
  content.lastIndex = start;
  const found = content.exec(text)?.index ?? start;
  return Math.max(start, text.lastIndexOf('\n', found - 1) + 1);
}

const endsLine = (text: string, offset: number): boolean => offset === 0 || text[offset - 1] === '\n';

const indented = (lines: readonly string[], indent: string): string[] =>
  lines.map((line) => (line === '' ? '' : indent + line));
