import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE, once } from './cache.ts';
import { childEnv, download, NPM } from './child.ts';
import { CUT_OFF } from './cut-off.ts';

/** Programs and data that only the end-to-end tests and the benches need, by name, each with its packages in exact versions. */
const TOOLS = JSON.parse(readFileSync(new URL('tools.json', import.meta.url), 'utf8')) as Readonly<
  Record<string, Readonly<Record<string, string>>>
>;

/** `win32` is called `win` by some packages. */
const PLATFORM = process.platform === 'win32' ? 'win' : process.platform;

/** Packages whose real content is in another one for each platform, which needs no install script. */
const BINARIES: Readonly<Record<string, string>> = {
  node: `node-${PLATFORM}-${process.arch}`,
  bun: `@oven/bun-${process.platform === 'win32' ? 'windows' : PLATFORM}-${process.arch === 'arm64' ? 'aarch64' : process.arch}`,
};

const installing = new Map<string, Promise<string>>();

/**
 * Installs a tool where it is not yet, outside this repository's own dependencies: most need a newer Node than we do.
 *
 * @returns its `node_modules`, absolute
 * @throws Error when it cannot be installed
 */
export function toolOf(name: string): Promise<string> {
  const present = installing.get(name);
  if (present !== undefined) return present;
  const fresh = install(name);
  installing.set(name, fresh);
  return fresh;
}

async function install(name: string): Promise<string> {
  const wanted = TOOLS[name];
  if (wanted === undefined) throw new Error(`test/support/tools.json has no ${name}.`);
  const dependencies = Object.fromEntries(
    Object.entries(wanted).map(([dependency, version]) => [BINARIES[dependency] ?? dependency, version]),
  );
  const dir = join(CACHE, 'tools', `${name}-${Object.values(wanted).join('-')}-${CUT_OFF.toISOString().slice(0, 10)}`);
  await once(dir, () => installPackages(dir, dependencies));
  return join(dir, 'node_modules');
}

/** Puts packages of npm into a folder. None may run a script of its own. */
export async function installPackages(
  dir: string,
  dependencies: Readonly<Record<string, string>>,
  flags: readonly string[] = [],
): Promise<void> {
  writeFileSync(join(dir, 'package.json'), JSON.stringify({ name: 'tool', private: true, dependencies }));
  const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
  await download(NPM, [...args, ...flags], { cwd: dir, env: childEnv() });
}

/** The package of a tool that differs from platform to platform. */
export const binaryPackage = (name: 'node' | 'bun'): string => BINARIES[name] ?? name;
