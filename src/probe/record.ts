import { CliError, messageOf } from '../base/errors.ts';
import type { CheckStep } from './types.ts';

/** Collects the steps of a check, with times. */
export class StepRecord {
  readonly steps: CheckStep[] = [];

  constructor(private readonly onStep: (step: CheckStep) => void) {}

  add(name: string, ms: number, problem: string | undefined, detail: string): void {
    const step = { name, ok: problem === undefined, ms: Math.round(ms), detail: problem ?? detail };
    this.steps.push(step);
    this.onStep(step);
  }

  /** Runs a task as a step; its text becomes the detail. Returns what it threw. Cancelling is not caught. */
  async run(name: string, task: () => Promise<string>, explain: (error: unknown) => string): Promise<unknown> {
    const started = performance.now();
    try {
      const detail = await task();
      this.add(name, performance.now() - started, undefined, detail);
      return undefined;
    } catch (error) {
      if (error instanceof CliError) throw error;
      this.add(name, performance.now() - started, explain(error), '');
      return error ?? new Error(messageOf(error));
    }
  }
}
