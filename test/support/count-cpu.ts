import { afterAll } from 'vitest';
import { cpuSeconds } from './cpu-seconds.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** The seconds of CPU that a file took, with all processes that it started and saw the end of. */
    cpuSeconds?: number;
  }
}

// Each test file has a process of its own.
// biome-ignore lint/correctness/noEmptyPattern: the runner reads the parameters, and wants a pattern for the first
afterAll(({}, file) => {
  file.meta.cpuSeconds = cpuSeconds();
});
