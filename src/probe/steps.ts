import { CliError, messageOf } from '../base/errors.ts';

/** What `check` found out by talking to a server as a client would. */
export interface CheckReport {
  readonly ok: boolean;
  readonly transport: 'stdio' | 'http';
  readonly server: { readonly name: string; readonly version: string } | undefined;
  readonly steps: readonly CheckStep[];
  readonly tools: readonly string[];
  readonly resources: readonly string[];
  readonly prompts: readonly string[];
}

export interface CheckStep {
  /** Stable, machine-readable: `handshake-2025`, `tools/list`, `stdout`, `exit-on-eof`, … */
  readonly name: string;
  readonly ok: boolean;
  /** Milliseconds. */
  readonly ms: number;
  /** For people: what was seen, or what is wrong and what to do. */
  readonly detail: string;
}

/** Collects the steps of a check, with times. */
export class StepRecord {
  readonly steps: CheckStep[] = [];
  readonly explain: (error: unknown) => string;
  readonly #onStep: (step: CheckStep) => void;

  /**
   * @param onStep is called with each step as soon as it is done
   * @param explain an error of the server, for people
   */
  constructor(onStep: (step: CheckStep) => void, explain: (error: unknown) => string) {
    this.#onStep = onStep;
    this.explain = explain;
  }

  add(name: string, ms: number, problem: string | undefined, detail: string): void {
    const step = { name, ok: problem === undefined, ms: Math.round(ms), detail: problem ?? detail };
    this.steps.push(step);
    this.#onStep(step);
  }

  /** Runs a task as a step; its text becomes the detail. Returns what it threw. Cancelling is not caught. */
  async run(name: string, task: () => Promise<string>): Promise<unknown> {
    const started = performance.now();
    try {
      const detail = await task();
      this.add(name, performance.now() - started, undefined, detail);
      return undefined;
    } catch (error) {
      if (error instanceof CliError) throw error;
      this.add(name, performance.now() - started, this.explain(error), '');
      return error ?? new Error(messageOf(error));
    }
  }
}
