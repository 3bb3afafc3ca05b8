import type { Context } from '../base/context.ts';
import { type CliError, EXIT } from '../base/errors.ts';
import { errorObject, errorText, indent, type Report } from './report.ts';
import { painter } from './style.ts';

/** A file that was made or changed, or would be. */
interface AddedFile {
  /** Relative to the project, with `/`. */
  readonly path: string;
  readonly action: 'create' | 'change';
  readonly text: string;
}

/** What a run of `add` did, or with `dryRun` or `failure` would have done. */
export interface AddOutcome {
  readonly version: string;
  readonly dryRun: boolean;
  readonly project: { readonly name: string; readonly dir: string };
  readonly kind: string;
  /** As clients see it. */
  readonly name: string;
  readonly files: readonly AddedFile[];
  /** The lines that register it, and where they stand or belong. */
  readonly register: { readonly path: string; readonly lines: readonly string[] };
  /** Unified; empty where files were written. */
  readonly diff: string;
  readonly next: readonly string[];
  readonly failure: CliError | undefined;
}

/** The report of `add` for things of somebody's own. */
export function addReport(outcome: AddOutcome, context: Context): Report {
  const { failure, version, dryRun, project, kind, name, files, register, diff, next } = outcome;
  const isWritten = !dryRun && failure === undefined;
  const stream = failure === undefined ? 'stdout' : 'stderr';
  const paint = painter(context[stream], context.env);
  const section = (title: string, lines: readonly string[]): string =>
    lines.length === 0 ? '' : `${paint('cyan', title)}\n${indent(lines.join('\n'))}`;
  const registered = section(`${failure === undefined ? 'Registered' : 'Add these lines'} in ${register.path}`, [
    ...register.lines,
  ]);
  const title = `${paint('bold', `${project.name}: the ${kind} ${name}`)}\n`;
  const sections = isWritten
    ? [
        title +
          indent(files.map(({ path, action }) => `${action === 'create' ? 'made   ' : 'changed'} ${path}`).join('\n')),
        registered,
        section('Next', next),
      ]
    : [
        title + indent(failure === undefined ? 'Dry run: nothing is written.' : 'Nothing was written.'),
        ...(failure === undefined ? [] : [errorText(failure, context), registered]),
        diff,
      ];
  return {
    exit: failure?.exit ?? EXIT.ok,
    json: {
      ...(failure === undefined ? { ok: true } : errorObject(failure)),
      version,
      ...(dryRun && { dryRun }),
      project,
      kind,
      name,
      files: files.map(({ path, action, text }) => ({ path, action, ...(!isWritten && { text }) })),
      register,
      ...(!isWritten && { diff }),
      next: isWritten ? next : [],
    },
    text: [{ to: stream, text: sections.filter((one) => one !== '').join('\n') }],
  };
}
