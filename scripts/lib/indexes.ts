import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pythonTools } from '../../test/support/python.ts';
import { BOUNDS, CARET, type LookUp, type Published, type RangeStyle, type Runtime } from './refresh.ts';

/** Where the packages of a language are published. Both are asked by a client that knows how this machine does it. */
interface Index {
  /** Sees nothing that was published later. */
  readonly lookUp: (before: Date) => LookUp;
  readonly style: RangeStyle;
}

/** `npm view` honours the registry and the proxy of the person who runs it; `--before` it does not. */
const viewOnNpm =
  (before: Date): LookUp =>
  async (name) => {
    const [versions, time] = await Promise.all([
      npmView(`${name}@>=0`, 'version', 'engines'),
      npmView(name, 'time') as Promise<Readonly<Record<string, string>>>,
    ]);
    return publishedBefore(before, Array.isArray(versions) ? versions : [versions], time);
  };

async function npmView(...args: readonly string[]): Promise<unknown> {
  const options = { maxBuffer: 64 * 1024 * 1024, shell: process.platform === 'win32' };
  return JSON.parse((await promisify(execFile)('npm', ['view', ...args, '--json'], options)).stdout);
}

/**
 * What npm says of versions, without those that are newer, or of which nobody knows when they were published.
 *
 * @param versions packages without `engines` are answered as bare versions
 * @param time when each was published
 * @internal exported for tests
 */
export function publishedBefore(
  before: Date,
  versions: readonly unknown[],
  time: Readonly<Record<string, string>>,
): Published[] {
  return versions
    .map((entry): Published => {
      if (typeof entry === 'string') return { version: entry };
      const { version, engines } = entry as { version: string; engines?: { node?: string } };
      return engines?.node === undefined ? { version } : { version, node: engines.node };
    })
    .filter(({ version }) => Date.parse(time[version] ?? '') <= before.getTime());
}

/**
 * uv knows what a version of Python can install, and what was there at a moment; pip and its index cannot be asked for the
 * latter.
 */
const resolveWithUv =
  (before: Date): LookUp =>
  async (name, runtimes) => {
    const [oldest, newest] = [runtimes[0], runtimes.at(-1)];
    if (oldest === undefined || newest === undefined) return [];
    const [version, newestVersion] = [await newestFor(name, oldest, before), await newestFor(name, newest, before)];
    // Nearly always all runtimes can have the newest version, which saves asking for those in between.
    if (version === newestVersion) return [{ version, runtimes: runtimes.map(({ id }) => id) }];
    const found = runtimes.map(async (runtime) => ({
      version: await newestFor(name, runtime, before),
      runtimes: [runtime.id],
    }));
    return Promise.all(found);
  };

async function newestFor(name: string, { id }: Runtime, before: Date): Promise<string> {
  const { bin, env } = await pythonTools();
  const when = ['--exclude-newer', before.toISOString()];
  const where = ['--python-version', id, '--only-binary', ':all:'];
  const args = ['pip', 'compile', '-', '--quiet', '--no-deps', '--no-header', '--no-annotate', ...where, ...when];
  const asked = promisify(execFile)(join(bin, 'uv'), args, { env });
  asked.child.stdin?.end(name);
  return versionIn((await asked).stdout);
}

/** What `uv pip compile` prints of one package: `mcp==2.3.0`. @internal exported for tests */
export function versionIn(output: string): string {
  const [, version] = /^[^\s=]+==(\S+)$/m.exec(output) ?? [];
  if (version === undefined) throw new Error(`uv names no version: ${output}`);
  return version;
}

/** By language. */
export const INDEXES: Readonly<Record<string, Index>> = {
  typescript: { lookUp: viewOnNpm, style: CARET },
  python: { lookUp: resolveWithUv, style: BOUNDS },
};
