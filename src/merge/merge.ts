/** One generated file in three versions; undefined: it is not there. */
export interface Versions {
  readonly path: string;
  readonly base: string | undefined;
  readonly ours: string | undefined;
  readonly theirs: string | undefined;
}

/** What stands behind the markers of a conflict. */
export interface Labels {
  readonly ours: string;
  readonly base: string;
  readonly theirs: string;
}

export interface Merged {
  readonly path: string;
  readonly action: 'keep' | 'create' | 'replace' | 'merge' | 'delete' | 'conflict';
  readonly text?: string;
  readonly conflicts: number;
  readonly theirs?: string;
}

/** A first one, until there is a real one. */
export function mergeFile({ path, base, ours, theirs }: Versions, labels: Labels): Merged {
  const keep: Merged = { path, action: 'keep', conflicts: 0 };
  if (ours === theirs || theirs === base) return keep;
  if (ours === undefined) return base === undefined ? { ...keep, action: 'create', text: theirs ?? '' } : keep;
  if (theirs === undefined) return ours === base ? { ...keep, action: 'delete' } : keep;
  if (ours === base) return { ...keep, action: 'replace', text: theirs };
  const text = `<<<<<<< ${labels.ours}\n${ours}=======\n${theirs}>>>>>>> ${labels.theirs}\n`;
  return { path, action: 'conflict', text, conflicts: 1, theirs };
}
