import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { BOUNDS, CARET, type LookUp, type Published, type RangeStyle, type Runtime } from './refresh.ts';

/** Where the packages of a language are published. Both are asked by their own client, which knows how this machine does it. */
interface Index {
  readonly lookUp: LookUp;
  readonly style: RangeStyle;
}

const call = async (command: string, args: readonly string[]): Promise<string> =>
  (await promisify(execFile)(command, args, { maxBuffer: 64 * 1024 * 1024, shell: process.platform === 'win32' }))
    .stdout;

/** `npm view` honours the registry and the proxy of the person who runs it. */
const viewOnNpm: LookUp = async (name) => {
  const answer: unknown = JSON.parse(await call('npm', ['view', `${name}@>=0`, 'version', 'engines', '--json']));
  return (Array.isArray(answer) ? answer : [answer]).map(toPublished);
};

/** Packages without `engines` are answered as bare versions. */
function toPublished(entry: unknown): Published {
  if (typeof entry === 'string') return { version: entry };
  const { version, engines } = entry as { version: string; engines?: { node?: string } };
  return engines?.node === undefined ? { version } : { version, node: engines.node };
}

/**
 * `pip index` honours pip's settings, and knows what a version of Python can install: no pre-releases, and none that asks
 * for another Python.
 */
const lookUpWithPip: LookUp = async (name, runtimes) => {
  const [oldest, newest] = [runtimes[0], runtimes.at(-1)];
  if (oldest === undefined || newest === undefined) return [];
  const ends = [await versionsFor(name, oldest), await versionsFor(name, newest)] as const;
  // Nearly always all runtimes can have the newest version, which saves asking for those in between.
  if (ends[0][0] === ends[1][0]) {
    return ends[0].map((version) => ({ version, runtimes: runtimes.map(({ id }) => id) }));
  }
  const found: Published[] = [];
  for (const runtime of runtimes) {
    for (const version of await versionsFor(name, runtime)) found.push({ version, runtimes: [runtime.id] });
  }
  return found;
};

/** The newest first. */
async function versionsFor(name: string, { id }: Runtime): Promise<string[]> {
  const python = process.platform === 'win32' ? 'python' : 'python3';
  const platform = ['--python-version', id, '--only-binary', ':all:'];
  const output = await call(python, ['-m', 'pip', 'index', 'versions', name, ...platform]);
  return versionsIn(output);
}

/** What `pip index versions` prints: `Available versions: 2.1.0, 2.0.1`. @internal exported for tests */
export const versionsIn = (output: string): string[] =>
  /^Available versions: (.*)$/m.exec(output)?.[1]?.split(', ') ?? [];

/** By language. */
export const INDEXES: Readonly<Record<string, Index>> = {
  typescript: { lookUp: viewOnNpm, style: CARET },
  python: { lookUp: lookUpWithPip, style: BOUNDS },
};
