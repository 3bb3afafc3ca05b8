import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { childEnv, NPM, runOk } from './child.ts';

/** Programs that only the end-to-end tests need, by name, each with its packages in exact versions. */
const TOOLS = JSON.parse(readFileSync(new URL('../e2e/tools.json', import.meta.url), 'utf8')) as Readonly<
  Record<string, Readonly<Record<string, string>>>
>;
const CACHE = fileURLToPath(new URL('../../.tmp/tools', import.meta.url));

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
  if (wanted === undefined) throw new Error(`test/e2e/tools.json has no ${name}.`);
  const dependencies = Object.fromEntries(
    Object.entries(wanted).map(([dependency, version]) => [BINARIES[dependency] ?? dependency, version]),
  );
  const dir = join(CACHE, `${name}-${Object.values(wanted).join('-')}`);
  const modules = join(dir, 'node_modules');
  if (existsSync(dir)) return modules;
  const draft = `${dir}.${process.pid}`;
  mkdirSync(draft, { recursive: true });
  try {
    writeFileSync(join(draft, 'package.json'), JSON.stringify({ name: 'tool', private: true, dependencies }));
    const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
    await runOk(NPM, args, { cwd: draft, env: childEnv() });
    // Complete or not there at all, whenever this process may be ended.
    renameSync(draft, dir);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return modules;
}

/** The package of a tool that differs from platform to platform. */
export const binaryPackage = (name: 'node' | 'bun'): string => BINARIES[name] ?? name;
