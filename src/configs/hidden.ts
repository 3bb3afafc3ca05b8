import { isObject } from '../base/json.ts';
import { REFERENCE } from '../base/secrets.ts';

/** Where entries keep what may be anybody's secret, whatever it is called. */
const HOLDER = /^(?:args|envs?|environment|(?:http_)?headers|url|httpUrl|serverUrl|uri)$/;

/** What stands in arguments, variables, headers and addresses of entries: values that are no flags and no references. */
export function valuesIn(document: unknown, isHeld = false): readonly string[] {
  if (typeof document === 'string' || typeof document === 'number') {
    const text = String(document);
    return !isHeld || REFERENCE.test(text) || /^-[\w-]+$/.test(text) ? [] : [text];
  }
  if (Array.isArray(document)) return document.flatMap((item) => valuesIn(item, isHeld));
  if (!isObject(document)) return [];
  return Object.entries(document).flatMap(([key, item]) => valuesIn(item, isHeld || HOLDER.test(key)));
}

/** Shorter ones are words of any text, and nobody's secret. */
const SHORTEST = 3;

/** A diff in which values that are somebody's own are replaced by stars, wherever they stand as a whole. */
export function hideValues(diff: string, values: readonly string[]): string {
  const forms = values
    .flatMap((value) => [...value.split('\n').map((line) => line.trim()), JSON.stringify(value).slice(1, -1)])
    .filter((form) => form.length >= SHORTEST && diff.includes(form));
  if (forms.length === 0) return diff;
  const longestFirst = [...new Set(forms)].sort((a, b) => b.length - a.length);
  const any = longestFirst.map((form) => form.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|');
  const pattern = new RegExp(`(?<![\\w./-])(?:${any})(?![\\w./-])`, 'g');
  const lines = diff.split('\n').map((line) => (/^(?:---|\+\+\+) /.test(line) ? line : line.replace(pattern, '***')));
  return lines.join('\n');
}

/** An entry of somebody else's as it may be shown: names, shape, and nothing that is held in them. */
export function shapeOnly(value: unknown, isHeld = false): unknown {
  if (typeof value === 'string' || typeof value === 'number') return valuesIn(value, isHeld).length > 0 ? '***' : value;
  if (Array.isArray(value)) return value.map((item) => shapeOnly(item, isHeld));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, shapeOnly(item, isHeld || HOLDER.test(key))]),
  );
}
