import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';

/** `npm test` is `standard`, `npm run test:full` is `full`; vitest.config.ts says which. Read here only. */
export const IS_FULL = process.env.MASON_TIER === 'full';

/** How often something is done, or how long, in each tier. */
export const rounds = (each: { readonly standard: number; readonly full: number }): number =>
  IS_FULL ? each.full : each.standard;

/**
 * How many characters or lines a huge input has: so many that what takes the square of them never ends. For that a quarter
 * is enough.
 */
export const huge = (size: number): number => rounds({ standard: size / 4, full: size });

interface Choice<T> {
  /** How many rows besides. */
  readonly more?: number;
  /** Rows that are in every sample. */
  readonly always?: (row: T) => boolean;
  /** What chooses: the commit, or what is given to run the same sample again. */
  readonly seed?: string;
  readonly isFull?: boolean;
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    return 'no commit';
  }
}

/**
 * All rows in the full tier; in the standard one, few rows in which every value occurs, and some more that the commit
 * chooses, so that each row comes up sooner or later.
 *
 * @param valuesOf what a row holds, as words: two rows with the same word have that value in common
 */
export function sample<T>(
  rows: readonly T[],
  valuesOf: (row: T) => readonly string[],
  { more = 0, always = () => false, seed = process.env.MASON_SAMPLE ?? commit(), isFull = IS_FULL }: Choice<T> = {},
): T[] {
  if (isFull) return [...rows];
  const rank = (row: T): string =>
    createHash('sha256')
      .update(seed)
      .update(JSON.stringify([rows.indexOf(row), valuesOf(row)]))
      .digest('hex');
  const shuffled = [...rows].sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
  const chosen = new Set(rows.filter(always));
  const missing = new Set(rows.flatMap((row) => [...valuesOf(row)]));
  const take = (row: T): void => {
    chosen.add(row);
    for (const value of valuesOf(row)) missing.delete(value);
  };
  for (const row of chosen) take(row);
  const gain = (row: T): number => new Set(valuesOf(row).filter((value) => missing.has(value))).size;
  while (missing.size > 0) take(shuffled.reduce((best, row) => (gain(row) > gain(best) ? row : best)));
  for (const row of shuffled.filter((one) => !chosen.has(one)).slice(0, more)) take(row);
  // In the order of the table, for the reader of the output.
  return rows.filter((row) => chosen.has(row));
}
