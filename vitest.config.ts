import { availableParallelism } from 'node:os';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';

/** Real processes on a busy build machine take their time; a limit only has to end what hangs. */
const MINUTE = 60_000;

/** What is tested is the packed package, which one global set-up makes for both projects. */
const packed = (name: string, folders: readonly string[], groupOrder: number): TestProjectInlineConfiguration => ({
  extends: true,
  test: {
    name,
    include: folders.map((folder) => `test/${folder}/**/*.test.ts`),
    globalSetup: ['test/support/pack.ts'],
    testTimeout: 10 * MINUTE,
    hookTimeout: 10 * MINUTE,
    ...(name === 'alone' && { maxWorkers: 2 }),
    maxConcurrency: 2,
    sequence: { groupOrder },
  },
});

// `vitest run --mode full` is `npm run test:full`: see docs/testing.md.
export default defineConfig(({ mode }) => {
  process.env.MASON_TIER ??= mode === 'full' ? 'full' : 'standard';
  return {
    test: {
      reporters: ['default', './test/support/cpu-seconds.ts', './test/support/closing-line.ts'],
      // A snapshot is written only on request (`-u`): one that is missing fails, here as in CI.
      update: 'none',
      sequence: { sequencer: LongestFirst },
      setupFiles: ['test/support/count-cpu.ts'],
      // Half of the files are waiting for servers at any time.
      maxWorkers: Math.ceil(availableParallelism() * 1.5),
      projects: [
        {
          extends: true,
          test: {
            name: 'fast',
            include: ['unit', 'property', 'golden', 'prompts', 'clients'].map(
              (folder) => `test/${folder}/**/*.test.ts`,
            ),
            globalSetup: ['test/support/generate.ts'],
            testTimeout: MINUTE,
            hookTimeout: 10 * MINUTE,
            sequence: { groupOrder: 0 },
          },
        },
        packed('packed', ['command', 'install', 'serve', 'matrix'], 1),
        // Loops that end processes at chosen moments of their work: no more of them at once than there are cores.
        packed('alone', ['endure'], 2),
      ],
    },
  };
});
