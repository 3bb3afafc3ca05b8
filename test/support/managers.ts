import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'vitest';
import { childEnv, runOk } from './child.ts';
import { cannotRun } from './require.ts';
import { tempDir } from './temp.ts';
import { binaryPackage, toolOf } from './tools.ts';

/** By the name of the tool that is installed; npm is there already. */
export const MANAGERS = [
  { tool: 'pnpm', pm: 'pnpm', lockFile: 'pnpm-lock.yaml' },
  { tool: 'yarn', pm: 'yarn', lockFile: 'yarn.lock' },
  { tool: 'berry', pm: 'yarn', lockFile: 'yarn.lock' },
  { tool: 'bun', pm: 'bun', lockFile: 'bun.lock' },
] as const;

/** The folder with the package manager's commands, or the end of a test where it does not run. */
export async function folderOf(tool: string, pm: string, context: TestContext): Promise<string> {
  try {
    const modules = await toolOf(tool);
    const folder = tool === 'bun' ? folderOfBun(modules) : join(modules, '.bin');
    await runOk(join(folder, pm), ['--version'], { cwd: modules, env: childEnv({}, [folder]) });
    return folder;
  } catch (error) {
    return cannotRun(context, `${tool} does not run: ${error instanceof Error ? error.message : error}`);
  }
}

/** Bun is bunx as well, by its name; its installer makes that link. */
function folderOfBun(modules: string): string {
  const folder = join(tempDir(), 'bin');
  mkdirSync(folder);
  for (const name of ['bun', 'bunx']) {
    symlinkSync(join(modules, binaryPackage('bun'), 'bin', 'bun'), join(folder, name));
  }
  return folder;
}
