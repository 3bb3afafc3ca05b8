import type { Context } from '../base/context.ts';
import { type CliError, failure } from '../base/errors.ts';
import type { CheckReport, CheckStep } from '../probe/types.ts';
import { seconds } from '../report/progress.ts';
import { type Paint, painter } from '../report/style.ts';

/** The widest name of a step. */
const NAME_WIDTH = 'exit-on-sigterm'.length;
const TIME_WIDTH = 7;

/** Prints a check as it goes on: a line a step, with its time, and a sentence at the end. */
export class CheckPrinter {
  readonly #paint: Paint;

  constructor(private readonly context: Context) {
    this.#paint = painter(context.stdout, context.env);
  }

  begin(name: string, transport: string): void {
    this.#line(`${this.#paint('bold', name)} over ${transport}`);
  }

  step({ name, ok, ms, detail }: CheckStep): void {
    const mark = ok ? this.#paint('green', '✓') : this.#paint('red', '✗');
    const time = this.#paint('dim', seconds(ms).padStart(TIME_WIDTH));
    const [first = '', ...rest] = detail.split('\n');
    this.#line(`  ${mark} ${name.padEnd(NAME_WIDTH)} ${time}  ${first}`);
    for (const line of rest) this.#line(`      ${line}`);
  }

  end(reports: readonly CheckReport[]): void {
    const problem = checkFailure(reports);
    this.#line('');
    this.#line(problem === undefined ? answers(reports) : problem.message);
    if (problem?.hint !== undefined) this.#line(problem.hint);
  }

  #line(text: string): void {
    this.context.stdout.write(`${text}\n`);
  }
}

/** Why a server does not pass, in one sentence; undefined when it does. */
export function checkFailure(reports: readonly CheckReport[]): CliError | undefined {
  const bad = reports.flatMap(({ transport, steps }) =>
    steps.filter(({ ok }) => !ok).map((step) => ({ transport, step })),
  );
  const [first] = bad;
  if (first === undefined) return undefined;
  const names = bad.map(({ transport, step }) => `${step.name} (${transport})`);
  return failure('check-failed', `The server does not answer as a client expects: ${names.join(', ')}.`, {
    hint: 'Repair it, build it, and run the check again.',
  });
}

function answers(reports: readonly CheckReport[]): string {
  const [report] = reports;
  if (report === undefined) return 'There was nothing to check.';
  const { tools, resources, prompts } = report;
  const parts = [count(tools, 'tool'), count(resources, 'resource'), count(prompts, 'prompt')];
  return `The server answers: ${parts.join(', ')}.`;
}

const count = ({ length }: readonly string[], noun: string): string => `${length} ${noun}${length === 1 ? '' : 's'}`;
