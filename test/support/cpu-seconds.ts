import { relative } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';
import { keepTimings } from './longest-first.ts';

/** Files that took less are summed up. */
const WORTH_A_LINE = 5;

/** Says at the end which test files took the most CPU, and how much all took: the figures of docs/testing.md. */
export default class CpuSeconds implements Reporter {
  readonly #started = performance.now();

  onTestRunEnd(modules: readonly TestModule[]): void {
    const rows = modules.map((module) => ({
      name: relative(process.cwd(), module.moduleId),
      seconds: module.meta().cpuSeconds ?? 0,
    }));
    keepTimings(Object.fromEntries(rows.map(({ name, seconds }) => [name, seconds])));
    const large = rows.filter(({ seconds }) => seconds >= WORTH_A_LINE).sort((a, b) => b.seconds - a.seconds);
    const small = rows.filter(({ seconds }) => seconds < WORTH_A_LINE);
    const print = (seconds: number, name: string): boolean =>
      process.stdout.write(`${seconds.toFixed(0).padStart(6)}  ${name}\n`);
    const sum = (of: typeof rows): number => of.reduce((total, { seconds }) => total + seconds, 0);
    process.stdout.write('\nCPU s\n');
    for (const { name, seconds } of large) print(seconds, name);
    print(sum(small), `${small.length} other files`);
    const { user, system } = process.cpuUsage();
    const own = (user + system) / 1e6;
    print(own, 'the runner');
    print(
      sum(rows) + own,
      `in all, but for shared services, in ${((performance.now() - this.#started) / 60_000).toFixed(1)} minutes`,
    );
  }
}
