import { existsSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CliError, cancelled, EXIT, messageOf } from '../errors.ts';
import { lockFileOf } from '../project/package-manager.ts';
import type { FileChange, Target } from '../project/write.ts';

/** What has to be known before the first write, to be able to take a project back. */
export interface Undo {
  readonly before: Target;
  readonly changes: readonly FileChange[];
  /** Folders that will be made, absolute, outermost first. */
  readonly folders: readonly string[];
  /** What the steps after the writing leave in the project, at its root. */
  readonly byproducts: readonly string[];
}

/** @param entry the built file, relative to the project */
export function rememberForUndo(before: Target, changes: readonly FileChange[], entry: string, pm: string): Undo {
  const created = changes.filter(({ action }) => action === 'create').map(({ path }) => path);
  const folders = [...new Set(created.flatMap(foldersOf))].map((folder) => join(before.path, folder));
  const byproducts = ['node_modules', 'data', '.git', '.yarn', '.pnp.cjs', '.pnp.loader.mjs', lockFileOf(pm)];
  const built = entry.split('/')[0] ?? entry;
  return {
    before,
    changes,
    folders: folders.filter((folder) => !existsSync(folder)),
    byproducts: [built, ...byproducts],
  };
}

/**
 * Takes a project back after somebody has cancelled: deletes what this run and the commands in it have made, and nothing
 * that was there before.
 *
 * @returns what to throw
 */
export function takeBack(undo: Undo): CliError {
  try {
    if (undo.before.state === 'missing') removeFolder(undo.before);
    else removeFiles(undo, undo.before);
  } catch (error) {
    const message = `Cancelled, but not all of ${undo.before.path} could be removed: ${messageOf(error)}`;
    return new CliError('cancelled', EXIT.cancelled, message, { hint: 'Remove the folder by hand.', cause: error });
  }
  const overwritten = undo.changes.filter(({ action }) => action === 'overwrite').map(({ path }) => path);
  if (overwritten.length === 0) return cancelled();
  return new CliError(
    'cancelled',
    EXIT.cancelled,
    `Cancelled. These files had been overwritten: ${overwritten.join(', ')}.`,
  );
}

/** Package managers that are being stopped may still write for a moment. */
const RETRY = { recursive: true, force: true, maxRetries: 5, retryDelay: 100 } as const;

function removeFolder({ path, missingParents }: Extract<Target, { state: 'missing' }>): void {
  rmSync(path, RETRY);
  for (const parent of [...missingParents].reverse()) removeIfEmpty(parent);
}

function removeFiles(undo: Undo, { path, entries }: Extract<Target, { state: 'folder' }>): void {
  for (const name of undo.byproducts) if (!entries.includes(name)) rmSync(join(path, name), RETRY);
  for (const change of undo.changes) if (change.action === 'create') rmSync(join(path, change.path), RETRY);
  for (const folder of [...undo.folders].reverse()) removeIfEmpty(folder);
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Gone already, or somebody else uses it.
  }
}

/** `a/b/c.ts` → `a`, `a/b`. */
function foldersOf(path: string): string[] {
  const folders: string[] = [];
  for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) folders.unshift(folder);
  return folders;
}
