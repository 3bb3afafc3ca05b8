type Table = Readonly<Record<string, unknown>>;

/** A list that would be wider gets a line for each item. */
const MAX_WIDTH = 100;

/**
 * The lines of an entry with its header: `[path]`, values, and a table of its own for each object in it, after a blank
 * line. Members that are undefined are left out.
 *
 * @throws {Error} when the value is no object, or holds what TOML has no words for: null, half characters, functions.
 */
export function tableLines(path: readonly string[], value: unknown): string[] {
  if (!isObject(value)) throw new Error('a TOML table needs an object');
  const members = membersOf(value);
  const pairs = members.filter(([, item]) => !isObject(item)).flatMap(([key, item]) => pairLines(key, item));
  const tables = members.flatMap(([key, item]) => (isObject(item) ? [subTableLines([...path, key], item)] : []));
  return [`[${path.map(keyText).join('.')}]`, ...pairs, ...tables.flatMap((lines) => ['', ...lines])];
}

/**
 * The entry as the value of a pair: `{ command = "node", env = { A = "b" } }`.
 *
 * @throws {Error} as `tableLines` does.
 */
export function inlineTable(value: unknown): string {
  if (!isObject(value)) throw new Error('a TOML table needs an object');
  return inline(value);
}

/** The header of a table that holds nothing but tables says nothing. */
function subTableLines(path: readonly string[], table: Table): string[] {
  const lines = tableLines(path, table);
  return lines[1] === '' ? lines.slice(2) : lines;
}

function pairLines(key: string, value: unknown): string[] {
  const line = `${keyText(key)} = ${inline(value)}`;
  if (line.length <= MAX_WIDTH || !Array.isArray(value) || value.length === 0) return [line];
  return [`${keyText(key)} = [`, ...value.map((item) => `  ${inline(item)},`), ']'];
}

function inline(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return numberText(value);
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (!isObject(value)) throw new Error(`TOML has no word for ${value === null ? 'null' : typeof value}`);
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
  if (/\p{Surrogate}/u.test(text)) throw new Error('TOML has no word for half a character');
  return `"${text.replace(/["\\\p{Control}]/gu, escaped)}"`;
}

/** Short where TOML 1.0 knows a short form. */
function escaped(character: string): string {
  return SHORT[character] ?? `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
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
function isObject(value: unknown): value is Table {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
