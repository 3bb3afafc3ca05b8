import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { fnv1a64 } from './hash.ts';

/** Whether a process of this machine has this id; one that belongs to somebody else counts. */
export function isRunning(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

let cached: string | undefined;

/** Names the set of processes whose ids can be looked up from here: a machine, or a container's view of it. */
export function thisMachine(): string {
  if (cached === undefined) {
    let namespace = '';
    try {
      namespace = readlinkSync('/proc/self/ns/pid');
    } catch {
      // Only Linux has one.
    }
    cached = fnv1a64(`${hostname()} ${namespace}`).slice(0, 8);
  }
  return cached;
}
