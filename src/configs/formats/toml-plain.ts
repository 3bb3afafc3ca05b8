import { parse, TomlError } from 'smol-toml';
import { isObject } from '../../base/json.ts';
import { TextError } from './format.ts';

/**
 * Reads TOML with a parser that shares nothing with the scanner, so that it can check what the scanner's offsets were
 * used for.
 *
 * @throws {TextError} for whatever is not TOML, tables and keys that are defined twice included.
 */
export function readPlainToml(text: string): unknown {
  return plainValue(parseToml(text));
}

/**
 * The values as the parser has them: dates are `Date`s, integers that a number cannot hold are of type `bigint`.
 *
 * @throws {TextError} as `readPlainToml` does.
 */
export function parseToml(text: string): unknown {
  try {
    return parse(text, { integersAsBigInt: 'asNeeded' });
  } catch (error) {
    if (error instanceof TomlError) throw new TextError(offsetOf(text, error), reasonOf(error));
    throw error;
  }
}

/**
 * Turns a parsed value into one that JSON could have. What JSON does not have becomes an object with one member
 * that names it, so that it can be compared and shown: `{$date: '1979-05-27'}`, `{$integer: '9007199254740993'}`.
 *
 * The containers are changed and returned, as copying a large file takes about as long as reading it.
 */
export function plainValue(value: unknown): unknown {
  if (typeof value === 'bigint') return { $integer: String(value) };
  if (value instanceof Date) return { $date: value.toISOString() };
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) value[index] = plainValue(item);
  } else if (isObject(value)) {
    const table: Record<string, unknown> = value;
    for (const key of Object.keys(table)) table[key] = plainValue(table[key]);
  }
  return value;
}

function offsetOf(text: string, { line, column }: TomlError): number {
  let start = 0;
  for (let left = line; left > 1; left--) start = text.indexOf('\n', start) + 1;
  return start + column - 1;
}

/** The message without its preamble and the lines of the file, which may hold secrets. */
function reasonOf(error: TomlError): string {
  const reason = /^Invalid TOML document: (.*)/.exec(error.message)?.[1] ?? 'this is not TOML';
  return reason.startsWith('trying to redefine') ? 'this key or table is defined twice' : reason;
}
