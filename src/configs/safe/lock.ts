import { access, unlink, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { cancelled, failure } from '../../base/errors.ts';
import { liveTraces, traceName } from './traces.ts';

const PATIENCE_MS = 30_000;

export interface Lock {
  /** False when the lock was taken for abandoned, because this process had been asleep for too long. */
  isHeld(): Promise<boolean>;
}

/**
 * Runs a task while no other process of ours edits `target`.
 *
 * Each contender puts down a file of its own name and holds the lock if it then sees no other. Of two that see each
 * other at least one withdraws, so never two go on; the file of a dead contender is deleted, which its name tells.
 *
 * @throws {CliError} `config-locked` after 30 seconds; `cancelled` when the signal fires while waiting.
 */
export async function withLock<T>(
  target: string,
  task: (lock: Lock) => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  const own = await acquire(target, signal);
  try {
    return await task({
      isHeld: () =>
        access(own).then(
          () => true,
          () => false,
        ),
    });
  } finally {
    await unlink(own).catch(() => {});
  }
}

async function acquire(target: string, signal: AbortSignal | undefined): Promise<string> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    // Looking first keeps the crowd out of the holder's way.
    const rivals = await liveTraces(target, 'lock');
    const own = rivals.length === 0 ? await contend(target, deadline) : undefined;
    if (own !== undefined) return own;
    if (signal?.aborted) throw cancelled();
    if (Date.now() > deadline) {
      throw failure('config-locked', `Another create-mcp-mason has been editing ${target} for half a minute.`, {
        hint: `Wait for it to end, or delete ${rivals[0] ?? 'its lock'}, and run the command again.`,
      });
    }
    await sleep(5 + Math.random() * 30);
  }
}

async function contend(target: string, deadline: number): Promise<string | undefined> {
  const own = traceName(target, 'lock');
  await writeFile(own, '', { flag: 'wx' });
  try {
    while (Date.now() < deadline) {
      const others = (await liveTraces(target, 'lock')).filter((path) => path !== own);
      if (others.length === 0) return own;
      // The first in alphabetical order waits for the others to withdraw, so that one of a crowd always gets through.
      if (others.some((path) => path < own)) break;
      await sleep(2 + Math.random() * 5);
    }
  } catch (error) {
    await unlink(own).catch(() => {});
    throw error;
  }
  await unlink(own).catch(() => {});
  return undefined;
}
