import { readFileSync } from 'node:fs';
import { afterAll } from 'vitest';

declare module 'vitest' {
  interface TaskMeta {
    /** The seconds of CPU that a file took, with all processes that it started and saw the end of. */
    cpuSeconds?: number;
  }
}

/** The kernel counts in hundredths of a second, whatever its own clock does. */
const TICKS = 100;

/**
 * CPU seconds of this process and its ended children; of this process alone where there is no /proc.
 *
 * @see proc(5), fields 14 to 17 of `stat`
 */
function cpuSeconds(): number {
  try {
    // The second field is a name in brackets that may hold anything.
    const fields = readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS;
  } catch {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  }
}

// Each test file has a process of its own.
// biome-ignore lint/correctness/noEmptyPattern: the runner reads the parameters, and wants a pattern for the first
afterAll(({}, file) => {
  file.meta.cpuSeconds = cpuSeconds();
});
