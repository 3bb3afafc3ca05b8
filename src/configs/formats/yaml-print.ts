/**
 * A value as lines of block style, without indentation of the first level and without line breaks: every string stays on
 * one line.
 */
export function blockLines(value: unknown, unit: number): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => itemLines(item, unit));
  return membersOf(value).flatMap(([key, member]) => memberLines(key, member, unit));
}

/** `key: value`; a collection stands below its key, `unit` spaces deeper. */
export function memberLines(key: string, value: unknown, unit: number): string[] {
  const inline = inlineText(value);
  if (inline !== undefined) return [`${keyText(key)}: ${inline}`];
  return [`${keyText(key)}:`, ...indented(blockLines(value, unit), unit)];
}

/** `- value`; a collection begins on the line of the dash. */
export function itemLines(value: unknown, unit: number, gap = ' '): string[] {
  const inline = inlineText(value);
  if (inline !== undefined) return [`-${gap}${inline}`];
  const [first = '', ...rest] = blockLines(value, unit);
  return [`-${gap}${first}`, ...indented(rest, gap.length + 1)];
}

/** The text of a value that fits behind its key: scalars and empty collections. */
export function inlineText(value: unknown): string | undefined {
  if (Array.isArray(value)) return value.length === 0 ? '[]' : undefined;
  if (typeof value === 'object' && value !== null) return membersOf(value).length === 0 ? '{}' : undefined;
  if (typeof value === 'string') return isPlainString(value) ? value : quoted(value);
  if (typeof value === 'number') return numberText(value);
  return String(value ?? null);
}

export const indented = (lines: readonly string[], spaces: number): string[] =>
  lines.map((line) => ' '.repeat(spaces) + line);

const membersOf = (value: unknown): [string, unknown][] =>
  Object.entries(value ?? {}).filter(([, member]) => member !== undefined);

/** YAML 1.1 takes `1e+300` for a string; with a point it is a number everywhere. */
const numberText = (value: number): string => String(value).replace(/^(-?\d+)(?=e)/, '$1.0');

const keyText = (key: string): string => (/^[A-Za-z_][\w-]*$/.test(key) && !isWord(key) ? key : quoted(key));

/** Words, paths and addresses: what is the same string in YAML 1.1 and 1.2, whoever reads it. */
const isPlainString = (text: string): boolean =>
  /^[A-Za-z_/](?:[\w./\\@+=-]| (?=[\w/])|:(?=[\w./\\]))*$/.test(text) && !isWord(text);

/** What YAML 1.1 or 1.2 reads as a boolean or as nothing. */
const isWord = (text: string): boolean => /^(?:y|n|yes|no|on|off|true|false|null)$/i.test(text);

/** JSON's escapes are YAML's. Characters that YAML forbids, takes for line breaks, or nobody sees are escaped as well. */
const quoted = (text: string): string =>
  JSON.stringify(text).replace(/[\u007f-\u009f\p{Cf}\u2028\u2029\ufffe\uffff]/gu, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16);
    return code.length > 4 ? `\\U${code.padStart(8, '0')}` : `\\u${code.padStart(4, '0')}`;
  });
