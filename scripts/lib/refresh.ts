import semver, { type SemVer } from 'semver';
import type { VersionRange } from '../../src/catalog/manifest.ts';

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
  readonly oldest: SemVer;
}

/**
 * All versions of a package that were published in time, as far as any of the runtimes, the oldest first, has a use for
 * them.
 */
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
    return `>=${shortened(version)},<${shortened(nextBreaking(start))}`;
  },
  isOurs: (range) => {
    const [, lower = '', upper = ''] = /^>=([\d.]+),<([\d.]+)$/.exec(range) ?? [];
    const [from, to] = [parseVersion(lower), parseVersion(upper)];
    return from !== undefined && to !== undefined && semver.eq(nextBreaking(from), to);
  },
};

/** Reads `1.2.3`, `1.2` or `1`; `undefined` for pre-releases and whatever else is no plain version. */
export const parseVersion = (text: string): SemVer | undefined =>
  /^v?\d+(\.\d+){0,2}$/.test(text) ? (semver.coerce(text) ?? undefined) : undefined;

/** The first version that `^` leaves out: all may change behind the first part that is not 0. */
const nextBreaking = (version: SemVer): string =>
  semver.inc(version, version.major > 0 ? 'major' : version.minor > 0 ? 'minor' : 'patch') ?? '';

/** `2.3.0` is `2.3`, and `2.0.0` is `2`. */
const shortened = (version: string): string => version.replace(/(\.0)+$/, '');

/** A release that breaks something is mostly found out, and taken back or mended, in its first days. */
const DAYS_TO_WAIT = 3;

/**
 * The moment before which everything has to be published: the one that is given, else some days ago at midnight UTC, but
 * never earlier than now holds.
 *
 * @param given ISO 8601
 * @throws Error for what is no moment, or not yet a past one
 */
export function cutOffOf(given: string | undefined, now: Date, current: Date): Date {
  if (given === undefined) {
    const waited = new Date(now);
    waited.setUTCDate(now.getUTCDate() - DAYS_TO_WAIT);
    waited.setUTCHours(0, 0, 0, 0);
    return waited > current ? waited : current;
  }
  const before = new Date(given);
  if (Number.isNaN(before.getTime())) throw new Error(`"${given}" is no date. Write it like 2026-01-31.`);
  if (before > now) throw new Error(`${given} is still to come: nobody knows what will be published by then.`);
  return before;
}

/**
 * The newest version of each package that runs on each runtime which needs it, as a range: one where all runtimes agree,
 * else one by runtime.
 *
 * @throws Error for a package of which no version runs on a runtime, or only one that is older than what is pinned: then
 * the versions that were looked up end too early
 */
export async function refresh(
  needs: readonly Need[],
  lookUp: LookUp,
  style: RangeStyle = CARET,
): Promise<Record<string, VersionRange>> {
  const fresh: Record<string, VersionRange> = {};
  for (const { name, runtimes, current } of [...needs].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const published = await lookUp(name, runtimes);
    const ranges = runtimes.map((runtime) => {
      const version = newest(name, published, runtime);
      refuseOlder(name, version, typeof current === 'object' ? current[runtime.id] : current);
      return [runtime.id, style.from(version)] as const;
    });
    const isHeld = typeof current === 'string' && !style.isOurs(current);
    fresh[name] = isHeld ? current : joined(ranges);
  }
  return fresh;
}

function joined(ranges: readonly (readonly [runtime: string, range: string])[]): VersionRange {
  const [only, ...others] = new Set(ranges.map(([, range]) => range));
  return only !== undefined && others.length === 0 ? only : Object.fromEntries(ranges);
}

function refuseOlder(name: string, version: string, current: string | undefined): void {
  const [pinned] = /\d[\d.]*/.exec(current ?? '') ?? [];
  const [a, b] = [parseVersion(version), parseVersion(pinned ?? '')];
  if (a === undefined || b === undefined || semver.gte(a, b)) return;
  throw new Error(`${name} ${pinned} is pinned, but ${version} was the newest then. Choose a later date.`);
}

function newest(name: string, published: readonly Published[], runtime: Runtime): string {
  const fitting = published.flatMap((one) => {
    const parsed = parseVersion(one.version);
    return parsed !== undefined && runsOn(runtime, name, parsed, one) ? [{ version: one.version, parsed }] : [];
  });
  const [best] = fitting.sort((a, b) => semver.rcompare(a.parsed, b.parsed));
  if (best === undefined) throw new Error(`No version of ${name} runs on the runtime ${runtime.id}.`);
  return best.version;
}

function runsOn({ id, oldest }: Runtime, name: string, version: SemVer, { node, runtimes }: Published): boolean {
  if (runtimes !== undefined) return runtimes.includes(id);
  // The types of Node.js are of the Node.js whose number they have.
  if (name === '@types/node') return version.major === Number(id);
  return node === undefined || semver.satisfies(oldest, node);
}

/** versions.json: one package a line. */
export function formatVersions(versions: Readonly<Record<string, VersionRange>>): string {
  const lines = Object.entries(versions).map(([name, range]) => {
    const text = JSON.stringify(range, null, 1).replace(/\n\s*/g, ' ');
    return `  ${JSON.stringify(name)}: ${text}`;
  });
  return `{\n${lines.join(',\n')}\n}\n`;
}
