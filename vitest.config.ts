import { defineConfig } from 'vitest/config';

/** Real processes on a busy build machine take their time; a limit only has to end what hangs. */
const MINUTE = 60_000;

export default defineConfig({
  test: {
    reporters: ['default', './test/support/closing-line.ts'],
    // A snapshot is written only on request (`-u`): one that is missing fails, here as in CI.
    update: 'none',
    projects: [
      {
        test: {
          name: 'fast',
          include: ['test/**/*.test.ts'],
          exclude: ['test/pack/**', 'test/e2e/**'],
          globalSetup: ['test/support/generate.ts'],
          testTimeout: MINUTE,
          hookTimeout: MINUTE,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'packed',
          include: ['test/pack/**/*.test.ts', 'test/e2e/**/*.test.ts'],
          globalSetup: ['test/support/pack.ts'],
          testTimeout: 10 * MINUTE,
          hookTimeout: 10 * MINUTE,
          // Each of these tests keeps several processes busy by itself.
          fileParallelism: false,
          maxConcurrency: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
