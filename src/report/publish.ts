import type { Context } from '../base/context.ts';
import { EXIT, failure } from '../base/errors.ts';
import { counted } from '../base/text.ts';
import type { Finding } from '../probe/steps.ts';
import { errorObject, type Report } from './report.ts';
import { painter } from './style.ts';

interface Size {
  readonly files: number;
  /** Unpacked. */
  readonly bytes: number;
}

/** What `publish` found. */
export interface PublishOutcome {
  readonly version: string;
  readonly project: { readonly name: string; readonly dir: string };
  /** Advice counts as a fault. */
  readonly strict: boolean;
  /** Faults first. */
  readonly findings: readonly (Finding & { readonly level: 'fault' | 'advice' })[];
  /** null where there is none, or it is not known. */
  readonly sizes: { readonly package: Size | null; readonly bundle: Size | null };
  /** Files that were brought in step. */
  readonly fixed: readonly string[];
  readonly notes: readonly string[];
  /** The commands that publish. */
  readonly next: readonly string[];
}

const MOST = 100;

/** What stands in the way, and the commands that publish where nothing does. */
export function publishReport(outcome: PublishOutcome, context: Context): Report {
  const { version, project, strict, sizes, fixed, notes, next } = outcome;
  const paint = painter(context.stdout, context.env);
  const findings = outcome.findings.slice(0, MOST);
  const faults = findings.filter(({ level }) => level === 'fault').length;
  const bad = strict ? findings.length : faults;
  const problem =
    bad === 0
      ? undefined
      : failure(
          'not-publishable',
          `${counted(bad, 'fault')} would keep ${project.name} from being listed or installed.`,
          {
            hint: 'Each finding above says what to do.',
          },
        );
  const sized = Object.entries(sizes).flatMap(([what, size]) =>
    size === null
      ? []
      : [`The ${what} has ${counted(size.files, 'file')}, ${Math.ceil(size.bytes / 1000)} kB unpacked.`],
  );
  const lines = [
    ...findings.flatMap(({ level, where, what, fix }) => [
      `${level === 'fault' || strict ? paint('red', '✗') : paint('yellow', '!')} ${where} ${what}`,
      `    ${paint('dim', fix)}`,
    ]),
    ...(findings.length > 0 ? [''] : []),
    ...(fixed.length > 0 ? [`Brought in step: ${fixed.join(', ')}.`] : []),
    ...sized,
    ...notes,
    ...(problem === undefined ? ready(project.name, findings.length, next) : [problem.message, problem.hint ?? '']),
  ];
  return {
    exit: problem === undefined ? EXIT.ok : EXIT.failed,
    json: {
      ...(problem === undefined ? { ok: true } : errorObject(problem)),
      version,
      project,
      findings,
      sizes,
      fixed,
      notes,
      next: problem === undefined ? next : [],
    },
    text: [{ to: 'stdout', text: lines.map((line) => `${line}\n`).join('') }],
  };
}

const ready = (name: string, remarks: number, next: readonly string[]): string[] => [
  remarks === 0
    ? `Nothing is in the way of ${name}.`
    : `Nothing is in the way of ${name}; directories ask for the rest.`,
  ...(next.length > 0 ? ['', 'To publish it:', ...next.map((line) => `  ${line}`)] : []),
];
