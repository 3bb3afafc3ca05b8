import type { Reporter, TestModule, TestRunEndReason } from 'vitest/node';

/** Says at the very end, on a line of its own and without colours, what came of the run, for those who count. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[], reason: TestRunEndReason): void {
    const counts = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    let loose = unhandled.length;
    for (const module of modules) {
      // A file that cannot be loaded, or a hook that throws, is a failure without a test.
      const broken =
        module.errors().length + [...module.children.allSuites()].filter((suite) => suite.errors().length > 0).length;
      loose += broken;
      for (const test of module.children.allTests()) counts[test.result().state]++;
    }
    if (reason === 'interrupted') loose++;
    const { passed, failed, skipped, pending } = counts;
    process.stdout.write(`\n${passed} passed, ${failed + loose} failed, ${skipped + pending} skipped\n`);
  }
}
