import type { VersionRange } from '../../src/catalog/manifest.ts';
import { caretEnd, compare, parseVersion, satisfies, type Version } from './semver.ts';

/** One published version. */
export interface Published {
  readonly version: string;
  /** Its `engines.node`. */
  readonly node?: string;
  /** The ids of the runtimes that it runs on, where the index says so itself. */
  readonly runtimes?: readonly string[];
}

/** A runtime that projects can target. */
export interface Runtime {
  /** `22` */
  readonly id: string;
  /** The oldest version that it stands for. */
  readonly oldest: Version;
}

/** All published versions of a package, as far as any of the runtimes, the oldest first, has a use for them. */
export type LookUp = (name: string, runtimes: readonly Runtime[]) => Promise<readonly Published[]>;

/** How an index writes ranges. */
export interface RangeStyle {
  /** From a version up to the next that may break what worked. */
  from(version: string): string;
  /** Whether a range is one that `from` makes; another one is held on purpose. */
  isOurs(range: string): boolean;
}

export interface Need {
  readonly name: string;
  /** The runtimes whose projects depend on the package. */
  readonly runtimes: readonly Runtime[];
  /** The range as it is; one that is held on purpose, such as `~1.2.3`, stays. */
  readonly current?: VersionRange | undefined;
}

/** `^1.2.3` */
export const CARET: RangeStyle = {
  from: (version) => `^${version}`,
  isOurs: (range) => range.startsWith('^'),
};

/** `>=1.2.3,<2`, which is `^1.2.3` as Python writes it. */
export const BOUNDS: RangeStyle = {
  from: (version) => {
    const start = parseVersion(version);
    if (start === undefined) throw new Error(`${version} is no plain version.`);
    return `>=${shortened(version)},<${shortened(caretEnd(start, 3).join('.'))}`;
  },
  isOurs: (range) => {
    const [, lower = '', upper = ''] = /^>=([\d.]+),<([\d.]+)$/.exec(range) ?? [];
    const [from, to] = [parseVersion(lower), parseVersion(upper)];
    return from !== undefined && to !== undefined && compare(caretEnd(from, 3), to) === 0;
  },
};

/** `2.3.0` is `2.3`, and `2.0.0` is `2`. */
const shortened = (version: string): string => version.replace(/(\.0)+$/, '');

/**
 * The newest version of each package that runs on each runtime which needs it, as a range: one where all runtimes agree,
 * else one by runtime.
 *
 * @throws Error for a package of which no version runs on a runtime
 */
export async function refresh(
  needs: readonly Need[],
  lookUp: LookUp,
  style: RangeStyle = CARET,
): Promise<Record<string, VersionRange>> {
  const fresh: Record<string, VersionRange> = {};
  for (const { name, runtimes, current } of [...needs].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const isHeld = typeof current === 'string' && !style.isOurs(current);
    fresh[name] = isHeld ? current : newestOf(name, await lookUp(name, runtimes), runtimes, style);
  }
  return fresh;
}

function newestOf(
  name: string,
  published: readonly Published[],
  runtimes: readonly Runtime[],
  style: RangeStyle,
): VersionRange {
  const ranges = runtimes.map((runtime) => [runtime.id, style.from(newest(name, published, runtime))] as const);
  const [only, ...others] = new Set(ranges.map(([, range]) => range));
  return only !== undefined && others.length === 0 ? only : Object.fromEntries(ranges);
}

function newest(name: string, published: readonly Published[], runtime: Runtime): string {
  const fitting = published.flatMap((one) => {
    const parsed = parseVersion(one.version);
    return parsed !== undefined && runsOn(runtime, name, parsed, one) ? [{ version: one.version, parsed }] : [];
  });
  const [best] = fitting.sort((a, b) => compare(b.parsed, a.parsed));
  if (best === undefined) throw new Error(`No version of ${name} runs on the runtime ${runtime.id}.`);
  return best.version;
}

function runsOn({ id, oldest }: Runtime, name: string, version: Version, { node, runtimes }: Published): boolean {
  if (runtimes !== undefined) return runtimes.includes(id);
  // The types of Node.js are of the Node.js whose number they have.
  if (name === '@types/node') return version[0] === Number(id);
  return node === undefined || satisfies(oldest, node);
}

/** versions.json: one package a line. */
export function formatVersions(versions: Readonly<Record<string, VersionRange>>): string {
  const lines = Object.entries(versions).map(([name, range]) => {
    const text = JSON.stringify(range, null, 1).replace(/\n\s*/g, ' ');
    return `  ${JSON.stringify(name)}: ${text}`;
  });
  return `{\n${lines.join(',\n')}\n}\n`;
}
