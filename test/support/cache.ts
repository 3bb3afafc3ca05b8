import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * What tests install once for all clones of this repository: tools, and packages that generated projects depend on. It may
 * be deleted at any time while no tests run.
 */
export const CACHE = process.env.MASON_CACHE ?? join(cacheFolder(), 'create-mcp-mason');

function cacheFolder(): string {
  if (process.platform === 'win32') return process.env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches');
  return process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
}

/**
 * A folder that is made once, by whichever process comes first; others wait for it. What an ended process has left
 * unfinished is made again.
 *
 * @param dir absolute; beside it `<dir>.done` says that it is complete, and what `make` has returned
 * @param make fills the folder, which is there and empty
 * @returns what `make` returned, as JSON has it
 */
export async function once<T>(dir: string, make: (dir: string) => Promise<T>): Promise<T> {
  const [done, lock] = [`${dir}.done`, `${dir}.lock`];
  mkdirSync(dirname(dir), { recursive: true });
  while (!existsSync(done)) {
    if (!take(lock)) {
      await sleep(50);
      continue;
    }
    try {
      if (existsSync(done)) break;
      rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
      mkdirSync(dir);
      const made = JSON.stringify(await make(dir)) ?? 'null';
      writeFileSync(`${done}.${process.pid}`, made);
      renameSync(`${done}.${process.pid}`, done);
    } finally {
      rmSync(lock, { force: true });
    }
  }
  return JSON.parse(readFileSync(done, 'utf8')) as T;
}

/** Whether the lock is now ours. One whose process has ended is nobody's. */
function take(lock: string): boolean {
  const own = `${lock}.${process.pid}.new`;
  writeFileSync(own, String(process.pid));
  try {
    // Whole at once: a lock always says whose it is.
    linkSync(own, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(own, { force: true });
  }
  const owner = ownerOf(lock);
  if (owner === undefined || isRunning(Number(owner))) return false;
  const stale = `${lock}.${process.pid}`;
  try {
    // Only one of those who find it out moves it away.
    renameSync(lock, stale);
    if (ownerOf(stale) !== owner) renameSync(stale, lock);
    rmSync(stale, { force: true });
  } catch {
    // Another one was quicker.
  }
  return false;
}

function ownerOf(lock: string): string | undefined {
  try {
    return readFileSync(lock, 'utf8');
  } catch {
    return undefined;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
