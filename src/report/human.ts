import type { Context } from '../base/context.ts';
import type { CliError } from '../base/errors.ts';
import { counted } from '../base/text.ts';
import type { CheckReport } from '../probe/types.ts';
import { errorText, indent } from './error.ts';
import type { CreateReport, ReportedFile } from './json.ts';
import { seconds } from './progress.ts';
import { type Paint, painter } from './style.ts';

/** Prints what a run of `create` did: to stdout, or to stderr when the project is not ready. */
export function printCreate(report: CreateReport, context: Context): void {
  const output = report.failure === undefined ? context.stdout : context.stderr;
  const paint = painter(output, context.env);
  const sections = report.dryRun ? rehearsed(report, paint) : made(report, paint);
  output.write(`\n${sections.filter((section) => section !== '').join('\n')}`);
  if (report.failure !== undefined) output.write(`\n${errorText(report.failure, context)}`);
}

function made(report: CreateReport, paint: Paint): string[] {
  const { next, replay, notes, failure } = report;
  return [
    summary(report, paint),
    clients(report, paint),
    section('Note', notes, paint),
    section(failure === undefined ? 'Next' : 'To repair it', next, paint),
    section('The same again, without a question', [replay], paint),
  ];
}

function summary({ answers, dir, files, checks, failure }: CreateReport, paint: Paint): string {
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

/** `6 tools, 3 resources, 1 prompt` */
const offerOf = ({ tools, resources, prompts }: CheckReport): string =>
  [counted(tools.length, 'tool'), counted(resources.length, 'resource'), counted(prompts.length, 'prompt')].join(', ');

function clients({ clients, dryRun }: CreateReport, paint: Paint): string {
  const lines = clients.flatMap(({ client, path, action, after }) => [
    `${client}: ${dryRun ? 'would be ' : ''}${action} in ${path}`,
    ...(dryRun ? [] : after.map((line) => `  ${line}`)),
  ]);
  return section('Clients', lines, paint);
}

function rehearsed(report: CreateReport, paint: Paint): string[] {
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
