/** Values as JSON has them. Objects are equal when they have the same members, in whatever order. */
export function deepEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (!isContainer(a) || !isContainer(b) || Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && deepEqual(a[key], b[key]));
}

/**
 * Whether two documents are the same but for the entry at `path` (its parents may be missing in either).
 */
export function sameBut(a: unknown, b: unknown, path: readonly string[]): boolean {
  const [key, ...rest] = path;
  if (key === undefined) return true;
  const left = a ?? {};
  const right = b ?? {};
  if (!isTable(left) || !isTable(right)) return false;
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  keys.delete(key);
  for (const other of keys) {
    if (!Object.hasOwn(left, other) || !Object.hasOwn(right, other)) return false;
    if (!deepEqual(left[other], right[other])) return false;
  }
  return sameBut(memberOf(left, key), memberOf(right, key), rest);
}

/** The value under a path of keys, or undefined. */
export function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, key) => (isTable(inner) ? memberOf(inner, key) : undefined), value);
}

export const isTable = (value: unknown): value is Readonly<Record<string, unknown>> =>
  isContainer(value) && !Array.isArray(value);

const memberOf = (table: Readonly<Record<string, unknown>>, key: string): unknown =>
  Object.hasOwn(table, key) ? table[key] : undefined;

const isContainer = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
