import { isObject, valueAt } from '../../base/json.ts';
import { type Spot, TextError } from './format.ts';
import { readYaml } from './yaml-read.ts';
import { type Block, firstInk, type Part, propertiesAt, type Scan, scanYaml } from './yaml-scan.ts';
import { type Extent, extentOf } from './yaml-walk.ts';

/** The entry is there; `owner` is the member that holds its table. */
export interface Present {
  readonly kind: 'present';
  readonly scan: Scan;
  readonly owner: Part;
  readonly table: Block;
  readonly part: Part;
  readonly value: unknown;
}

/** `block` has no member `path[level]`, or no entry where the path is at its end; `owner` holds the block. */
export interface Absent {
  readonly kind: 'absent';
  readonly scan: Scan;
  readonly level: number;
  readonly owner: Part | undefined;
  readonly block: Block;
}

/** What should hold `path[level]`, or the entry, is nothing or empty: the value of `owner`, or the whole document. */
export interface Empty {
  readonly kind: 'empty';
  readonly scan: Scan;
  readonly level: number;
  readonly owner: Part | undefined;
  readonly extent: Extent;
}

export type Place = Present | Absent | Empty;

/**
 * Finds where an entry is or would be. The reader says what the text means, the scanner where it stands; they must agree
 * about each mapping and list on the way.
 *
 * @throws {TextError} for what cannot be read, for the wrong kind of value on the path, and for one that is an alias,
 * has a tag, is used through an alias, or has its members in brackets.
 */
export function placeOf(text: string, spot: Spot): Place {
  const { path, by } = spot;
  const root = readYaml(text);
  const scan = scanYaml(text, path);
  const document = { text, scan, root };
  for (let level = 0; ; level++) {
    const holder = holderOf(document, path.slice(0, level), level === path.length && by !== undefined);
    const { owner, value } = holder;
    if (isEmpty(value)) return { kind: 'empty', scan, level, owner, extent: emptyExtent(holder) };
    const block = blockOf(holder);
    const key = path[level];
    const part = key === undefined ? entryPart(holder, block, spot) : memberPart(holder, block, key);
    if (part === undefined) return { kind: 'absent', scan, level, owner, block };
    if (key === undefined && owner !== undefined) {
      return { kind: 'present', scan, owner, table: block, part, value: entryValue(value, spot) };
    }
  }
}

/**
 * Refuses lines that define an anchor which is used elsewhere, as they are about to go.
 *
 * @throws {TextError} at the alias.
 */
export function checkAnchors(text: string, start: number, end: number): void {
  const anchors = text.slice(start, end).match(/(?<=(?<![^\s,[\]{}:])&)[^\s,[\]{}]+/g) ?? [];
  const alias = findAlias(text, anchors, start, end);
  if (alias >= 0) throw new TextError(alias, 'this alias stands for a part of the entry that would change');
}

/** A value on the path: what it means, where it is, and how messages call it. */
interface Holder {
  readonly text: string;
  readonly name: string;
  readonly value: unknown;
  readonly isList: boolean;
  /** The member that holds it; undefined for the root. */
  readonly owner: Part | undefined;
  readonly block: Block | undefined;
  readonly start: number;
  readonly end: number;
}

/** A text as the scanner and the reader have it. */
interface Document {
  readonly text: string;
  readonly scan: Scan;
  readonly root: unknown;
}

function holderOf({ text, scan, root }: Document, path: readonly string[], isList: boolean): Holder {
  const owner = scan.steps[path.length - 1];
  const holder: Holder = {
    text,
    name: path.map((key) => JSON.stringify(key)).join(' > ') || 'the file',
    value: valueAt(root, path),
    isList,
    owner,
    block: scan.blocks[path.length],
    start: owner?.valueStart ?? scan.start,
    end: owner?.end ?? scan.end,
  };
  checkKind(holder);
  if (owner !== undefined) checkProperties(holder, owner);
  return holder;
}

function checkKind(holder: Holder): void {
  const { value, isList } = holder;
  if (value === null || value === undefined || (isList ? Array.isArray(value) : isObject(value))) return;
  throw fault(holder, `must hold a ${isList ? 'list' : 'mapping'}`);
}

function checkProperties(holder: Holder, owner: Part): void {
  const { properties } = propertiesAt(holder.text, owner.valueStart);
  if (properties.some((property) => property.startsWith('!'))) throw fault(holder, 'has a tag and cannot be edited');
  const anchors = properties.map((property) => property.slice(1));
  const alias = findAlias(holder.text, anchors, 0, 0);
  if (alias >= 0) throw fault(holder, 'is used again through this alias, where an edit would be seen as well', alias);
}

/** Where an empty value is: the first members take its place, or come behind its key. */
function emptyExtent(holder: Holder): Extent {
  const { text, value, owner, start, end } = holder;
  const from = owner === undefined ? start : propertiesAt(text, start).end;
  const extent = extentOf(text, from, end, owner?.column ?? -1);
  const token = extent.first < 0 ? '' : text.slice(extent.first, extent.last);
  const empty = value === null || value === undefined ? /^(?:~|null|Null|NULL)?$/ : /^(?:\{\s*\}|\[\s*\])$/;
  if (!empty.test(token)) throw fault(holder, notLines(token));
  return extent;
}

/** The lines of a value that is not empty. */
function blockOf(holder: Holder): Block {
  const { text, value, isList, block } = holder;
  if (block === undefined || block.isList !== isList) {
    throw fault(holder, notLines(text[firstInk(text, holder.start, holder.end)] ?? ''));
  }
  if (block.parts.length === Object.keys(value ?? {}).length) return block;
  throw fault(holder, 'is written in a way that cannot be edited here');
}

/** The reader makes `16` of the key `0x10`, and knows escapes: only a key that both see is the same. */
function memberPart(holder: Holder, { parts }: Block, key: string): Part | undefined {
  const part = parts.find((member) => member.key === key);
  if ((part !== undefined) === has(holder.value, key)) return part;
  throw fault(holder, `has ${JSON.stringify(key)} in a spelling that cannot be edited here`, part?.start);
}

function entryPart(holder: Holder, block: Block, { name, by }: Spot): Part | undefined {
  if (by === undefined || !Array.isArray(holder.value)) return memberPart(holder, block, name);
  const [first, second] = block.parts.filter((_, index) => isNamed(holder.value, index, by, name));
  if (second === undefined) return first;
  throw fault(holder, `has two items with the ${by} ${JSON.stringify(name)}; this is the second`, second.start);
}

function entryValue(value: unknown, { name, by }: Spot): unknown {
  if (by === undefined || !Array.isArray(value)) return valueAt(value, [name]);
  return value.find((_, index) => isNamed(value, index, by, name));
}

const isNamed = (list: unknown, index: number, by: string, name: string): boolean =>
  Array.isArray(list) && valueAt(list[index], [by]) === name;

/**
 * Offset of the first alias of one of the anchors outside of a range, or -1. What looks like one in a string or comment
 * counts as well: better a refusal too many.
 */
function findAlias(text: string, anchors: readonly string[], start: number, end: number): number {
  if (anchors.length === 0) return -1;
  const names = new Set(anchors);
  for (const match of text.matchAll(/(?<![^\s,[\]{}:])\*([^\s,[\]{}]+)/g)) {
    const outside = match.index < start || match.index >= end;
    if (outside && names.has(match[1] ?? '')) return match.index;
  }
  return -1;
}

function notLines(token: string): string {
  if (token.startsWith('*')) return 'is an alias; an edit would change what it stands for';
  if (/^[&!]/.test(token)) return 'has an anchor or a tag on a line of its own and cannot be edited';
  if (/^[[{]/.test(token)) return 'is written in brackets; write one member a line, without brackets';
  return 'is written in a way that cannot be edited here';
}

/** The error about a holder, at the place where its value begins unless another is given. */
function fault({ text, name, owner, start, end }: Holder, problem: string, at?: number): TextError {
  const ink = firstInk(text, start, end);
  return new TextError(at ?? (ink < end ? ink : (owner?.start ?? start)), `${name} ${problem}`);
}

const has = (value: unknown, key: string): boolean => isObject(value) && Object.hasOwn(value, key);

const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || (typeof value === 'object' && Object.keys(value).length === 0);
