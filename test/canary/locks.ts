import { parse } from 'smol-toml';

/** The versions of each package that a lock file holds. */
export type Locked = ReadonlyMap<string, ReadonlySet<string>>;

/** Reads `package-lock.json`, but for what is made for one platform: it goes with the package that it is a part of. */
export function readNpmLock(text: string): Locked {
  const { packages } = JSON.parse(text) as { packages: Readonly<Record<string, { version?: string; cpu?: unknown }>> };
  const portable = Object.entries(packages).filter(([, { cpu }]) => cpu === undefined);
  return locked(portable.map(([path, { version }]) => [path.split('node_modules/').at(-1), version]));
}

/** Reads `uv.lock`. */
export function readUvLock(text: string): Locked {
  const { package: packages } = parse(text) as { package: { name: string; version: string; source: object }[] };
  // The project itself is one of them.
  const fetched = packages.filter(({ source }) => 'registry' in source);
  return locked(fetched.map(({ name, version }) => [name, version]));
}

function locked(entries: readonly (readonly [name: string | undefined, version: string | undefined])[]): Locked {
  const found = new Map<string, Set<string>>();
  for (const [name, version] of entries) {
    if (name && version) found.set(name, (found.get(name) ?? new Set()).add(version));
  }
  return found;
}

/** What one lock file has and an earlier one has not, as `vite 8.3.8 → 8.4.0`, sorted. */
export function newIn(later: Locked, earlier: Locked): string[] {
  const changed = [...later].flatMap(([name, versions]) => {
    const before = earlier.get(name) ?? new Set();
    const added = [...versions].filter((version) => !before.has(version)).join(', ');
    const gone = [...before].filter((version) => !versions.has(version)).join(', ');
    if (added === '') return [];
    return [gone === '' ? `${name} ${added}` : `${name} ${gone} → ${added}`];
  });
  return changed.sort();
}
