/** A version in three numbers; what is missing counts as 0. */
export type Version = readonly [major: number, minor: number, patch: number];

/** Reads `1.2.3`, `v1.2` or `1`; `undefined` for pre-releases and whatever else is no plain version. */
export function parseVersion(text: string): Version | undefined {
  const parts = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?$/.exec(text.trim());
  return parts === null ? undefined : [Number(parts[1]), Number(parts[2] ?? 0), Number(parts[3] ?? 0)];
}

/** Negative where `a` is older than `b`. */
export const compare = (a: Version, b: Version): number => a[0] - b[0] || a[1] - b[1] || a[2] - b[2];

/**
 * Whether a version is in a range as `engines` has them: `>=20.19 || ^22.12`, `18.x`, `>=18 <21`, `18 - 20`, `*`.
 *
 * See https://github.com/npm/node-semver#ranges. Pre-releases, which no `engines` needs, are not understood.
 *
 * @throws Error for a range that is not understood, so that nothing is chosen by accident
 */
export function satisfies(version: Version, range: string): boolean {
  return range.split('||').some((part) => bounds(part.trim()).every((within) => within(version)));
}

type Bound = (version: Version) => boolean;

function bounds(part: string): Bound[] {
  const hyphen = /^(\S+)\s+-\s+(\S+)$/.exec(part);
  if (hyphen !== null) return [...comparator('>=', hyphen[1] ?? ''), ...comparator('<=', hyphen[2] ?? '')];
  const comparators = part.replace(/(>=|<=|>|<|=|\^|~)\s+/g, '$1').split(/\s+/);
  return comparators
    .filter((text) => text !== '')
    .flatMap((text) => {
      const [, operator = '', operand = ''] = /^(>=|<=|>|<|=|\^|~>?)?(.*)$/.exec(text) ?? [];
      return comparator(operator, operand);
    });
}

function comparator(operator: string, operand: string): Bound[] {
  const given = operand
    .replace(/^v/, '')
    .split('.')
    .filter((part) => !/^[xX*]?$/.test(part));
  if (given.length === 0) return [];
  const start = parseVersion(given.join('.'));
  if (start === undefined) throw new Error(`"${operator}${operand}" is no range that is understood here.`);
  const from: Bound = (version) => compare(version, start) >= 0;
  const until =
    (end: Version): Bound =>
    (version) =>
      compare(version, end) < 0;
  const partEnd = given.length === 1 ? next(start, 0) : given.length === 2 ? next(start, 1) : next(start, 2);
  if (operator === '>=') return [from];
  if (operator === '>') return [(version) => compare(version, partEnd) >= 0];
  if (operator === '<') return [until(start)];
  if (operator === '<=') return [until(partEnd)];
  if (operator === '^') return [from, until(caretEnd(start, given.length))];
  if (operator.startsWith('~')) return [from, until(given.length === 1 ? next(start, 0) : next(start, 1))];
  return [from, until(partEnd)];
}

/** The first version that differs in the part at this place. */
function next([major, minor, patch]: Version, place: 0 | 1 | 2): Version {
  if (place === 0) return [major + 1, 0, 0];
  return place === 1 ? [major, minor + 1, 0] : [major, minor, patch + 1];
}

/** `^` lets everything change behind the first part that is not 0. */
export function caretEnd(start: Version, given: number): Version {
  if (start[0] > 0 || given === 1) return next(start, 0);
  return start[1] > 0 || given === 2 ? next(start, 1) : next(start, 2);
}
