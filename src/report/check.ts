import type { Context } from '../base/context.ts';
import { type CliError, EXIT, failure } from '../base/errors.ts';
import { cut, printable } from '../base/text.ts';
import type { CheckReport, CheckStep } from '../probe/steps.ts';
import { offerOf, seconds } from './progress.ts';
import { errorObject, lines, type Report } from './report.ts';
import { painter } from './style.ts';

/** What a run of `check` found. */
export interface CheckOutcome {
  readonly version: string;
  /** Its folder is null where a server was named by its command line or address. */
  readonly project: { readonly name: string; readonly dir: string | null };
  /** One a transport. */
  readonly checks: readonly CheckReport[];
  /** With `--storage`. */
  readonly storage?: StorageCheck | undefined;
}

/** What the store of a project keeps of what the storage port promises. */
export interface StorageCheck {
  readonly ok: boolean;
  /** As the project's record names it; `own` where there is none. */
  readonly backend: string;
  /** Whether data is shared between processes, and outlives them. */
  readonly isShared: boolean;
  readonly steps: readonly CheckStep[];
}

/** What a check says while it goes on. */
export interface CheckProgress {
  begin(name: string, transport: string): void;
  beginStorage(name: string, backend: string): void;
  step(step: CheckStep): void;
}

/** The widest name of a step. */
const NAME_WIDTH = 'exit-on-sigterm'.length;
const TIME_WIDTH = 7;
const LONGEST_NAME = 100;
const SHOWN_FINDINGS = 20;

/** A line a step on stdout, as soon as it is done, with its time. */
export function checkProgress({ stdout, env }: Context): CheckProgress {
  const paint = painter(stdout, env);
  const line = (text: string): unknown => stdout.write(`${text}\n`);
  const titled = (name: string): string => paint('bold', cut(printable(name), LONGEST_NAME));
  return {
    begin: (name, transport) => void line(`${titled(name)} over ${transport}`),
    beginStorage: (name, backend) => void line(`${titled(name)}, storage ${backend}`),
    step({ name, ok, ms, detail, findings = [] }) {
      const mark = !ok ? paint('red', '✗') : findings.length > 0 ? paint('yellow', '!') : paint('green', '✓');
      const time = paint('dim', seconds(ms).padStart(TIME_WIDTH));
      const [first = '', ...rest] = detail.split('\n');
      line(`  ${mark} ${name.padEnd(NAME_WIDTH)} ${time}  ${first}`);
      for (const more of rest) line(`      ${more}`);
      for (const finding of findings.slice(0, SHOWN_FINDINGS)) {
        line(`      ${finding.where} ${finding.what}`);
        line(`        ${paint('dim', finding.fix)}`);
      }
      const hidden = findings.length - SHOWN_FINDINGS;
      if (hidden > 0) line(`      and ${hidden} more, which --json lists`);
    },
  };
}

/** For people, the sentence that ends what `checkProgress` has printed. */
export function checkReport({ version, project, checks, storage }: CheckOutcome): Report {
  const problem = problemOf(checks) ?? storageProblem(storage);
  const end = problem === undefined ? [answers(checks)] : [problem.message, ...[problem.hint ?? []].flat()];
  return {
    exit: problem?.exit ?? EXIT.ok,
    json: {
      ...(problem === undefined ? { ok: true } : errorObject(problem)),
      version,
      project,
      checks,
      ...(storage && { storage }),
    },
    text: [lines('stdout', '', ...end)],
  };
}

/** Why a server does not pass, in one sentence; undefined when it does. */
function problemOf(checks: readonly CheckReport[]): CliError | undefined {
  const bad = checks.flatMap(({ transport, steps }) =>
    steps.filter(({ ok }) => !ok).map(({ name }) => `${name} (${transport})`),
  );
  if (bad.length === 0) return undefined;
  const isShut = checks.some(({ steps }) => steps.some(({ findings = [] }) => findings.some(isRefusal)));
  const said = isShut ? 'does not let this client in' : 'does not answer as a client expects';
  return failure('check-failed', `The server ${said}: ${bad.join(', ')}.`, { hint: hintFor(checks) });
}

const isRefusal = ({ code }: { readonly code: string }): boolean => code === 'not-authorised';

/** Where a finding has said what to do, it need not be guessed at here. */
function hintFor(checks: readonly CheckReport[]): string {
  const steps = checks.flatMap(({ steps: all }) => all);
  if (steps.some(({ name }) => name === 'diagnosis'))
    return 'The likely cause stands above, with what to do; then run the check again.';
  return steps.filter(({ ok }) => !ok).every(({ findings = [] }) => findings.length > 0)
    ? 'Each finding above says what to do.'
    : 'Repair it, build it, and run the check again.';
}

function storageProblem(storage: StorageCheck | undefined): CliError | undefined {
  const bad = storage?.steps.filter(({ ok }) => !ok).map(({ name }) => name) ?? [];
  if (bad.length === 0) return undefined;
  return failure('storage-failed', `The store does not keep what storage promises: ${bad.join(', ')}.`, {
    hint: 'Each line above says what was seen and what to do. Repair it, and run the check again.',
  });
}

function answers([check]: readonly CheckReport[]): string {
  return check === undefined ? 'There was nothing to check.' : `The server answers: ${offerOf(check)}.`;
}
