import type { Context } from '../base/context.ts';
import { type CliError, EXIT } from '../base/errors.ts';
import { counted, cut, firstOf, printable } from '../base/text.ts';
import { type Changed, fileLines, filesJson } from './change.ts';
import { errorObject, errorText, indent, type Report } from './report.ts';
import { painter } from './style.ts';

/** How many entries came to what. */
export interface MigrateCounts {
  /** In the source. */
  readonly total: number;
  readonly copied: number;
  /** Older copies of ours. */
  readonly replaced: number;
  /** There already. */
  readonly present: number;
  readonly expired: number;
  /** Copies whose originals are gone. */
  readonly removed: number;
}

/** What a run of `migrate` did, or with `dryRun` would do. */
export interface MigrateOutcome {
  readonly version: string;
  readonly dryRun: boolean;
  readonly project: { readonly name: string; readonly dir: string };
  readonly from: string;
  readonly to: string;
  readonly entries: MigrateCounts;
  /** Keys in the target that are somebody else's. */
  readonly foreign: readonly string[];
  /** Keys of the source that changed meanwhile. */
  readonly changed: readonly string[];
  /** What the store of the source says of entries that it cannot read. */
  readonly unreadable: readonly string[];
  readonly failed: readonly { readonly key: string; readonly reason: string }[];
  /** Whether the project itself has the new storage now. */
  readonly switched: boolean;
  /** What became of its files, or would. */
  readonly files: Changed;
  readonly next: readonly string[];
  readonly failure: CliError | undefined;
}

const SHOWN = 10;
const LONGEST = 200;

/** The report of `migrate`. */
export function migrateReport(outcome: MigrateOutcome, context: Context): Report {
  const { failure, version, dryRun, project, from, to, entries, foreign, changed, unreadable, failed, next } = outcome;
  const stream = failure === undefined ? 'stdout' : 'stderr';
  const paint = painter(context[stream], context.env);
  const { files, switched } = outcome;
  // After a copy that is not complete nothing is switched, so the files are nobody's concern.
  const shown = switched || failure === undefined ? fileLines(files.files, !switched) : [];
  const sections = [
    `${paint('bold', `${project.name}: ${from} to ${to}`)}\n${indent(dryRun ? wouldCopy(entries) : sumOf(entries))}`,
    section('Not copied', limited(failed.map(({ key, reason }) => `${key}: ${reason}`))),
    section('The target holds something else, which was kept', limited(foreign)),
    section('Changed meanwhile', limited(changed)),
    section('What the source cannot read', limited(unreadable)),
    section(switched ? 'Files' : 'Files that the switch would change', shown),
    ...(failure === undefined ? [section('Next', next)] : []),
  ];
  function section(title: string, lines: readonly string[]): string {
    return lines.length === 0 ? '' : `${paint('cyan', title)}\n${indent(lines.join('\n'))}`;
  }
  const text = sections.filter((one) => one !== '').join('\n');
  return {
    exit: failure?.exit ?? EXIT.ok,
    json: {
      ...(failure === undefined ? { ok: true } : errorObject(failure)),
      version,
      ...(dryRun && { dryRun }),
      project,
      from,
      to,
      entries,
      foreign,
      changed,
      unreadable,
      failed,
      switched,
      files: filesJson(files.files),
      conflicts: files.conflicts,
      next,
    },
    text: [{ to: stream, text: failure === undefined ? text : `${text}\n${errorText(failure, context)}` }],
  };
}

const wouldCopy = ({ total }: MigrateCounts): string =>
  `Dry run: ${counted(total, 'key')} to copy, nothing is written.`;

function sumOf({ total, copied, replaced, present, expired, removed }: MigrateCounts): string {
  const parts = [
    `${copied} copied`,
    ...(replaced > 0 ? [`${replaced} copied again`] : []),
    ...(present > 0 ? [`${present} there already`] : []),
    ...(expired > 0 ? [`${expired} expired`] : []),
    ...(removed > 0 ? [`${removed} removed`] : []),
  ];
  return `${counted(total, 'key')}: ${parts.join(', ')}`;
}

/** A stranger's keys: printable, and not without end. */
const limited = (lines: readonly string[]): readonly string[] =>
  firstOf(lines, SHOWN).map((line) => cut(printable(line), LONGEST));
