import { lstatSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { CliError, cancelled } from '../base/errors.ts';
import { codeOf, explain } from '../base/fs-errors.ts';
import type { PlannedFile } from '../base/plan.ts';
import { isRunning, thisMachine } from '../base/processes.ts';
import { conflictOf, type FileChange, hasConflict, notEmpty, type OnConflict, previewFiles } from './changes.ts';
import { Journal, type Lost, writeNew } from './journal.ts';
import { inspectTarget, type Target } from './target.ts';

export { type FileChange, previewFiles } from './changes.ts';

export interface WriteOptions {
  readonly onConflict: OnConflict;
  readonly signal: AbortSignal;
}

export interface WriteResult {
  /** The folder of the project, with a link to it followed. */
  readonly dir: string;
  readonly changes: readonly FileChange[];
  /**
   * Takes everything back, for a run that is cancelled in a later step: a new project's folder goes; in a folder that
   * was there, what was made goes and what was replaced comes back.
   *
   * @param made names at the top of the project that later steps may have made (`node_modules`, `dist`, `.git`); those
   * that were there before stay
   */
  undo(made?: readonly string[]): void;
}

/**
 * Writes a project: all of it or nothing.
 *
 * A new project is written beside its place and renamed into it. Into a folder that is there, files are written one by
 * one, and taken back if one fails. What we did not make is never deleted.
 *
 * @param target absolute path of the project; folders above it are made too
 * @param files the plan's files and any others
 * @throws CliError `target-not-empty` (conflict); what `inspectTarget` throws (usage); `not-writable`, `disk-full`,
 * `write-failed` (failed); `cancelled` when the signal is aborted before the last step
 */
export async function writeProject(
  target: string,
  files: readonly PlannedFile[],
  { onConflict, signal }: WriteOptions,
): Promise<WriteResult> {
  if (signal.aborted) throw cancelled();
  const changes = previewFiles(target, files, onConflict);
  if (hasConflict(changes)) throw conflictOf(target, changes, onConflict);
  const place = inspectTarget(target);
  const undo =
    place.state === 'missing'
      ? await writeNewFolder(place, files, signal)
      : await writeInto(place, files, changes, signal);
  return { dir: place.path, changes, undo };
}

/** Programs that are being stopped may still write for a moment. */
const RETRY = { recursive: true, force: true, maxRetries: 5, retryDelay: 100 } as const;

type Missing = Extract<Target, { state: 'missing' }>;
type Folder = Extract<Target, { state: 'folder' }>;

async function writeNewFolder(
  { path: target, missingParents }: Missing,
  files: readonly PlannedFile[],
  signal: AbortSignal,
): Promise<WriteResult['undo']> {
  const prefix = `.${basename(target).slice(0, 40)}.mason-new.`;
  const staging = join(dirname(target), `${prefix}${thisMachine()}.${process.pid}.${randomSuffix()}`);
  const parents: string[] = [];
  const remove = (folder: string): void => {
    rmSync(folder, RETRY);
    for (const parent of parents.reverse()) removeIfEmpty(parent);
  };
  try {
    for (const parent of missingParents) {
      mkdirSync(parent);
      parents.push(parent);
    }
    sweep(dirname(target), prefix);
    mkdirSync(staging);
    writeAll(staging, files);
    await stopIfAborted(signal);
    await moveFolder(staging, target);
  } catch (error) {
    remove(staging);
    throw explain(error, target);
  }
  return () => remove(target);
}

/** Longer than any writing takes: for runs of other machines, and for process ids that were given out again. */
const STALE_MS = 3_600_000;

/** Removes what runs that were killed have left beside the target. Their names tell whose they are. */
function sweep(folder: string, prefix: string): void {
  for (const name of readdirSync(folder)) {
    const [, machine, pid] = /^([0-9a-f]{8})\.(\d+)\.mason-[0-9a-z]+$/.exec(name.slice(prefix.length)) ?? [];
    const path = join(folder, name);
    const entry = name.startsWith(prefix) && pid !== undefined ? lstatSync(path, { throwIfNoEntry: false }) : undefined;
    if (entry?.isDirectory() !== true) continue;
    const isOver = machine === thisMachine() && !isRunning(Number(pid));
    if (!isOver && Date.now() - entry.mtimeMs < STALE_MS) continue;
    try {
      rmSync(path, RETRY);
    } catch {
      // It is in nobody's way.
    }
  }
}

function writeAll(root: string, files: readonly PlannedFile[]): void {
  const folders = new Set<string>();
  for (const file of files) {
    for (const folder of foldersOf(root, file.path)) {
      if (!folders.has(folder)) mkdirSync(folder);
      folders.add(folder);
    }
    writeNew(join(root, file.path), file);
  }
}

async function writeInto(
  { path: root, entries }: Folder,
  files: readonly PlannedFile[],
  changes: readonly FileChange[],
  signal: AbortSignal,
): Promise<WriteResult['undo']> {
  const journal = new Journal(randomSuffix());
  const actions = new Map(changes.map(({ path, action }) => [path, action]));
  let path = root;
  try {
    for (const file of files) {
      path = join(root, file.path);
      const action = actions.get(file.path);
      if (action === 'overwrite') journal.replace(path, file);
      if (action !== 'create') continue;
      for (const folder of foldersOf(root, file.path)) if (!exists(folder)) journal.makeFolder(folder);
      journal.create(path, file);
    }
    await stopIfAborted(signal);
  } catch (error) {
    throw withLost(raced(error, path) ?? explain(error, path), journal.rollBack());
  }
  const takeBack = journal.commit();
  return (made = []) => {
    // First, so that folders of ours in which later steps worked are empty again.
    for (const name of made) if (!entries.includes(name)) rmSync(join(root, name), RETRY);
    takeBack();
  };
}

export const exists = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

/** Somebody made the file after we looked. */
const raced = (error: unknown, path: string): CliError | undefined =>
  codeOf(error) === 'EEXIST' ? notEmpty(`${path} has just been made by another program.`, 'skip') : undefined;

/** A file that could not be put back is the one thing that a person must hear about first. */
export function withLost(error: CliError, lost: readonly Lost[]): CliError {
  if (lost.length === 0) return error;
  const lines = lost.map(({ path, at }) => `${path} could not be put back; your file is ${at}`);
  const hint = [...lines, ...(error.hint === undefined ? [] : [error.hint])].join('\n');
  return new CliError(error.code, error.exit, error.message, { hint, cause: error });
}

/** The folders between the root and a file, outermost first. */
export function foldersOf(root: string, path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, depth) => join(root, ...parts.slice(0, depth + 1)));
}

/** Lets a signal that arrived during the writes, all synchronous, be heard. */
export async function stopIfAborted(signal: AbortSignal): Promise<void> {
  await setImmediate();
  if (signal.aborted) throw cancelled();
}

async function moveFolder(from: string, to: string): Promise<void> {
  try {
    renameSync(from, to);
  } catch (error) {
    const code = codeOf(error) ?? '';
    if (['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(code)) {
      throw notEmpty(`${to} has just been made by another program.`, 'skip');
    }
    // Virus scanners on Windows hold fresh files for moments, and some container file systems cannot rename folders:
    // fs-extra tries again, then copies.
    if (!['EPERM', 'EACCES', 'EBUSY', 'EXDEV'].includes(code)) throw error;
    await moveStubbornly(from, to);
  }
}

async function moveStubbornly(from: string, to: string): Promise<void> {
  const { move, pathExists, remove } = (await import('fs-extra')).default;
  if (await pathExists(to)) throw notEmpty(`${to} has just been made by another program.`, 'skip');
  try {
    await move(from, to);
  } catch (error) {
    // What is there now is a copy that was not finished.
    await remove(to);
    throw error;
  }
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Somebody else uses it by now.
  }
}

export const randomSuffix = (): string => `mason-${Math.random().toString(36).slice(2, 10)}`;
