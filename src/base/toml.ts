import type { JsonObject } from './json.ts';

/** Prints TOML: a whole file of ours, or the lines of one entry for somebody else's file. */

type Table = Readonly<Record<string, unknown>>;

/** In an entry, a list that would be wider gets a line for each item. */
const MAX_WIDTH = 100;

/**
 * A file the way people and uv write a pyproject.toml: a header a table, and in lists of more than one a line for each
 * item. Tables in lists are inline.
 *
 * @throws {Error} for null
 */
export function formatToml(value: JsonObject): string {
  return `${documentLines(value, []).join('\n').trim()}\n`;
}

function documentLines(value: Table, path: readonly string[]): string[] {
  const { pairs, tables } = partsOf(value);
  const header = path.length > 0 && (pairs.length > 0 || tables.length === 0) ? [headerOf(path)] : [];
  return [
    ...header,
    ...pairs.flatMap(([key, item]) => pairLines(key, item, { indent: '    ', isLong: (_, list) => list.length > 1 })),
    ...(pairs.length + header.length > 0 ? [''] : []),
    ...tables.flatMap(([key, table]) => documentLines(table, [...path, key])),
  ];
}

/**
 * The lines of an entry with its header: `[path]`, values, and a table of its own for each object in it, after a blank
 * line. Members that are undefined are left out.
 *
 * @throws {Error} when the value is no object, or holds what TOML cannot express: null, half characters, functions
 */
export function tableLines(path: readonly string[], value: unknown): string[] {
  if (!isTable(value)) throw new Error('a TOML table needs an object');
  const { pairs, tables } = partsOf(value);
  const isLong = (line: string, list: readonly unknown[]): boolean => line.length > MAX_WIDTH && list.length > 0;
  return [
    headerOf(path),
    ...pairs.flatMap(([key, item]) => pairLines(key, item, { indent: '  ', isLong })),
    ...tables.flatMap(([key, table]) => ['', ...subTableLines([...path, key], table)]),
  ];
}

/** A header above nothing but tables is left out. */
function subTableLines(path: readonly string[], table: Table): string[] {
  const lines = tableLines(path, table);
  return lines[1] === '' ? lines.slice(2) : lines;
}

/**
 * The entry as the value of a pair: `{ command = "node", env = { A = "b" } }`.
 *
 * @throws {Error} as `tableLines` does
 */
export function inlineTable(value: unknown): string {
  if (!isTable(value)) throw new Error('a TOML table needs an object');
  return inline(value);
}

const headerOf = (path: readonly string[]): string => `[${path.map(keyText).join('.')}]`;

function partsOf(table: Table) {
  const members = membersOf(table);
  return {
    pairs: members.filter(([, item]) => !isTable(item)),
    tables: members.filter((member): member is [string, Table] => isTable(member[1])),
  };
}

interface ListLayout {
  readonly indent: string;
  /** Whether a list gets a line for each item. */
  readonly isLong: (line: string, list: readonly unknown[]) => boolean;
}

function pairLines(key: string, value: unknown, { indent, isLong }: ListLayout): string[] {
  const line = `${keyText(key)} = ${inline(value)}`;
  if (!Array.isArray(value) || !isLong(line, value)) return [line];
  return [`${keyText(key)} = [`, ...value.map((item) => `${indent}${inline(item)},`), ']'];
}

function inline(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return numberText(value);
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (!isTable(value)) throw new Error(`TOML cannot express ${value === null ? 'null' : `a ${typeof value}`}`);
  const members = membersOf(value).map(([key, item]) => `${keyText(key)} = ${inline(item)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

const membersOf = (table: Table): [string, unknown][] => Object.entries(table).filter(([, item]) => item !== undefined);

const keyText = (key: string): string => (/^[A-Za-z0-9_-]+$/.test(key) ? key : quoted(key));

/** Integers that are not exact are written as what they are: floating-point numbers. */
function numberText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf';
  if (Object.is(value, -0)) return '-0.0';
  const text = String(value);
  return Number.isSafeInteger(value) || /[.e]/.test(text) ? text : `${text}.0`;
}

function quoted(text: string): string {
  if (/\p{Surrogate}/u.test(text)) throw new Error('TOML cannot express half a character');
  // The joiner of pictures is the one character that nobody sees and that may stay.
  return `"${text.replace(/(?!\u200d)["\\\p{Control}\p{Cf}\p{Zl}\p{Zp}]/gu, escaped)}"`;
}

/** Short where TOML 1.0 knows a short form. */
function escaped(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase();
  return SHORT[character] ?? (code.length > 4 ? `\\U${code.padStart(8, '0')}` : `\\u${code.padStart(4, '0')}`);
}

const SHORT: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
};

/** A class instance, such as a Date, is no table. */
function isTable(value: unknown): value is Table {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
