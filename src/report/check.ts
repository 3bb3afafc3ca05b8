import type { Context } from '../base/context.ts';
import { type CliError, EXIT, failure } from '../base/errors.ts';
import type { CheckReport, CheckStep } from '../probe/steps.ts';
import { offerOf, seconds } from './progress.ts';
import { errorObject, lines, type Report } from './report.ts';
import { painter } from './style.ts';

/** What a run of `check` found. */
export interface CheckOutcome {
  readonly version: string;
  readonly project: { readonly name: string; readonly dir: string };
  /** One a transport. */
  readonly checks: readonly CheckReport[];
}

/** What a check says while it goes on. */
export interface CheckProgress {
  begin(name: string, transport: string): void;
  step(step: CheckStep): void;
}

/** The widest name of a step. */
const NAME_WIDTH = 'exit-on-sigterm'.length;
const TIME_WIDTH = 7;

/** A line a step on stdout, as soon as it is done, with its time. */
export function checkProgress({ stdout, env }: Context): CheckProgress {
  const paint = painter(stdout, env);
  const line = (text: string): unknown => stdout.write(`${text}\n`);
  return {
    begin: (name, transport) => void line(`${paint('bold', name)} over ${transport}`),
    step({ name, ok, ms, detail }) {
      const mark = ok ? paint('green', '✓') : paint('red', '✗');
      const time = paint('dim', seconds(ms).padStart(TIME_WIDTH));
      const [first = '', ...rest] = detail.split('\n');
      line(`  ${mark} ${name.padEnd(NAME_WIDTH)} ${time}  ${first}`);
      for (const more of rest) line(`      ${more}`);
    },
  };
}

/** For people, the sentence that ends what `checkProgress` has printed. */
export function checkReport({ version, project, checks }: CheckOutcome): Report {
  const problem = problemOf(checks);
  const end = problem === undefined ? [answers(checks)] : [problem.message, ...[problem.hint ?? []].flat()];
  return {
    exit: problem?.exit ?? EXIT.ok,
    json: { ...(problem === undefined ? { ok: true } : errorObject(problem)), version, project, checks },
    text: [lines('stdout', '', ...end)],
  };
}

/** Why a server does not pass, in one sentence; undefined when it does. */
function problemOf(checks: readonly CheckReport[]): CliError | undefined {
  const bad = checks.flatMap(({ transport, steps }) =>
    steps.filter(({ ok }) => !ok).map(({ name }) => `${name} (${transport})`),
  );
  if (bad.length === 0) return undefined;
  return failure('check-failed', `The server does not answer as a client expects: ${bad.join(', ')}.`, {
    hint: 'Repair it, build it, and run the check again.',
  });
}

function answers([check]: readonly CheckReport[]): string {
  return check === undefined ? 'There was nothing to check.' : `The server answers: ${offerOf(check)}.`;
}
