import { type Labels, type MergedLines, mergeLines } from './lines.ts';
import { mergeJson } from './objects.ts';
import { mergeToml } from './toml.ts';

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
}

/** Makes one of three versions of a file. Nothing of `ours` is lost: what both have changed differently is a conflict. */
export function mergeFile({ path, base, ours, theirs }: Versions, labels: Labels): Merged {
  const keep: Merged = { path, action: 'keep', conflicts: 0 };
  if (ours === theirs || theirs === base) return keep;
  if (ours === undefined) return base === undefined ? { ...keep, action: 'create', text: theirs ?? '' } : keep;
  if (theirs === undefined) return ours === base ? { ...keep, action: 'delete' } : keep;
  if (ours === base) return { ...keep, action: 'replace', text: theirs };
  const { text, conflicts } = mergeTexts(path, base ?? '', ours, theirs, labels);
  if (conflicts > 0) return { path, action: 'conflict', text, conflicts, theirs };
  return text === ours ? keep : { ...keep, action: 'merge', text };
}

function mergeTexts(path: string, base: string, ours: string, theirs: string, labels: Labels): MergedLines {
  if (path.endsWith('.toml') && base !== '') return mergeToml(base, ours, theirs, labels);
  const merged = mergeLines(base, ours, theirs, labels);
  if (!path.endsWith('.json') || base === '') return merged;
  if (merged.conflicts === 0 && isJson(merged.text)) return merged;
  const text = mergeJson(base, ours, theirs);
  return text === undefined ? merged : { text, conflicts: 0 };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text.replace(/^\uFEFF/, ''));
    return true;
  } catch {
    return false;
  }
}
