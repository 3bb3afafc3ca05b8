import { CliError, messageOf } from '../base/errors.ts';
import { cut } from '../base/text.ts';
import { bounded, type Shown } from './shown.ts';

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
  /** Single things that should be otherwise; a step may be well in spite of them. */
  readonly findings?: readonly Finding[];
}

/** Something that should be otherwise: what, where, and what to do. */
export interface Finding {
  /** Stable, machine-readable: `tool-description`, `breaking-change`, … */
  readonly code: string;
  /** `tool create_note, argument title` */
  readonly where: string;
  readonly what: string;
  readonly fix: string;
}

/** How something that the server offers is judged, beyond what every check looks at. */
export interface Judgement {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly findings: readonly Finding[];
}

/** Who has more to do will run the check again. */
const MOST_FINDINGS = 100;
const LONGEST = 400;

/** Collects the steps of a check, with times. */
export class StepRecord {
  readonly steps: CheckStep[] = [];
  readonly explain: (error: unknown) => string;
  readonly #onStep: (step: CheckStep) => void;
  readonly #shown: Shown;

  /**
   * @param onStep is called with each step as soon as it is done
   * @param explain an error of the server, for people
   * @param shown what may be shown of a text
   */
  constructor(onStep: (step: CheckStep) => void, explain: (error: unknown) => string, shown: Shown) {
    this.#onStep = onStep;
    this.explain = explain;
    this.#shown = shown;
  }

  add(name: string, ms: number, problem: string | undefined, detail: string): void {
    const text = this.#shown(bounded(problem ?? detail));
    this.#push({ name, ok: problem === undefined, ms: Math.round(ms), detail: text });
  }

  /** Adds a judgement as a step. */
  judge({ name, ok, detail, findings }: Judgement, ms: number): void {
    const shown = findings.slice(0, MOST_FINDINGS).map(({ code, ...texts }): Finding => {
      const [where, what, fix] = [texts.where, texts.what, texts.fix].map((text) => this.#shown(cut(text, LONGEST)));
      return { code, where: where ?? '', what: what ?? '', fix: fix ?? '' };
    });
    this.#push({ name, ok, ms: Math.round(ms), detail: this.#shown(bounded(detail)), findings: shown });
  }

  #push(step: CheckStep): void {
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
