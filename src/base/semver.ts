/** A version as packages of ours have it: `1.2.3`, `1.2.3-rc.1`. */
const VERSION = /^(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+){0,5}))?$/;

/** Whether a text is an exact version. */
export const isVersion = (text: string): boolean => text.length <= 64 && VERSION.test(text);

/** Negative when `a` is older than `b`, 0 when they are the same: https://semver.org, 11. Both must be versions. */
export function compareVersions(a: string, b: string): number {
  const [, ...left] = VERSION.exec(a) ?? [];
  const [, ...right] = VERSION.exec(b) ?? [];
  for (let at = 0; at < 3; at++) {
    const order = Number(left[at]) - Number(right[at]);
    if (order !== 0) return order;
  }
  const [before, after] = [left[3], right[3]];
  if (before === after) return 0;
  // What comes before a release is older than the release.
  if (before === undefined || after === undefined) return before === undefined ? 1 : -1;
  return comparePre(before.split('.'), after.split('.'));
}

function comparePre(a: readonly string[], b: readonly string[]): number {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const [left, right] = [a[at], b[at]];
    if (left === undefined || right === undefined) return left === undefined ? -1 : 1;
    const numbers = [/^\d+$/.test(left), /^\d+$/.test(right)];
    if (numbers[0] && numbers[1] && left !== right) return Number(left) - Number(right);
    if (numbers[0] !== numbers[1]) return numbers[0] ? -1 : 1;
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}
