import { isObject, type Json, type JsonObject } from './json.ts';

/**
 * Serialises an object as TOML the way people and uv write a pyproject.toml: a header a table, one item a line in lists of
 * more than one. Only what such a file needs: no dates, no null, and tables in lists are inline.
 */
export function formatToml(value: JsonObject): string {
  return `${table(value, []).join('\n').trim()}\n`;
}

function table(value: JsonObject, path: readonly string[]): string[] {
  const entries = Object.entries(value);
  const own = entries.filter(([, member]) => !isObject(member));
  const inner = entries.filter((entry): entry is [string, JsonObject] => isObject(entry[1]));
  const header = path.length > 0 && (own.length > 0 || inner.length === 0) ? [`[${path.join('.')}]`] : [];
  return [
    ...header,
    ...own.map(([key, member]) => `${keyOf(key)} = ${multiline(member)}`),
    ...(own.length + header.length > 0 ? [''] : []),
    ...inner.flatMap(([key, member]) => table(member, [...path, keyOf(key)])),
  ];
}

function multiline(value: Json): string {
  if (!Array.isArray(value) || value.length < 2) return inline(value);
  return `[\n${value.map((item) => `    ${inline(item)},\n`).join('')}]`;
}

function inline(value: Json): string {
  if (typeof value === 'string') return text(value);
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (isObject(value)) {
    const members = Object.entries(value).map(([key, member]) => `${keyOf(key)} = ${inline(member)}`);
    return `{ ${members.join(', ')} }`;
  }
  if (value === null) throw new Error('TOML has no null.');
  return String(value);
}

/** A basic string of TOML is one of JSON, but DEL must be escaped too. */
const text = (value: string): string => JSON.stringify(value).replaceAll('\u007f', '\\u007f');

const keyOf = (key: string): string => (/^[\w-]+$/.test(key) ? key : text(key));
