import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Env } from '../../src/base/env.ts';
import { fakeEnv } from './env.ts';
import { tempDir } from './temp.ts';

/**
 * A process environment whose search path holds only commands that are made of a shell script each. POSIX only.
 *
 * The scripts find ordinary tools (`sleep`, `cat`) by their absolute path or as builtins.
 */
export function envWithCommands(scripts: Readonly<Record<string, string>>, vars: Env['vars'] = {}): Env {
  const bin = join(tempDir(), 'bin');
  mkdirSync(bin);
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  return fakeEnv({ vars: { ...vars, PATH: bin } });
}

/** Waits for something that will come, however long that takes here. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(10);
}

/** Whether a process with this id is running. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
