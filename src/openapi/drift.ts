/** What has become of the operations of a description since a project was made of it, by the names of their tools. */
export interface Drift {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

type Hashes = Readonly<Record<string, string>>;

/** Compares the hashes of operations, as they were recorded and as they are. */
export function driftOf(recorded: Hashes, now: Hashes): Drift {
  const has = (hashes: Hashes, name: string): boolean => Object.hasOwn(hashes, name);
  return {
    added: Object.keys(now).filter((name) => !has(recorded, name)),
    removed: Object.keys(recorded).filter((name) => !has(now, name)),
    changed: Object.keys(now).filter((name) => has(recorded, name) && recorded[name] !== now[name]),
  };
}

/** One line a kind: `2 added: a, b`. */
export function driftLines({ added, removed, changed }: Drift): string[] {
  const line = (names: readonly string[], word: string): string[] =>
    names.length === 0
      ? []
      : [`${names.length} ${word}: ${names.slice(0, SHOWN).join(', ')}${names.length > SHOWN ? ', …' : ''}`];
  return [...line(added, 'added'), ...line(removed, 'removed'), ...line(changed, 'changed')];
}

const SHOWN = 20;
