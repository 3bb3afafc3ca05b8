import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect } from 'vitest';
import { childEnv } from './child.ts';

/** What shell scripts and npm itself call; everything else is missing unless it is asked for. */
const BASICS = ['sh', 'env', 'mkdir', 'touch', 'sleep', 'cat'];

/**
 * Makes a folder that is to be all of PATH, so that a test decides which commands there are.
 *
 * @param real commands of this machine that are there too
 * @param fake commands and the shell scripts they are
 */
export function makePath(dir: string, real: readonly string[], fake: Readonly<Record<string, string>> = {}): string {
  const folder = join(dir, 'bin');
  mkdirSync(folder);
  symlinkSync(process.execPath, join(folder, 'node'));
  for (const name of [...BASICS, ...real]) symlinkSync(find(name), join(folder, name));
  for (const [name, script] of Object.entries(fake)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return folder;
}

/** Where a command of this machine really is. */
export function find(name: string): string {
  const path = childEnv()
    .PATH.split(delimiter)
    .map((folder) => join(folder, name));
  const found = path.find((candidate) => existsSync(candidate));
  if (found === undefined) throw new Error(`There is no ${name} on this machine.`);
  return realpathSync(found);
}

/** Ids of the processes whose environment or command line holds a text (Linux). */
export function processesWith(text: string): string[] {
  return readdirSync('/proc').filter((id) => {
    try {
      const read = (name: string): string => readFileSync(`/proc/${id}/${name}`, 'latin1');
      return /^\d+$/.test(id) && (read('environ') + read('cmdline')).includes(text);
    } catch {
      // It has ended, or is somebody else's.
      return false;
    }
  });
}

/** Waits until no process is left that `processesWith` finds: one that was killed may take a moment. */
export const expectGone = (text: string): Promise<void> =>
  expect.poll(() => processesWith(text), { timeout: 10_000 }).toEqual([]);
