import type { TestContext } from 'vitest';

/** `MASON_REQUIRE=all`: whatever cannot run on this machine is a failure, so that CI never passes by not looking. */
const REQUIRED = process.env.MASON_REQUIRE === 'all';

/**
 * Ends a test that cannot run here: loudly skipped, or failed where everything is required.
 *
 * @param reason why, for people: `no docker on PATH`
 */
export function cannotRun(context: TestContext, reason: string): never {
  if (REQUIRED) throw new Error(`This must run here (MASON_REQUIRE=all), but: ${reason}`);
  process.stderr.write(`\nSKIPPED ${context.task.name}: ${reason}\n`);
  return context.skip(reason);
}
