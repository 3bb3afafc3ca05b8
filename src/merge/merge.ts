import { steppableOf } from '../configs/steps.ts';
import { mergeData } from './data.ts';
import { type Labels, mergeLines } from './lines.ts';

/** One generated file in three versions; undefined: it is not there. */
export interface Versions {
  readonly path: string;
  /** What was generated once. */
  readonly base: string | undefined;
  /** What is there. */
  readonly ours: string | undefined;
  /** What is generated now. */
  readonly theirs: string | undefined;
}

export interface Merged {
  readonly path: string;
  /** `keep`: ours stays; `create`, `replace`, `merge`: `text` is written; `conflict`: `text` has git's markers. */
  readonly action: 'keep' | 'create' | 'replace' | 'merge' | 'delete' | 'conflict';
  readonly text?: string;
  /** Places to decide; 0 but for `conflict`. */
  readonly conflicts: number;
  /** For `conflict`: what would have stood there without the owner's edits. */
  readonly theirs?: string;
  /** Settings of a file of data that both have changed, and that are as the owner has them. */
  readonly kept?: readonly string[];
}

/** Makes one of three versions of a file. Nothing of `ours` is lost: what both have changed differently is a conflict. */
export function mergeFile({ path, base, ours, theirs }: Versions, labels: Labels): Merged {
  const keep: Merged = { path, action: 'keep', conflicts: 0 };
  if (ours === theirs || theirs === base) return keep;
  if (ours === undefined) return base === undefined ? { ...keep, action: 'create', text: theirs ?? '' } : keep;
  if (theirs === undefined) return ours === base ? { ...keep, action: 'delete' } : keep;
  if (ours === base) return { ...keep, action: 'replace', text: theirs };
  const kind = base === undefined ? undefined : steppableOf(path);
  const data = kind && mergeData(kind, base ?? '', ours, theirs);
  if (data !== undefined) {
    const settled = data.kept.length === 0 ? keep : { ...keep, kept: data.kept };
    return data.text === ours ? settled : { ...settled, action: 'merge', text: data.text };
  }
  const { text, conflicts } = mergeLines(base ?? '', ours, theirs, labels);
  if (conflicts > 0) return { path, action: 'conflict', text, conflicts, theirs };
  return text === ours ? keep : { ...keep, action: 'merge', text };
}
