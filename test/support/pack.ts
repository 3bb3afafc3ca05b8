import { chmodSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProvidedContext } from 'vitest';
import type { TestProject } from 'vitest/node';
import { childEnv, NPM, runOk } from './child.ts';
import { shareServices } from './shared-services.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The packed package, absolute. */
    readonly tarball: string;
    /** An empty project in which only the tarball was installed, absolute. */
    readonly installed: string;
    /** The command of that installation: a script for Node. */
    readonly bin: string;
    /** A folder for the projects that all tests share, absolute. */
    readonly shared: string;
    /** Where services that all tests share are asked for. */
    readonly services: string;
  }
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Packs the package as it would be published, and installs it in an empty folder: that is what is tested. */
async function pack(): Promise<Packed> {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'mason-packed-')));
  // Another user has to be able to run it, in tests of permissions.
  chmodSync(dir, 0o755);
  const services = await shareServices();
  const tearDown = async (): Promise<void> => {
    await services.stop();
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const [installed, shared] = [join(dir, 'installed'), join(dir, 'shared')];
    mkdirSync(shared);
    await runOk(NPM, ['pack', '--silent', '--pack-destination', dir], { cwd: ROOT });
    const [tarball] = readdirSync(dir).filter((name) => name.endsWith('.tgz'));
    if (tarball === undefined) throw new Error('npm pack has made no tarball.');
    const args = ['install', '--silent', '--no-audit', '--no-fund', '--prefix', installed, join(dir, tarball)];
    await runOk(NPM, args, { cwd: dir, env: childEnv() });
    const bin = join(installed, 'node_modules', 'create-mcp-mason', 'bin', 'create-mcp-mason.js');
    return { provided: { tarball: join(dir, tarball), installed, bin, shared, services: services.url }, tearDown };
  } catch (error) {
    await tearDown();
    throw error;
  }
}

interface Packed {
  readonly provided: ProvidedContext;
  readonly tearDown: () => Promise<void>;
}

/** Two projects of a run share one package, each with a copy of this module. */
const run = globalThis as { masonPacked?: { packed: Promise<Packed>; users: number } | undefined };

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  run.masonPacked ??= { packed: pack(), users: 0 };
  run.masonPacked.users++;
  const { provided, tearDown } = await run.masonPacked.packed;
  for (const [name, value] of Object.entries(provided)) project.provide(name as keyof ProvidedContext, value);
  return async () => {
    if (run.masonPacked === undefined || --run.masonPacked.users > 0) return;
    run.masonPacked = undefined;
    await tearDown();
  };
}
