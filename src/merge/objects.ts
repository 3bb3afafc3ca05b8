import { isObject, type Json, memberOf } from '../base/json.ts';

/**
 * Merges three values by key: what only one side has changed is as that side has it; where both have, the owner's stays. Lists
 * are merged by their items.
 */
function mergeValues(base: Json | undefined, ours: Json | undefined, theirs: Json | undefined): Json | undefined {
  if (isSame(ours, theirs) || isSame(theirs, base)) return ours;
  if (isSame(ours, base)) return theirs;
  if (isObject(ours) && isObject(theirs)) {
    const keys = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])];
    const entries = keys.map((key) => {
      const [was, mine, fresh] = [base, ours, theirs].map((value) => memberOf(value, key) as Json | undefined);
      return [key, mergeValues(was, mine, fresh)] as const;
    });
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as Json;
  }
  if (Array.isArray(ours) && Array.isArray(theirs)) {
    const was = Array.isArray(base) ? base : [];
    const has = (list: readonly Json[], item: Json): boolean => list.some((one) => isSame(one, item));
    const kept = ours.filter((item) => has(theirs, item) || !has(was, item));
    return [...kept, ...theirs.filter((item) => !has(was, item) && !has(ours, item))];
  }
  return ours;
}

/** Order of keys makes no difference. */
function isSame(a: Json | undefined, b: Json | undefined): boolean {
  if (isObject(a) && isObject(b)) {
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length &&
      keys.every((key) => Object.hasOwn(b, key) && isSame(memberOf(a, key) as Json, memberOf(b, key) as Json))
    );
  }
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, at) => isSame(item, b[at]));
  return a === b;
}

/**
 * Merges three texts of JSON by key. Undefined where one of them is no plain JSON, such as one with comments.
 *
 * The text is printed anew, with the owner's indentation, line ends and key order.
 */
export function mergeJson(base: string, ours: string, theirs: string): string | undefined {
  try {
    const [was, mine, fresh] = [base, ours, theirs].map((text) => JSON.parse(text.replace(/^\uFEFF/, '')) as Json);
    const indent = /^[{[]\r?\n([ \t]+)/.exec(ours.replace(/^\uFEFF/, ''))?.[1] ?? 2;
    const text = JSON.stringify(mergeValues(was, mine, fresh), null, indent);
    const end = ours.includes('\r\n') ? '\r\n' : '\n';
    const last = /\n$/.test(ours) ? '\n' : '';
    return (ours.startsWith('\uFEFF') ? '\uFEFF' : '') + (text + last).replaceAll('\n', end);
  } catch {
    return undefined;
  }
}
