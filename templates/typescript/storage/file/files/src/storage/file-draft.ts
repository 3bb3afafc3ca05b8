import { createHash, randomBytes } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { access, constants, type FileHandle, mkdir, open, readdir, rename, stat, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Longer than any change takes. For drafts of machines whose processes cannot be asked, and for ids given out again. */
const STALE_MS = 10_000;
const PATIENCE_MS = 20_000;

/**
 * Changes a file that other processes change as well: one at a time, and readers see the old content or the new.
 *
 * Whoever wants to write puts a draft of a name of its own into a folder beside the file, and may go on when it then sees
 * no other draft there. The draft becomes the file by being renamed, so that publishing and letting the next one in are
 * one step. A draft whose process has died is deleted, which no other process can mistake: names are never used twice.
 * Whoever was taken for dead, having been asleep, finds its draft gone and publishes nothing.
 *
 * @param change gets to see the file as it stays until it is done; resolves to the new content, or undefined for none
 */
export async function replaceFile(path: string, change: () => Promise<string | undefined>): Promise<void> {
  const draft = await openDraft(path);
  let published = false;
  try {
    const text = await change();
    if (text !== undefined) {
      await draft.file.writeFile(text);
      await draft.file.sync();
    }
    await draft.file.close();
    if (text !== undefined) {
      await publish(draft.path, path);
      published = true;
      await syncFolder(dirname(path));
    }
  } finally {
    await draft.file.close();
    if (!published) await unlink(draft.path).catch(() => {});
  }
}

interface Draft {
  readonly path: string;
  readonly file: FileHandle;
}

const folderOf = (path: string): string => `${path}.drafts`;

/** Makes the folder for drafts of a file, and with it that of the file. */
export async function makeDraftFolder(path: string): Promise<void> {
  await mkdir(folderOf(path), { recursive: true, mode: 0o700 });
  await access(folderOf(path), constants.W_OK);
}

/** Waits until no other draft is there. */
async function openDraft(path: string): Promise<Draft> {
  const folder = folderOf(path);
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    // Looking first keeps the crowd out of the way of the one that is at work.
    const rivals = await liveDrafts(folder);
    const draft = rivals.length === 0 ? await contend(folder, deadline) : undefined;
    if (draft !== undefined) return draft;
    if (Date.now() > deadline) throw new Error(`another process has been writing for too long: ${rivals[0] ?? folder}`);
    await sleep(1 + Math.random() * 5);
  }
}

async function contend(folder: string, deadline: number): Promise<Draft | undefined> {
  const name = `${machine()}.${process.pid}.${randomBytes(8).toString('hex')}`;
  const path = join(folder, name);
  const file = await open(path, 'wx', 0o600);
  try {
    while (Date.now() < deadline) {
      const others = (await liveDrafts(folder)).filter((other) => other !== name);
      if (others.length === 0) return { path, file };
      // The first in alphabetical order waits for the others to withdraw, so that one of a crowd always gets through.
      if (others.some((other) => other < name)) break;
      await sleep(1 + Math.random() * 3);
    }
  } catch (error) {
    await withdraw({ path, file });
    throw error;
  }
  await withdraw({ path, file });
  return undefined;
}

async function withdraw({ path, file }: Draft): Promise<void> {
  await file.close();
  await unlink(path).catch(() => {});
}

/** The drafts of processes that live. Those of dead ones are deleted. */
async function liveDrafts(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return [];
  });
  const live: string[] = [];
  for (const name of names) {
    if (await isLive(join(folder, name), name)) live.push(name);
    else await unlink(join(folder, name)).catch(() => {});
  }
  return live;
}

async function isLive(path: string, name: string): Promise<boolean> {
  const [host, id] = name.split('.');
  const pid = Number(id);
  if (host === machine() && pid !== process.pid && !isRunning(pid)) return false;
  const made = await stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );
  if (made === undefined) return false;
  // In a container every server has the same id, so one of our own id may be left from before the container restarted.
  if (host === machine() && pid === process.pid && made < STARTED_MS) return false;
  return Date.now() - made < STALE_MS;
}

/** When this process started, less what clocks and files are inexact by. */
const STARTED_MS = Date.now() - process.uptime() * 1000 - 20;

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

let cached: string | undefined;

/** Names the set of processes whose ids can be looked up from here: a machine, or a container's view of it. */
function machine(): string {
  if (cached === undefined) {
    let namespace = '';
    try {
      namespace = readlinkSync('/proc/self/ns/pid');
    } catch {
      // Only Linux has one.
    }
    cached = createHash('sha256').update(`${hostname()} ${namespace}`).digest('hex').slice(0, 8);
  }
  return cached;
}

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

/** The new name is only safe from a power cut when the folder is on the disk too. Windows cannot do that. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined);
  await folder?.sync().catch(() => {});
  await folder?.close();
}
