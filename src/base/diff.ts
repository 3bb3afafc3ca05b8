import { createTwoFilesPatch } from 'diff';

const CONTEXT = 3;
const NOWHERE = '/dev/null';

/**
 * A unified diff of two texts, as `patch` and `git apply` read it; empty when they are equal.
 *
 * @param before undefined: the file is new
 * @param after undefined: the file goes
 */
export function unifiedDiff(path: string, before: string | undefined, after: string | undefined): string {
  if (before === after) return '';
  const names = [before === undefined ? NOWHERE : path, after === undefined ? NOWHERE : path] as const;
  const patch = createTwoFilesPatch(...names, before ?? '', after ?? '', undefined, undefined, { context: CONTEXT });
  // Before the names there is a rule of `=` that belongs to no format.
  return patch.slice(patch.indexOf('--- '));
}
