import { readdirSync, readFileSync } from 'node:fs';

/** The variable by which the processes of a probe are known, however far they have moved from the one that we started. */
export const MARK = 'MCP_MASON_PROBE';

let made = 0;

/** A value that no other run has. */
export const newMark = (): string => `${process.pid}-${Date.now().toString(36)}-${made++}`;

/**
 * Ends the processes that carry a mark in their environment: a child that has made a session of its own is in no group of
 * the server any more, and would live on. Linux only; elsewhere the group has to do.
 */
export function endMarked(mark: string, platform: NodeJS.Platform): void {
  if (platform !== 'linux') return;
  for (const name of listed('/proc')) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
    if (textOf(`/proc/${name}/environ`).split('\0').includes(`${MARK}=${mark}`)) end(Number(name));
  }
}

function listed(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Empty for a process that is gone or somebody else's. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
