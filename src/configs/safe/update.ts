import { access, constants, rmdir, stat, unlink } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { cancelled, failure } from '../../base/errors.ts';
import { makeFolders } from '../../base/folders.ts';
import { explainIo } from '../../base/fs-errors.ts';
import { followLinks, readSnapshot, renameOver, type Snapshot, writeDurably } from './files.ts';
import { type Lock, withLock } from './lock.ts';
import { liveTraces, traceName } from './traces.ts';

const ATTEMPTS = 5;

export interface UpdateOptions {
  readonly platform: NodeJS.Platform;
  /** Make the file's folder when it is missing. */
  readonly createFolder?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** What a file is to hold. */
export interface Written {
  /** null: the file goes. What it held is kept as the backup: a person may have written it. */
  readonly bytes: Buffer | null;
  /** It is what the backup holds: there is nothing more to go back to, and the backup goes, too. */
  readonly isUndone?: boolean;
}

export interface Update {
  /** The file that was changed, links followed. */
  readonly path: string;
  /** The copy of the file as it was; undefined when there was none, or nothing was written. */
  readonly backup: string | undefined;
}

/**
 * Changes a file that belongs to another program so that at any moment, also after `kill -9` or a power cut, it is either
 * the old or the new one. Other runs of this package wait; changes by other programs are noticed and taken in.
 *
 * `change` gets the bytes (undefined: no file) and those of the last backup, and answers with the new ones, or undefined to
 * leave the file alone. It may be called again when the file changed meanwhile. One backup is kept beside the file:
 * `<file>.mason-backup`, as it was before the last change.
 *
 * @throws {CliError} `config-unwritable`, `config-unreadable`, `config-locked`; whatever `change` throws. The file is then
 * as it was.
 */
export async function updateFile(
  path: string,
  change: (before: Buffer | undefined, backup: Buffer | undefined) => Written | undefined,
  options: UpdateOptions,
): Promise<Update> {
  try {
    const target = await followLinks(path);
    const lost = options.createFolder !== true && !(await isFolder(dirname(target)));
    if (lost && change(undefined, undefined) === undefined) return { path: target, backup: undefined };
    const made = await makeFolder(target, options);
    try {
      await refuseReadOnly(target, options.platform);
      return await withLock(target, (lock) => underLock(target, change, options, lock), options.signal);
    } catch (error) {
      await removeFolders(target, made);
      throw error;
    }
  } catch (error) {
    throw explainIo(error, path);
  }
}

/** Where the file is kept as it was before the last change. */
const backupOf = (target: string): string => `${target}.mason-backup`;

/** A backup that cannot be read is as good as none. */
const readBackup = async (target: string): Promise<Buffer | undefined> =>
  (await readSnapshot(backupOf(target)).catch(() => undefined))?.bytes;

/** The bytes of a file and of its backup, as `updateFile` would hand them to its change. */
export async function readState(path: string): Promise<{ bytes: Buffer | undefined; backup: Buffer | undefined }> {
  const target = await followLinks(path);
  return { bytes: (await readSnapshot(target))?.bytes, backup: await readBackup(target) };
}

async function underLock(
  target: string,
  change: Parameters<typeof updateFile>[1],
  options: UpdateOptions,
  lock: Lock,
): Promise<Update> {
  await liveTraces(target, 'tmp');
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const before = await readSnapshot(target);
    const made = change(before?.bytes, await readBackup(target));
    if (made === undefined) return { path: target, backup: undefined };
    const { bytes, isUndone } = made;
    if (bytes === null) {
      if (options.signal?.aborted) throw cancelled();
      await refuseLost(target, lock);
      if (!sameBytes(before, await readSnapshot(target))) continue;
      const backup = before && (await keep(target, before, options.platform));
      await unlink(target);
      return { path: target, backup };
    }
    const temporary = traceName(target, 'tmp');
    await writeDurably(temporary, bytes, before);
    try {
      if (options.signal?.aborted) throw cancelled();
      const backup = before && !isUndone ? await keep(target, before, options.platform) : undefined;
      await refuseLost(target, lock);
      if (sameBytes(before, await readSnapshot(target))) {
        await renameOver(temporary, target, options.platform);
        if (isUndone) await unlink(backupOf(target)).catch(() => {});
        return { path: target, backup };
      }
    } finally {
      await unlink(temporary).catch(() => {});
    }
  }
  throw failure('config-busy', `Another program keeps changing ${target}.`, {
    hint: 'Quit the application that it belongs to and run the command again.',
  });
}

async function refuseLost(target: string, lock: Lock): Promise<void> {
  if (await lock.isHeld()) return;
  throw failure('config-locked', `Another create-mcp-mason took over the lock of ${target}.`);
}

async function keep(target: string, before: Snapshot, platform: NodeJS.Platform): Promise<string> {
  const temporary = traceName(target, 'tmp');
  await writeDurably(temporary, before.bytes, before);
  const backup = backupOf(target);
  await renameOver(temporary, backup, platform);
  return backup;
}

function sameBytes(a: Snapshot | undefined, b: Snapshot | undefined): boolean {
  return a === undefined || b === undefined ? a === b : a.bytes.equals(b.bytes);
}

/** Returns the outermost folder that was made, if one had to be. */
async function makeFolder(target: string, { createFolder }: UpdateOptions): Promise<string | undefined> {
  const folder = dirname(target);
  if (await isFolder(folder)) return undefined;
  if (createFolder !== true) {
    throw failure('config-unwritable', `The folder ${folder} does not exist, so ${basename(target)} was not written.`);
  }
  return makeFolders(folder);
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (info) => info.isDirectory(),
    () => false,
  );

/** Takes back the folders that `makeFolder` made; `rmdir` leaves alone what is not empty. */
async function removeFolders(target: string, outermost: string | undefined): Promise<void> {
  if (outermost === undefined) return;
  for (let folder = dirname(target); folder.length >= outermost.length; folder = dirname(folder)) {
    await rmdir(folder).catch(() => {});
  }
}

/** POSIX systems rename over a read-only file, and root may write anywhere; but whoever made it read-only meant it. */
async function refuseReadOnly(target: string, platform: NodeJS.Platform): Promise<void> {
  // On Windows the attribute says nothing about folders.
  for (const path of platform === 'win32' ? [target] : [dirname(target), target]) {
    const info = await stat(path).catch(() => undefined);
    if (info === undefined) continue;
    const writable =
      (info.mode & 0o222) !== 0 &&
      (await access(path, constants.W_OK).then(
        () => true,
        () => false,
      ));
    if (!writable) throw failure('config-unwritable', `${path} is read-only, so ${basename(target)} was not changed.`);
  }
}
