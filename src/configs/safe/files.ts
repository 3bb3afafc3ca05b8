import { type FileHandle, lstat, open, readlink, realpath, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { failure } from '../../base/errors.ts';

/** Far above any config; a bigger file was named by mistake. */
const MAX_BYTES = 100 * 1024 * 1024;
const MAX_LINKS = 40;

export interface Snapshot {
  /** Where it was read. */
  readonly path: string;
  readonly bytes: Buffer;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** The file that a path leads to, through links, whether it exists or not: dotfiles are often links into a repository. */
export async function followLinks(path: string): Promise<string> {
  let current = resolve(path);
  for (let count = 0; count < MAX_LINKS; count++) {
    const folder = await realpath(dirname(current)).catch(() => dirname(current));
    current = join(folder, basename(current));
    const info = await lstat(current).catch(ignoreMissing);
    if (info === undefined || !info.isSymbolicLink()) return current;
    current = resolve(folder, await readlink(current));
  }
  throw failure('config-unreadable', `${path} is a link that leads in a circle.`);
}

/** A file as it is; undefined when there is none. */
export async function readSnapshot(path: string): Promise<Snapshot | undefined> {
  const info = await stat(path).catch(ignoreMissing);
  if (info === undefined) return undefined;
  if (!info.isFile()) throw failure('config-unreadable', `${path} is not a file.`);
  if (info.size > MAX_BYTES)
    throw failure('config-unreadable', `${path} has more than 100 MB; that is no config file.`);
  const file = await open(path, 'r');
  try {
    return { path, bytes: await file.readFile(), mode: info.mode & 0o7777, uid: info.uid, gid: info.gid };
  } finally {
    await file.close();
  }
}

/** Writes a new file, with all that another has but its bytes, and waits until it is on the disk. Nothing is left of it when that fails. */
export async function writeDurably(
  path: string,
  bytes: Buffer,
  like: Omit<Snapshot, 'bytes'> | undefined,
): Promise<void> {
  // Entries may hold secrets, so a new file is its owner's only.
  const mode = like?.mode ?? 0o600;
  const isCopy = like !== undefined && (await copyTraits(like.path, path));
  const file = await open(path, isCopy ? 'r+' : 'wx', mode);
  try {
    await takeOver(file, like);
    if (isCopy) await file.truncate();
    else await file.chmod(mode);
    await file.writeFile(bytes);
    await file.sync();
    await file.close();
  } catch (error) {
    await file.close().catch(() => {});
    await unlink(path).catch(() => {});
    throw error;
  }
}

/** `cp` of GNU and of macOS; others are asked in vain. */
const COPY: readonly string[] = process.platform === 'darwin' ? ['-p'] : ['--preserve=all', '--'];

/** Copies a file with its access control list and extended attributes, which Node.js cannot read. */
async function copyTraits(from: string, to: string): Promise<boolean> {
  if (process.platform === 'win32') return false;
  const { execFile } = await import('node:child_process');
  const isDone = await new Promise<boolean>((resolve) => {
    execFile('cp', [...COPY, from, to], (error) => resolve(error === null));
  });
  if (!isDone) await unlink(to).catch(() => {});
  return isDone;
}

/** With `sudo`, a user's file must not become root's. */
async function takeOver(file: FileHandle, like: Omit<Snapshot, 'bytes'> | undefined): Promise<void> {
  if (like === undefined) return;
  const { uid, gid } = await file.stat();
  if (uid !== like.uid || gid !== like.gid) await file.chown(like.uid, like.gid).catch(() => {});
}

/** Renames over a file. On Windows a virus scanner or an editor may hold it for a moment, so that is tried again. */
export async function renameOver(from: string, to: string, platform: NodeJS.Platform): Promise<void> {
  for (let wait = 10; ; wait *= 2) {
    try {
      await rename(from, to);
      break;
    } catch (error) {
      const busy = ['EPERM', 'EACCES', 'EBUSY'].includes((error as NodeJS.ErrnoException).code ?? '');
      if (platform !== 'win32' || !busy || wait > 1500) throw error;
      await sleep(wait);
    }
  }
  await syncFolder(dirname(to));
}

/** The new name is only safe from a power cut when the folder is on the disk too. Windows cannot do that. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close().catch(() => {});
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}
