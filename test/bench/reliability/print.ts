export type Print = (line: string) => void;
export type Cell = string | number;

/** A table with its columns as wide as they need to be. */
export function printTable(print: Print, title: string, head: readonly string[], rows: readonly (readonly Cell[])[]) {
  const lines = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  print(`\n${title}`);
  for (const line of lines) {
    print(`  ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
  }
}

/** One line that a script can read: `summary {"section":…}`. */
export function printSummary(print: Print, section: string, figures: object): void {
  print(`summary ${JSON.stringify({ section, ...figures })}`);
}

export const count = <T>(items: readonly T[], wanted: (item: T) => boolean): number => items.filter(wanted).length;

/** The same numbers for the same seed (mulberry32), so that a finding can be had again. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
