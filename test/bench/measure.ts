import { spawnSync } from 'node:child_process';

/** One run of a command: seconds of CPU (user and system, children included) and of the clock. */
export interface Run {
  readonly cpu: number;
  readonly wall: number;
}

export interface Case {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly cwd?: string;
  /** Runs before each measurement, unmeasured. */
  readonly prepare?: () => void;
}

/** Bash measures its child with the kernel's own accounting, which Node does not offer for children. */
const SCRIPT = 'TIMEFORMAT="%U %S %R"; time "$@" >/dev/null 2>/dev/null; exit $?';

function runOnce({ name, command, cwd, prepare }: Case): Run {
  prepare?.();
  const { status, stderr } = spawnSync('bash', ['-c', SCRIPT, 'bench', ...command], { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${name} exited with ${status}: ${command.join(' ')}`);
  const [user = 0, system = 0, wall = 0] = stderr.trim().split(/\s+/).slice(-3).map(Number);
  return { cpu: user + system, wall };
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
};

/** Measures all cases in turn, round by round, so that whatever else the machine does hits all of them alike. */
export function compare(cases: readonly Case[], rounds: number): Map<string, Run> {
  const runs = new Map(cases.map(({ name }) => [name, [] as Run[]]));
  for (const each of cases) runOnce(each);
  for (let round = 0; round < rounds; round++) {
    for (const each of cases) runs.get(each.name)?.push(runOnce(each));
  }
  return new Map(
    [...runs].map(([name, all]) => [
      name,
      { cpu: median(all.map(({ cpu }) => cpu)), wall: median(all.map(({ wall }) => wall)) },
    ]),
  );
}

export type Print = (line: string) => void;

/** A table of medians, each as a ratio to the first case as well. */
export function printTable(print: Print, title: string, results: ReadonlyMap<string, Run>): void {
  const base = [...results.values()][0];
  if (base === undefined) return;
  print(`\n${title}`);
  print(
    `  ${'case'.padEnd(34)} ${'CPU ms'.padStart(7)} ${'x'.padStart(6)} ${'wall ms'.padStart(8)} ${'x'.padStart(6)}`,
  );
  for (const [name, { cpu, wall }] of results) {
    const cells = [ms(cpu).padStart(7), (cpu / base.cpu).toFixed(2).padStart(6)];
    print(
      `  ${name.padEnd(34)} ${cells.join(' ')} ${ms(wall).padStart(8)} ${(wall / base.wall).toFixed(2).padStart(6)}`,
    );
  }
}

const ms = (seconds: number): string => (seconds * 1000).toFixed(0);

/** One figure against its target; returns whether it was met. */
export function judge(print: Print, what: string, value: number, target: string, met: boolean): boolean {
  print(`  ${met ? 'met   ' : 'MISSED'}  ${what}: ${value.toFixed(2)} (target ${target})`);
  return met;
}
