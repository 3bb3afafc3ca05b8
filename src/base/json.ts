/** Values as JSON has them. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json };

/** An object with members, as opposed to a list. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A member of an object, or undefined. */
export const memberOf = (value: unknown, key: string): unknown =>
  isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;

/** The value under a path of keys, or undefined. */
export const valueAt = (value: unknown, path: readonly string[]): unknown => path.reduce<unknown>(memberOf, value);

/** `{a: {b: value}}` for the path `a`, `b`. */
export function nested(path: readonly string[], value: unknown): unknown {
  return path.reduceRight<unknown>((inner, key) => Object.fromEntries([[key, inner]]), value);
}

/**
 * Merges `over` into `under` and returns a new value: objects key by key (keys of `under` first), arrays as a
 * concatenation without duplicates, and for everything else, or where the kinds differ, `over` wins.
 *
 * @internal exported for tests
 */
export function merge(under: Json, over: Json): Json {
  if (isObject(under) && isObject(over)) return mergeObjects(under, over);
  if (Array.isArray(under) && Array.isArray(over)) return unique([...under, ...over]);
  return over;
}

export function mergeObjects(under: JsonObject, over: JsonObject): JsonObject {
  const merged = new Map(Object.entries(under));
  for (const [key, value] of Object.entries(over)) {
    const present = merged.get(key);
    merged.set(key, present === undefined ? value : merge(present, value));
  }
  // fromEntries, unlike assignment, makes an own key of `__proto__`.
  return Object.fromEntries(merged);
}

function unique(list: readonly Json[]): Json[] {
  const seen = new Set<string>();
  return list.filter((item) => {
    const key = JSON.stringify(item);
    return !seen.has(key) && seen.add(key);
  });
}

/** Serialises as package managers and formatters do: 2 spaces, one member a line, one newline at the end. */
export const formatJson = (value: Json): string => `${JSON.stringify(value, null, 2)}\n`;
