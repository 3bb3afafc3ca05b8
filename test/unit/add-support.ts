import { expect } from 'vitest';
import type { Registered } from '../../src/languages/registrar.ts';

export function codeOf(result: Registered): string {
  if ('text' in result) return result.text;
  throw new Error(result.reason);
}

export function reasonOf(result: Registered): string {
  if ('reason' in result) return result.reason;
  throw new Error(`It was edited:\n${result.text}`);
}

/** Lines of a text that are not in another, in the same order. */
export function lostLines(before: string, after: string): readonly string[] {
  const left = after.split('\n');
  return before.split('\n').filter((line) => {
    const at = left.indexOf(line);
    if (at >= 0) left.splice(0, at + 1);
    return at < 0;
  });
}

/** Exactly two lines more, each with one of the words. */
export function expectEdit(before: string, after: string, words: readonly string[]): void {
  expect(lostLines(before, after)).toEqual([]);
  const old = before.split('\n');
  const fresh = after.split('\n').filter((line) => !old.includes(line) && line !== '');
  expect(fresh).toHaveLength(2);
  for (const line of fresh) expect(words.some((word) => line.includes(word))).toBe(true);
}
