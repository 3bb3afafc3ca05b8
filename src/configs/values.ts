import { isObject, memberOf, valueAt } from '../base/json.ts';
import type { Spot } from './formats/format.ts';

/** Values as JSON has them. Objects are equal when they have the same members, in whatever order. */
export function deepEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (!isContainer(a) || !isContainer(b) || Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && deepEqual(a[key], b[key]));
}

/** Whether two documents are the same but for the entries at some spots; the tables around those may be missing in either. */
export function sameBut(a: unknown, b: unknown, spots: readonly Spot[]): boolean {
  const rest = (document: unknown): unknown => spots.reduce(without, document ?? {}) ?? {};
  return deepEqual(rest(a), rest(b));
}

/** The document without one entry, and without the tables that are empty then; undefined when nothing is left. */
function without(document: unknown, { path, ...spot }: Spot): unknown {
  const { name, by, orNull } = spot;
  if (orNull && document === null) return undefined;
  const [key, ...rest] = path;
  if (key !== undefined) return replaced(document, key, without(memberOf(document, key), { ...spot, path: rest }));
  if (by === undefined) return replaced(document, name, undefined);
  if (!Array.isArray(document)) return document;
  const others = document.filter((item) => memberOf(item, by) !== name);
  return others.length === 0 ? undefined : others;
}

function replaced(table: unknown, key: string, value: unknown): unknown {
  if (!isObject(table)) return table;
  const others = Object.entries(table).filter(([name]) => name !== key);
  const entries = value === undefined ? others : [...others, [key, value] as const];
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** The entry at a spot, or undefined. */
export function entryAt(document: unknown, { path, name, by }: Spot): unknown {
  const table = valueAt(document, path);
  if (by === undefined) return memberOf(table, name);
  return Array.isArray(table) ? table.find((item) => memberOf(item, by) === name) : undefined;
}

const isContainer = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
