import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Tests of a transport start the built server, so it is built first.
    globalSetup: ['test/support/build.ts'],
  },
});
