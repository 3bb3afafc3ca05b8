import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readlinkSync } from 'node:fs';
import { access, constants, type FileHandle, open, readdir, rename, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeFolder } from './file-content.js';

/** Longer than any change takes: what has been seen for so long is of a machine or a process that is no more. */
const STALE_MS = 10_000;
const PATIENCE_MS = 20_000;

/** Names of the drafts of this process. */
const ours = new Set<string>();

interface Draft {
  name: string;
  path: string;
  file: FileHandle;
}

/**
 * Changes a file that other processes change as well: one at a time, and readers see the old content or the new.
 *
 * Whoever wants to write puts a draft with a name of its own into a folder beside the file, and may go on once no
 * other draft is there. The draft becomes the file by being renamed, so publishing it and letting the next one in is
 * one step. The draft of a process that has died is deleted; names are never used twice, so no other is hit by
 * mistake. Whoever was taken for dead, having been asleep, finds its draft gone and publishes nothing.
 */
export class Drafts {
  readonly #folder: string;
  /** When others' drafts were first seen, by this process's own clock: those of machines and file systems differ. */
  #seen = new Map<string, number>();

  constructor(readonly path: string) {
    this.#folder = `${path}.drafts`;
  }

  /** Makes the folder for drafts, and with it that of the file. */
  async prepare(): Promise<void> {
    makeFolder(this.#folder);
    await access(this.#folder, constants.W_OK);
  }

  /** @param change sees the file as it stays until it is done; resolves to the new content, or undefined for none */
  async replace(change: () => Promise<string | undefined>): Promise<void> {
    const draft = await this.#open();
    try {
      const text = await change();
      if (text === undefined) return;
      await draft.file.writeFile(text);
      await draft.file.sync();
      await draft.file.close();
      await publish(draft.path, this.path);
      await syncFolder(dirname(this.path));
    } finally {
      await withdraw(draft);
    }
  }

  /** Waits until no other draft is there. */
  async #open(): Promise<Draft> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      // Looking first keeps the crowd out of the way of the one that is at work.
      const rivals = await this.#living();
      const draft = rivals.length === 0 ? await this.#contend(deadline) : undefined;
      if (draft !== undefined) return draft;
      if (performance.now() > deadline) throw new Error(`another process keeps writing (${rivals[0] ?? this.#folder})`);
      await sleep(1 + Math.random() * 5);
    }
  }

  async #contend(deadline: number): Promise<Draft | undefined> {
    const name = `${MACHINE}.${process.pid}.${randomBytes(8).toString('hex')}`;
    const path = join(this.#folder, name);
    ours.add(name);
    const draft = { name, path, file: await open(path, 'wx', 0o600) };
    try {
      for (;;) {
        const others = (await this.#living()).filter((other) => other !== name);
        if (others.length === 0) return draft;
        // The first in alphabetical order waits for the others to withdraw, so one of a crowd always gets through.
        if (performance.now() > deadline || others.some((other) => other < name)) break;
        await sleep(1 + Math.random() * 3);
      }
    } catch (error) {
      await withdraw(draft);
      throw error;
    }
    await withdraw(draft);
    return undefined;
  }

  /** The drafts of processes that live. Those of dead ones are deleted. */
  async #living(): Promise<string[]> {
    makeFolder(this.#folder);
    const names = await readdir(this.#folder);
    const now = performance.now();
    this.#seen = new Map(names.map((name) => [name, this.#seen.get(name) ?? now]));
    const dead = names.filter(
      (name) => !ours.has(name) && (isDead(name) || now - (this.#seen.get(name) ?? now) > STALE_MS),
    );
    for (const name of dead) await unlink(join(this.#folder, name)).catch(() => {});
    return names.filter((name) => !dead.includes(name));
  }
}

async function withdraw({ name, path, file }: Draft): Promise<void> {
  await file.close();
  await unlink(path).catch(() => {});
  ours.delete(name);
}

/** Whether the process is known to be gone. One with our own id is: containers give every server the same. */
function isDead(name: string): boolean {
  const [machine, id] = name.split('.');
  if (machine !== MACHINE) return false;
  try {
    return Number(id) === process.pid || !process.kill(Number(id), 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

/** Only Linux has one. */
const NAMESPACE = existsSync('/proc/self/ns/pid') ? readlinkSync('/proc/self/ns/pid') : '';
/** Names the set of processes whose ids can be looked up from here: a machine, or a container's view of it. */
const MACHINE = createHash('sha256').update(`${hostname()} ${NAMESPACE}`).digest('hex').slice(0, 8);

/** On Windows a reader or a virus scanner may hold the file for a moment, so that is tried again. */
async function publish(draft: string, path: string): Promise<void> {
  for (let wait = 5; ; wait *= 2) {
    try {
      return await rename(draft, path);
    } catch (error) {
      const isBusy = ['EPERM', 'EACCES', 'EBUSY'].includes((error as NodeJS.ErrnoException).code ?? '');
      if (process.platform !== 'win32' || !isBusy || wait > 1000) throw error;
      await sleep(wait);
    }
  }
}

/** The new name is only safe from a power cut once the folder is on the disk too. Windows cannot do that. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined);
  await folder?.sync().catch(() => {});
  await folder?.close();
}
