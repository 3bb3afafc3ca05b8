import { chmodSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { childEnv, NPM, runOk } from './child.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The packed package, absolute. */
    readonly tarball: string;
    /** An empty project in which only the tarball was installed, absolute. */
    readonly installed: string;
    /** The command of that installation: a script for Node. */
    readonly bin: string;
  }
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Packs the package as it would be published, and installs it in an empty folder: that is what is tested. */
export default async function setup(project: TestProject): Promise<() => void> {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'mason-packed-')));
  // Another user has to be able to run it, in tests of permissions.
  chmodSync(dir, 0o755);
  const installed = join(dir, 'installed');
  try {
    await runOk(NPM, ['pack', '--silent', '--pack-destination', dir], { cwd: ROOT });
    const [tarball] = readdirSync(dir).filter((name) => name.endsWith('.tgz'));
    if (tarball === undefined) throw new Error('npm pack has made no tarball.');
    const args = ['install', '--silent', '--no-audit', '--no-fund', '--prefix', installed, join(dir, tarball)];
    await runOk(NPM, args, { cwd: dir, env: childEnv() });
    project.provide('tarball', join(dir, tarball));
    project.provide('installed', installed);
    project.provide('bin', join(installed, 'node_modules', 'create-mcp-mason', 'bin', 'create-mcp-mason.js'));
  } catch (error) {
    rmSync(dir, { recursive: true, force: true });
    throw error;
  }
  return () => rmSync(dir, { recursive: true, force: true });
}
