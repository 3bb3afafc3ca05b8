import { printableJson } from '../../base/text.ts';
import { type Splice, splice } from './format.ts';
import type { JsonNode, Member, Scan } from './json-scan.ts';

/** A value that is written as it is, such as one of TOML in a list. */
export class Written {
  constructor(readonly text: string) {}
}

/**
 * Adds the member `key` to an object of the text, or without a key an item to an array. Comments, order, indentation and
 * line ends stay as they are.
 *
 * @param previous what it comes after; `none`: before all others, unless there is a comment above them
 */
export function insertMember(
  text: string,
  node: JsonNode,
  key: string | undefined,
  value: unknown,
  previous: Member | 'none' | undefined = node.members.at(-1),
): string {
  const [first] = node.members;
  if (first === undefined || previous === undefined) return splice(text, intoEmpty(text, node, key, value));
  if (previous !== 'none') return splice(text, after(text, node, previous, key, value));
  if (first.spaceStart > node.start + 1) return insertMember(text, node, key, value);
  const layout = layoutOf(text, node, first);
  const { keyStart: at } = first;
  return splice(text, [{ start: at, end: at, text: `${memberText(key, value, layout)},${layout.line ?? layout.gap}` }]);
}

/** Gives a member another value. */
export function replaceValue(text: string, node: JsonNode, member: Member, value: unknown): string {
  const layout = layoutOf(text, node, member);
  const { valueStart: start, valueEnd: end } = member;
  return splice(text, [{ start, end, text: printed(value, layout) }]);
}

/** Takes a member out with the white space before it and one comma. What becomes blank becomes `{}` or `[]`. */
export function removeMember(text: string, node: JsonNode, member: Member): string {
  const previous = node.members[node.members.indexOf(member) - 1];
  const splices = [{ start: startOfRemoval(text, member), end: member.valueEnd, text: '' }];
  const comma = member.comma >= 0 ? member.comma : (previous?.comma ?? -1);
  if (comma >= 0) splices.push({ start: comma, end: comma + 1, text: '' });
  const { start, end } = node;
  const inside = splices.map((part) => ({ ...part, start: part.start - start - 1, end: part.end - start - 1 }));
  const blank = splice(text.slice(start + 1, end - 1), inside).trim() === '';
  return splice(text, blank ? [{ start: start + 1, end: end - 1, text: '' }] : splices);
}

/** The white space before a member goes with it, unless a line comment needs the line break that ends it. */
function startOfRemoval(text: string, member: Member): number {
  if (!member.afterLineComment) return member.spaceStart;
  const { valueEnd: value } = member;
  const comma = member.comma >= 0 ? member.comma : value - 1;
  const rest = text.slice(value, Math.max(comma, value)) + text.slice(comma + 1, comma + 1000);
  return /^[ \t]*[\r\n]/.test(rest) ? member.spaceStart : member.keyStart;
}

/** What an entry says may be a stranger's: nothing in it acts on a terminal that shows the file or a diff of it. */
export const jsonOf = (value: unknown, space?: string): string => printableJson(JSON.stringify(value, null, space));

/** A text for a file that has no object yet; comments in it stay above. */
export function freshText(text: string, scan: Scan, value: unknown): string {
  const eol = eolOf(text);
  const body = jsonOf(value, '  ').replaceAll('\n', eol) + eol;
  if (scan.firstComment < 0) return body;
  return text + (/[\r\n][ \t]*$/.test(text.slice(-1000)) ? '' : eol) + body;
}

/** How a new member is written so that it looks like its neighbours. */
interface Layout {
  /** Line end and indentation before the member; undefined when members share one line. */
  readonly line: string | undefined;
  /** One more level. */
  readonly unit: string;
  /** Between members on one line, and after the colon. */
  readonly gap: string;
}

function after(text: string, node: JsonNode, last: Member, key: string | undefined, value: unknown): Splice[] {
  const layout = layoutOf(text, node, last);
  const member = memberText(key, value, layout);
  const trailing = last.comma >= 0;
  const separator = layout.line ?? layout.gap;
  const from = trailing ? last.comma + 1 : last.valueEnd;
  // A comment on the same line belongs to the member before it.
  const at = layout.line === undefined ? from : endOfLineComments(text, from);
  const entry = { start: at, end: at, text: separator + member + (trailing ? ',' : '') };
  if (trailing) return [entry];
  if (at === from) return [{ ...entry, text: `,${entry.text}` }];
  return [{ start: from, end: from, text: ',' }, entry];
}

function intoEmpty(text: string, node: JsonNode, key: string | undefined, value: unknown): Splice[] {
  const layout = emptyLayout(text, node);
  const close = node.end - 1;
  const breaks = /[\r\n]/.test(text.slice(node.spaceStart, close));
  // After comments; in a blank object before its brace, unless that stands on a line of its own already.
  const at = node.spaceStart > node.start + 1 || breaks ? node.spaceStart : close;
  const closing = layout.line === undefined || breaks ? '' : lineOf(text, node.start);
  return [{ start: at, end: at, text: (layout.line ?? '') + memberText(key, value, layout) + closing }];
}

const memberText = (key: string | undefined, value: unknown, layout: Layout): string =>
  (key === undefined ? '' : `${jsonOf(key)}:${layout.gap}`) + printed(value, layout);

function printed(value: unknown, { line, unit, gap }: Layout): string {
  if (value instanceof Written) return value.text;
  if (line !== undefined) return jsonOf(value, unit).replaceAll('\n', line);
  return gap === '' ? jsonOf(value) : spaced(value);
}

/** JSON on one line with a space after each comma and colon. */
function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return jsonOf(value);
  const members = Object.entries(value).filter(([, item]) => item !== undefined);
  return `{${members.map(([key, item]) => `${jsonOf(key)}: ${spaced(item)}`).join(', ')}}`;
}

function layoutOf(text: string, node: JsonNode, model: Member): Layout {
  const before = node.members[node.members.indexOf(model) - 1];
  const from = before === undefined ? node.start + 1 : before.valueEnd;
  const gap = gapOf(text, model);
  if (!/[\r\n]/.test(text.slice(from, model.keyStart))) return { line: undefined, unit: '', gap };
  const indent = indentOf(text, model.keyStart);
  const parent = indentOf(text, node.start);
  const own = indent.startsWith(parent) ? indent.slice(parent.length) : '';
  return { line: eolOf(text) + indent, unit: own || unitOf(text), gap: gap || ' ' };
}

function emptyLayout(text: string, node: JsonNode): Layout {
  const alone = text.slice(0, node.start).trim() === '' && text.slice(node.end).trim() === '';
  const oneLine = !/[\r\n]/.test(text.trim());
  if (oneLine && !alone) return { line: undefined, unit: '', gap: /[:,] /.test(text) ? ' ' : '' };
  const unit = unitOf(text);
  return { line: lineOf(text, node.start) + unit, unit, gap: ' ' };
}

function gapOf(text: string, { keyStart, keyEnd, valueStart, valueEnd, spaceStart }: Member): string {
  if (keyEnd !== valueStart) return text.slice(keyEnd, valueStart).endsWith(':') ? '' : ' ';
  // An item has no colon of its own, so the space beside it counts, or that between others.
  if (spaceStart < keyStart) return ' ';
  const beside = /^\s*,(\s?)/.exec(text.slice(valueEnd, valueEnd + 100))?.[1];
  return beside ?? (/[:,] /.test(text) ? ' ' : '');
}

/** Offset after the comments that follow on the same line and end there. */
function endOfLineComments(text: string, from: number): number {
  const lineEnd = breakAfter(text, from);
  for (let end = from; ; ) {
    let at = end;
    while (text[at] === ' ' || text[at] === '\t') at++;
    // In JSON nothing but a string holds the `#` of TOML.
    if (text.startsWith('//', at) || text[at] === '#') return lineEnd;
    if (!text.startsWith('/*', at)) return end;
    const close = text.indexOf('*/', at + 2) + 2;
    if (close > lineEnd) return end;
    end = close;
  }
}

function breakAfter(text: string, from: number): number {
  const breaks = /[\r\n]/g;
  breaks.lastIndex = from;
  return breaks.exec(text)?.index ?? text.length;
}

/** Line end plus the indentation of the line that holds `offset`. */
const lineOf = (text: string, offset: number): string => eolOf(text) + indentOf(text, offset);

/** The white space at the start of the line that holds `offset`. */
function indentOf(text: string, offset: number): string {
  const start = Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1)) + 1;
  return /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? '';
}

/** The first indentation in the file is one level; two spaces when there is none. */
const unitOf = (text: string): string => /[\r\n]([ \t]+)"/.exec(text)?.[1] ?? '  ';

const eolOf = (text: string): string => /\r\n|\n|\r/.exec(text)?.[0] ?? '\n';
