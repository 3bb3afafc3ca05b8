import type { VersionRange } from '../../src/catalog/catalog.ts';
import { compare, parseVersion, satisfies, type Version } from './semver.ts';

/** One published version. */
export interface Published {
  readonly version: string;
  /** Its `engines.node`. */
  readonly node?: string;
}

/** A runtime that projects can target. */
export interface Runtime {
  /** `22` */
  readonly id: string;
  /** The oldest Node.js that it stands for. */
  readonly oldest: Version;
}

/** All published versions of a package. */
export type LookUp = (name: string) => Promise<readonly Published[]>;

export interface Need {
  readonly name: string;
  /** The runtimes whose projects depend on the package. */
  readonly runtimes: readonly Runtime[];
  /** The range as it is; one that is no caret range, such as `~1.2.3`, is held on purpose and stays. */
  readonly current?: VersionRange | undefined;
}

/**
 * The newest version of each package that runs on each runtime which needs it, as a caret range: one range where all
 * runtimes agree, else one by runtime.
 *
 * @throws Error for a package of which no version runs on a runtime
 */
export async function refresh(needs: readonly Need[], lookUp: LookUp): Promise<Record<string, VersionRange>> {
  const fresh: Record<string, VersionRange> = {};
  for (const { name, runtimes, current } of [...needs].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const isHeld = typeof current === 'string' && !current.startsWith('^');
    fresh[name] = isHeld ? current : newestOf(name, await lookUp(name), runtimes);
  }
  return fresh;
}

function newestOf(name: string, published: readonly Published[], runtimes: readonly Runtime[]): VersionRange {
  const ranges = runtimes.map((runtime) => [runtime.id, `^${newest(name, published, runtime)}`] as const);
  const [only, ...others] = new Set(ranges.map(([, range]) => range));
  return only !== undefined && others.length === 0 ? only : Object.fromEntries(ranges);
}

function newest(name: string, published: readonly Published[], runtime: Runtime): string {
  const fitting = published.flatMap(({ version, node }) => {
    const parsed = parseVersion(version);
    return parsed !== undefined && runsOn(runtime, name, parsed, node) ? [{ version, parsed }] : [];
  });
  const [best] = fitting.sort((a, b) => compare(b.parsed, a.parsed));
  if (best === undefined) throw new Error(`No version of ${name} runs on Node.js ${runtime.id}.`);
  return best.version;
}

function runsOn({ id, oldest }: Runtime, name: string, version: Version, node: string | undefined): boolean {
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
