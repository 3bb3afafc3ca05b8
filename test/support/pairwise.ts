/** The values that each factor can take. */
export type Factors = Readonly<Record<string, readonly unknown[]>>;
export type Row<F extends Factors> = { [K in keyof F]: F[K][number] };

/** Whether values go together; also asked of rows in which not every factor has a value yet. */
export type Allowed<F extends Factors> = (row: Partial<Row<F>>) => boolean;

/**
 * Rows in which every pair of values of two factors that go together occurs at least once, made greedily and always alike.
 *
 * A full matrix of the catalogue has tens of thousands of rows; faults that need three particular options are rare, so
 * pairs find nearly all in a few dozen.
 */
export function pairwise<const F extends Factors>(factors: F, allowed: Allowed<F> = () => true): Row<F>[] {
  const names = Object.keys(factors);
  const valuesOf = (row: Indexes) =>
    Object.fromEntries(Object.entries(row).map(([name, at]) => [name, factors[name]?.[at]])) as Row<F>;
  const goTogether = (row: Indexes): boolean => allowed(valuesOf(row));
  const open = new Set<string>();
  for (const [i, a] of names.entries()) {
    for (const b of names.slice(i + 1)) {
      for (const x of indexes(factors, a)) {
        for (const y of indexes(factors, b)) if (goTogether({ [a]: x, [b]: y })) open.add(pairOf(a, x, b, y));
      }
    }
  }
  const rows: Row<F>[] = [];
  while (open.size > 0) {
    const row = growRow(factors, names, open, goTogether);
    for (const pair of pairsOf(row)) open.delete(pair);
    rows.push(valuesOf(row));
  }
  return rows;
}

type Indexes = Record<string, number>;

const indexes = (factors: Factors, name: string): number[] => [...(factors[name] ?? []).keys()];

/** Only called with names in the order of `factors`, so that a pair has one spelling. */
const pairOf = (a: string, x: number, b: string, y: number): string => `${a}=${x}&${b}=${y}`;

function* pairsOf(row: Indexes): Generator<string> {
  const entries = Object.entries(row);
  for (const [i, [a, x]] of entries.entries()) for (const [b, y] of entries.slice(i + 1)) yield pairOf(a, x, b, y);
}

/** Starts from a pair that is still open and gives every other factor the value that closes most pairs. */
function growRow(
  factors: Factors,
  names: readonly string[],
  open: ReadonlySet<string>,
  goTogether: (row: Indexes) => boolean,
): Indexes {
  const [seed = ''] = open;
  const fixed = Object.fromEntries(seed.split('&').map((part) => part.split('=') as [string, string]));
  const row: Indexes = {};
  for (const [name, at] of Object.entries(fixed)) row[name] = Number(at);
  for (const name of names) {
    const candidates = indexes(factors, name).filter((at) => goTogether({ ...row, [name]: at }));
    row[name] ??= best(candidates, (at) => closes(names, { ...row, [name]: at }, open));
  }
  return Object.fromEntries(names.map((name) => [name, row[name] ?? 0]));
}

function closes(names: readonly string[], row: Indexes, open: ReadonlySet<string>): number {
  const ordered = Object.fromEntries(names.flatMap((name) => (row[name] === undefined ? [] : [[name, row[name]]])));
  return [...pairsOf(ordered)].filter((pair) => open.has(pair)).length;
}

function best(candidates: readonly number[], score: (candidate: number) => number): number {
  let [winner = 0] = candidates;
  for (const candidate of candidates) if (score(candidate) > score(winner)) winner = candidate;
  return winner;
}
