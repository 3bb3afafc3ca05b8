import type { Context } from '../base/context.ts';
import { type CliError, conflictError, EXIT } from '../base/errors.ts';
import { counted, printable } from '../base/text.ts';
import { errorObject, errorText, indent, type Report } from './report.ts';
import { painter } from './style.ts';

/** What became of one file of a project, or would. */
export interface ChangedFile {
  /** Relative to the project, with `/`. */
  readonly path: string;
  readonly action: 'keep' | 'create' | 'replace' | 'merge' | 'delete' | 'conflict';
  /** Places that a person has to decide. */
  readonly conflicts: number;
  readonly note?: string;
  /** Where what was generated lies, when the file itself was left alone. */
  readonly beside?: string;
}

/** What a change did to a project, or would do. */
export interface Changed {
  /** Files that changed, and those about which there is something to say. */
  readonly files: readonly ChangedFile[];
  /** All changes as a unified diff. */
  readonly diff: string;
  readonly conflicts: number;
  /** Whether conflicts are in git's index and files; else they are in files beside. */
  readonly inGit: boolean;
  /** Edited files of which nobody could say how they were generated. */
  readonly withoutBase: readonly string[];
  readonly dependenciesChanged: boolean;
}

/** What `update`, `add` and `migrate` tell of a change. */
export interface ChangeOutcome {
  /** The version of this package. */
  readonly version: string;
  readonly dryRun: boolean;
  readonly project: { readonly name: string; readonly dir: string };
  /** The first line behind the project's name: `0.1.0 to 0.2.0`. */
  readonly title: string;
  /** What else there is to read before the files. */
  readonly sections?: readonly { readonly title: string; readonly lines: readonly string[] }[];
  /** What else the command has for `--json`. */
  readonly json?: Readonly<Record<string, unknown>>;
  readonly changed: Changed;
  readonly next: readonly string[];
  /** What is wrong besides, where there are no conflicts. */
  readonly failure?: CliError | undefined;
}

const WORDS: Readonly<Record<ChangedFile['action'], readonly [did: string, would: string]>> = {
  keep: ['kept', 'keep'],
  create: ['created', 'create'],
  replace: ['replaced', 'replace'],
  merge: ['merged', 'merge'],
  delete: ['deleted', 'delete'],
  conflict: ['conflict', 'conflict'],
};

/** The report of a command that has changed a project; exit 3 where a person has to go on. */
export function changeReport(outcome: ChangeOutcome, context: Context): Report {
  const { version, dryRun, project, title, sections = [], json = {}, changed, next } = outcome;
  const failure = changed.conflicts > 0 ? conflictsOf(outcome) : outcome.failure;
  const stream = failure === undefined ? 'stdout' : 'stderr';
  const paint = painter(context[stream], context.env);
  const section = (head: string, lines: readonly string[]): string =>
    lines.length === 0 ? '' : `${paint('cyan', head)}\n${indent(printable(lines.join('\n')))}`;
  const isSame = changed.files.every(({ action }) => action === 'keep');
  const text = [
    `${paint('bold', project.name)}: ${title}\n`,
    ...sections.map((one) => section(one.title, one.lines)),
    section('Files', isSame && changed.files.length === 0 ? ['Nothing to do.'] : fileLines(changed.files, dryRun)),
    dryRun ? printable(changed.diff) : '',
    failure === undefined ? section('Next', next) : '',
  ].join('');
  return {
    exit: failure?.exit ?? EXIT.ok,
    json: {
      ...(failure === undefined ? { ok: true } : errorObject(failure)),
      version,
      ...(dryRun && { dryRun }),
      project,
      ...json,
      files: filesJson(changed.files),
      conflicts: changed.conflicts,
      ...(dryRun && { diff: changed.diff }),
      next: failure === undefined ? next : [],
    },
    text: [{ to: stream, text: failure === undefined ? text : `${text}${errorText(failure, context)}` }],
  };
}

/** Files as an object of `--json` has them. */
export const filesJson = (files: readonly ChangedFile[]) =>
  files.map(({ path, action, conflicts, note, beside }) => ({
    path,
    action,
    conflicts,
    note: note ?? null,
    beside: beside ?? null,
  }));

/** Files for people: what became of each, or with `dryRun` would. */
export function fileLines(files: readonly ChangedFile[], dryRun: boolean): string[] {
  return files.map(({ path, action, conflicts, note, beside }) => {
    const word = WORDS[action][dryRun ? 1 : 0].padEnd(9);
    const more = [
      ...(conflicts > 1 ? [counted(conflicts, 'conflict')] : []),
      ...(note === undefined ? [] : [note]),
      ...(beside === undefined ? [] : [`See ${beside}.`]),
    ];
    return `${word} ${path}${more.length === 0 ? '' : `  (${more.join(' ').replace(/\.$/, '')})`}`;
  });
}

function conflictsOf({ changed, dryRun, next }: ChangeOutcome): CliError {
  if (!dryRun) return conflictsIn(changed, next);
  return conflictError('conflicts', `There would be ${placesOf(changed)}. Nothing was written.`);
}

/** What is left for a person to decide, and how to go on then. */
export function conflictsIn(changed: Changed, next: readonly string[]): CliError {
  const { conflicts, inGit, files } = changed;
  const isBeside = files.some(({ beside }) => beside !== undefined);
  const steps = [
    ...(inGit ? ['Look for <<<<<<< in the files, or run git mergetool; then git add them and commit.'] : []),
    ...(isBeside ? ['Take over what you want from the .mason-new files beside yours, and delete them.'] : []),
    ...next.map((line) => `Then: ${line}`),
  ];
  return conflictError('conflicts', `${placesOf(changed)} ${conflicts === 1 ? 'is' : 'are'} left for you to decide.`, {
    hint: steps.join('\n'),
  });
}

const placesOf = ({ conflicts, files }: Changed): string =>
  `${counted(conflicts, 'conflict')} in ${counted(files.filter(({ action }) => action === 'conflict').length, 'file')}`;
