import { diff3Merge } from 'node-diff3';
import { joined } from './statements.ts';

/** What stands behind the markers of a conflict. */
export interface Labels {
  readonly ours: string;
  readonly base: string;
  readonly theirs: string;
}

export interface MergedLines {
  readonly text: string;
  /** Places that both have changed, each differently. */
  readonly conflicts: number;
}

const BOM = '\uFEFF';

/** Merges three texts by lines, as `git merge-file` does. Line ends and a byte order mark stay as `ours` has them. */
export function mergeLines(base: string, ours: string, theirs: string, labels: Labels): MergedLines {
  const end = ours.includes('\r\n') ? '\r\n' : '\n';
  const mark = ours.startsWith(BOM) ? BOM : '';
  const lines = [ours, base, theirs].map((text) => text.replace(BOM, '').replaceAll('\r\n', '\n').split('\n'));
  const [a = [], o = [], b = []] = lines;
  let conflicts = 0;
  const merged = diff3Merge(a, o, b, { excludeFalseConflicts: true }).flatMap((region): readonly string[] => {
    if (region.conflict === undefined) return region.ok ?? [];
    const { a: mine, o: was, b: fresh } = region.conflict;
    const both = joined(mine, was, fresh);
    if (both !== undefined) return both;
    conflicts++;
    return marked(mine, fresh, labels);
  });
  const text = merged.join('\n');
  // A marker at the end is a line of its own.
  return {
    text:
      mark + (conflicts > 0 && text.endsWith(`>>>>>>> ${labels.theirs}`) ? `${text}\n` : text).replaceAll('\n', end),
    conflicts,
  };
}

/** What begins and ends alike on both sides is no part of the conflict. */
function marked(ours: readonly string[], theirs: readonly string[], labels: Labels): string[] {
  const most = Math.min(ours.length, theirs.length);
  let head = 0;
  while (head < most && ours[head] === theirs[head]) head++;
  let tail = 0;
  while (tail < most - head && ours.at(-1 - tail) === theirs.at(-1 - tail)) tail++;
  return [
    ...ours.slice(0, head),
    `<<<<<<< ${labels.ours}`,
    ...ours.slice(head, ours.length - tail),
    '=======',
    ...theirs.slice(head, theirs.length - tail),
    `>>>>>>> ${labels.theirs}`,
    ...ours.slice(ours.length - tail),
  ];
}
