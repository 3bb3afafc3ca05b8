import type { Answers } from '../base/answers.ts';
import type { Context } from '../base/context.ts';
import type { ClientResult } from '../base/entry.ts';
import { type CliError, EXIT } from '../base/errors.ts';
import { counted } from '../base/text.ts';
import type { CheckReport } from '../probe/steps.ts';
import type { CreateResult, ReportedFile, ReportedStep } from './create-result.ts';
import { offerOf, seconds } from './progress.ts';
import { errorObject, errorText, indent, type Report } from './report.ts';
import { type Paint, painter } from './style.ts';

/** What a run of `create` did, or with `dryRun` would do: all that its report tells. */
export interface CreateOutcome {
  readonly version: string;
  readonly dryRun: boolean;
  /** The folder of the project, absolute. */
  readonly dir: string;
  readonly answers: Answers;
  readonly files: readonly ReportedFile[];
  /** What became of the description that tools are made of. */
  readonly openapi?: object;
  readonly steps: readonly ReportedStep[];
  /** One a transport; none when the server was not started. */
  readonly checks: readonly CheckReport[];
  readonly clients: readonly ClientResult[];
  /** What is worth knowing, for people. */
  readonly notes: readonly string[];
  /** Commands to go on with; after a failure, commands to recover. */
  readonly next: readonly string[];
  readonly replay: string;
  /** Why the project, which is kept, is not ready. */
  readonly failure: CliError | undefined;
  /** Of a dry run: the commands that a run would start. */
  readonly commands?: readonly string[];
}

export interface CreateReport extends Report {
  readonly json: CreateResult & Report['json'];
}

/** The report of `create`: for people on stdout, or on stderr when the project is not ready. */
export function createReport(outcome: CreateOutcome, context: Context): CreateReport {
  const { failure } = outcome;
  const to = failure === undefined ? 'stdout' : 'stderr';
  const paint = painter(context[to], context.env);
  const sections = outcome.dryRun ? rehearsed(outcome, paint) : made(outcome, paint);
  const text = `\n${sections.filter((one) => one !== '').join('\n')}`;
  const end = failure === undefined ? '' : `\n${errorText(failure, context)}`;
  return { exit: failure?.exit ?? EXIT.ok, json: jsonOf(outcome), text: [{ to, text: text + end }] };
}

function jsonOf(outcome: CreateOutcome): CreateReport['json'] {
  const {
    version,
    dryRun,
    dir,
    answers,
    files,
    openapi,
    steps,
    checks,
    clients,
    notes,
    next,
    replay,
    failure,
    commands,
  } = outcome;
  const { name, language, transport, storage, tools } = answers;
  return {
    ...(failure === undefined ? { ok: true } : errorObject(failure)),
    version,
    ...(dryRun ? { dryRun, commands } : {}),
    project: { name, dir, language, transport, storage, tools },
    answers,
    files,
    ...(openapi === undefined ? {} : { openapi }),
    steps,
    check: checks.length === 0 ? null : { ok: checks.every(({ ok }) => ok), transports: checks },
    clients,
    ...(notes.length > 0 ? { notes } : {}),
    next,
    replay,
  };
}

function made(report: CreateOutcome, paint: Paint): string[] {
  const { next, replay, notes, failure } = report;
  return [
    summary(report, paint),
    clients(report, paint),
    section('Note', notes, paint),
    section(failure === undefined ? 'Next' : 'To repair it', next, paint),
    section('The same again, without a question', [replay], paint),
  ];
}

function summary({ answers, dir, files, checks, failure }: CreateOutcome, paint: Paint): string {
  const written = files.filter(({ action }) => action !== 'skip').length;
  const { language, transport, storage, tools } = answers;
  const choice = [language, transport, storage, ...(tools.length > 0 ? tools : ['no example tools'])].join(', ');
  return `${headline(answers.name, checks[0], failure, paint)}\n${indent(`${dir}\n${counted(written, 'file')}: ${choice}`)}`;
}

function headline(name: string, check: CheckReport | undefined, failure: CliError | undefined, paint: Paint): string {
  if (failure !== undefined) return paint('yellow', paint('bold', `${name} is made, but not ready.`));
  if (check === undefined) return `${paint('bold', `${name} is made.`)} ${paint('dim', 'It was not started.')}`;
  const first = check.steps.find((step) => step.name.startsWith('handshake'));
  const ready = first === undefined ? '' : `, first answer after ${seconds(first.ms)}`;
  return `${paint('green', paint('bold', `${name} answers:`))} ${offerOf(check)}${ready}`;
}

function clients({ clients, dryRun }: CreateOutcome, paint: Paint): string {
  const lines = clients.flatMap(({ client, path, action, after }) => [
    `${client}: ${dryRun ? 'would be ' : ''}${action} in ${path}`,
    ...(dryRun ? [] : after.map((line) => `  ${line}`)),
  ]);
  return section('Clients', lines, paint);
}

function rehearsed(report: CreateOutcome, paint: Paint): string[] {
  const { dir, files, commands = [], notes, replay } = report;
  return [
    `${paint('bold', 'Dry run: nothing is written.')}\n${indent(dir)}`,
    section('Files', files.map(fileLine), paint),
    section('Commands', commands, paint),
    clients(report, paint),
    section('Note', notes, paint),
    section('To do it', [replay], paint),
  ];
}

const fileLine = ({ path, action, bytes }: ReportedFile): string =>
  `${action.padEnd(9)} ${String(bytes).padStart(6)} B  ${path}`;

/** A heading and its lines, or nothing. Lines stay as they are, so that commands can be copied. */
const section = (title: string, lines: readonly string[], paint: Paint): string =>
  lines.length === 0 ? '' : `${paint('cyan', title)}\n${indent(lines.join('\n'))}`;
