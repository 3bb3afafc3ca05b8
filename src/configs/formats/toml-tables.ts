import { isObject, valueAt } from '../../base/json.ts';
import { TextError } from './format.ts';
import type { Entry } from './toml-entry.ts';

/** Refuses a text in which something else than tables is on a path. What is not there may become one. */
export function refuseNonTables(document: unknown, path: readonly string[], { parent }: Entry): void {
  for (let depth = 1; depth <= path.length; depth++) {
    const table = path.slice(0, depth);
    const value = valueAt(document, table);
    if (value === undefined || (isObject(value) && !(value instanceof Date))) continue;
    throw new TextError(Math.max(parent, 0), `${shown(table)} must be a table, not ${kindOf(value)}`);
  }
}

export const shown = (path: readonly string[]): string => path.map((key) => JSON.stringify(key)).join(' > ');

export function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Date) return 'a date';
  if (isObject(value)) return 'a table';
  return typeof value === 'bigint' ? 'a number' : `a ${typeof value}`;
}
