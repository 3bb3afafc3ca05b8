import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { CACHE } from './cache.ts';

const TIMINGS = join(CACHE, 'cpu-seconds.json');

/** The most CPU seconds that a test file has taken here, by its path; nothing where none has run yet. */
function timings(): Record<string, number> {
  try {
    return JSON.parse(readFileSync(TIMINGS, 'utf8')) as Record<string, number>;
  } catch {
    return {};
  }
}

/** Keeps what files took for the next run. A run of some of their tests says nothing about all. */
export function keepTimings(seconds: Readonly<Record<string, number>>): void {
  const known = timings();
  for (const [path, taken] of Object.entries(seconds)) known[path] = Math.max(known[path] ?? 0, taken);
  mkdirSync(dirname(TIMINGS), { recursive: true });
  writeFileSync(TIMINGS, JSON.stringify(known));
}

/** On a machine that has run none yet, these are begun first. */
const LONGEST = [
  ...['serve/storage-migrate', 'matrix/add', 'serve/acceptance', 'serve/clients', 'matrix/typescript', 'matrix/python'],
  ...['endure/storage', 'endure/migrate', 'install/package-managers', 'install/python', 'serve/storage-contract'],
].map((name) => `test/${name}.test.ts`);

/** Starts the longest files first, so that no core waits at the end for one of them; unknown ones before all. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const known = timings();
    const cost = ({ moduleId }: TestSpecification): number => {
      const path = relative(process.cwd(), moduleId).replaceAll('\\', '/');
      const place = LONGEST.indexOf(path);
      return known[path] ?? Number.MAX_SAFE_INTEGER - (place === -1 ? LONGEST.length : place);
    };
    return [...files].sort((a, b) => {
      const [one, other] = [cost(a), cost(b)];
      return one === other ? 0 : other - one;
    });
  }
}
