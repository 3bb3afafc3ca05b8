import type { Place } from './table.js';

/** Characters that an address may hold for other reasons are escaped, unless the description reserves them for this. */
export const encode = (text: string, reserved = false): string =>
  encodeURIComponent(text.toWellFormed())
    .replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/%(2F|3A|3F|40|21|24|27|28|29|2A|2C|3B|3D)/g, (code) => (reserved ? decodeURIComponent(code) : code));

/** A value as text; a list or an object in a list is JSON. */
export const textOf = (value: unknown): string =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? '');

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What stands between values, and before them: https://spec.openapis.org/oas/v3.2.0.html#style-values */
const SEPARATORS: Record<string, { first: string; next: string }> = {
  label: { first: '.', next: '.' },
  matrix: { first: ';', next: ';' },
  form: { first: '', next: '&' },
  cookie: { first: '', next: '; ' },
};
const DELIMITERS: Record<string, string> = { spaceDelimited: '%20', pipeDelimited: '%7C' };

/** A value of an argument as its place and style want it; empty where there is nothing to send. */
export function write(place: Omit<Place, 'in'> & { in?: string }, value: unknown): string {
  const { style, explode } = place;
  const isPlain = place.in === 'header' || style === 'cookie';
  const code = (given: unknown) => (isPlain ? textOf(given) : encode(textOf(given), place.reserved));
  const name = isPlain ? place.name : encode(place.name);
  const isNamed = !['simple', 'label'].includes(style);
  const named = (key: string, text: string) => (style === 'matrix' && text === '' ? key : `${key}=${text}`);
  if (place.json) return isNamed ? `${name}=${code(JSON.stringify(value))}` : code(JSON.stringify(value));
  if (style === 'deepObject') return deep(name, value, code).join('&');
  const { first, next } = SEPARATORS[style] ?? { first: '', next: style in DELIMITERS ? '&' : ',' };
  if (Array.isArray(value)) {
    if (value.length === 0) return '';
    const items = value.map(code);
    if (explode) return first + items.map((item) => (isNamed ? named(name, item) : item)).join(next);
    return first + (isNamed ? `${name}=` : '') + items.join(DELIMITERS[style] ?? ',');
  }
  if (isObject(value)) {
    const entries = Object.entries(value).map(([key, one]) => [isPlain ? key : encode(key), code(one)] as const);
    if (entries.length === 0) return '';
    if (explode) return first + entries.map((entry) => entry.join('=')).join(next);
    return first + (isNamed ? `${name}=` : '') + entries.flat().join(DELIMITERS[style] ?? ',');
  }
  return first + (isNamed ? named(name, code(value)) : code(value));
}

/** `filter[price][min]=1`, and lists by their places. */
function deep(name: string, value: unknown, code: (value: unknown) => string): string[] {
  if (typeof value !== 'object' || value === null) return [`${name}=${code(value)}`];
  return Object.entries(value).flatMap(([key, one]) => deep(`${name}%5B${encode(key)}%5D`, one, code));
}
