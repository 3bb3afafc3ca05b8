import {
  accessSync,
  constants,
  copyFileSync,
  linkSync,
  lstatSync,
  mkdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  unlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { cancelled, conflictError, failure } from '../base/errors.ts';
import { makeFolders } from '../base/folders.ts';
import { codeOf, explain } from '../base/fs-errors.ts';
import { freeName, lookInside, readRegular } from '../base/inside.ts';
import { isRunning } from '../base/processes.ts';
import {
  beingChanged,
  COMMITTED,
  isMarked,
  type Journal,
  mark,
  OWNER,
  readJournal,
  STAGE,
  type Step,
  sha256,
  syncFolder,
  TAKING_BACK,
  type Unmerged,
  writeIgnore,
  writeJournal,
  writeSynced,
} from './stage-journal.ts';

/** A file of a project that is to change. */
export interface Edit {
  /** Relative to the project, with `/`. */
  readonly path: string;
  /** What is there now, as it was read; undefined: nothing. */
  readonly was: Buffer | undefined;
  /** What is to be there; undefined: nothing. */
  readonly text: string | undefined;
  /** Of a file that is not there yet. */
  readonly mode?: number | undefined;
}

export interface StageOptions {
  readonly signal: AbortSignal;
  /** Conflicts for git's index, and who tells it. */
  readonly unmerged?: readonly Unmerged[];
  readonly tellGit?: (unmerged: readonly Unmerged[]) => Promise<void>;
}

/** Far above any file that we generate, or merge. */
const MOST_BYTES = 16 * 1024 * 1024;

/**
 * Changes files of a project: all of them or none, whenever it is ended, be it by `kill -9`.
 *
 * What is to come is first put into a folder of the project, with second names of all that it replaces; then there are only
 * renames, which do not wait for anything. Whatever is left of a change by then is completed by `recover`.
 *
 * @param edits the last one is made last
 * @throws CliError `being-changed` (failed) when another run is at it; `changed-meanwhile` (conflict); `not-writable`,
 * `disk-full`, `write-failed` (failed); `cancelled`. In each case the project is as it was.
 */
export async function applyEdits(root: string, edits: readonly Edit[], options: StageOptions): Promise<void> {
  const stage = join(root, STAGE);
  const { signal, unmerged = [], tellGit } = options;
  let path = root;
  openStage(root, stage);
  try {
    const folders = foldersFor(root, edits);
    const steps = edits.map((edit, index) => {
      path = join(root, edit.path);
      refuseReadOnly(root, edit.path);
      prepare(stage, index, edit, path);
      return stepOf(edit);
    });
    path = root;
    writeJournal(stage, { steps, folders, unmerged });
    syncFolder(stage);
    for (const [index, { path: name }] of steps.entries()) verify(root, steps[index] as Step, join(root, name));
    // Lets a signal that arrived during all this, which is synchronous, be heard.
    await setImmediate();
    if (signal.aborted) throw cancelled();
    const journal = { steps, folders, unmerged };
    mark(stage, COMMITTED);
    carryOut(root, stage, journal);
  } catch (error) {
    throw explain(error, path);
  } finally {
    // With a mark, something could not be put back: it stays, for the next run to try.
    if (!isMarked(stage, COMMITTED) && !isMarked(stage, TAKING_BACK)) rmSync(stage, GONE);
  }
  if (unmerged.length > 0) await tellGit?.(unmerged);
  clear(stage);
}

const GONE = { recursive: true, force: true, maxRetries: 3 } as const;

/** The folder is the lock, too: of two runs one can make it. */
function openStage(root: string, stage: string): void {
  try {
    mkdirSync(stage);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') throw beingChanged(root);
    throw explain(error, root);
  }
  try {
    writeIgnore(stage);
    writeSynced(join(stage, OWNER), String(process.pid));
  } catch (error) {
    rmSync(stage, GONE);
    throw explain(error, root);
  }
}

const stepOf = ({ path, was, text }: Edit): Step => ({
  path,
  action: text === undefined ? 'delete' : 'write',
  was: was === undefined ? null : sha256(was),
});

function prepare(stage: string, index: number, { was, text, mode }: Edit, path: string): void {
  if (was !== undefined) keep(path, join(stage, `old-${index}`));
  if (text === undefined) return;
  const as = was === undefined ? (mode ?? 0o644) : statSync(path).mode & 0o777;
  writeSynced(join(stage, `new-${index}`), text, as);
}

/** A second name costs nothing and keeps owner, times and attributes; not every file system has it. */
function keep(path: string, backup: string): void {
  try {
    linkSync(path, backup);
  } catch {
    copyFileSync(path, backup);
  }
}

/** Folders that are not there yet, outermost first. */
function foldersFor(root: string, edits: readonly Edit[]): string[] {
  const all = edits.filter(({ text }) => text !== undefined).flatMap(({ path }) => parentsOf(path));
  return [...new Set(all)].filter((folder) => lstatSync(join(root, folder), { throwIfNoEntry: false }) === undefined);
}

function parentsOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, depth) => parts.slice(0, depth + 1).join('/'));
}

/** A rename would replace a read-only file all the same, and root may write anywhere: it is asked what was meant. */
function refuseReadOnly(root: string, path: string): void {
  for (const name of [...parentsOf(path), path]) {
    const entry = statSync(join(root, name), { throwIfNoEntry: false });
    if (entry === undefined) return;
    if ((entry.mode & 0o222) === 0) {
      throw failure('not-writable', `${join(root, name)} is read-only. Nothing was changed.`, {
        hint: 'Make it writable, and run the command again.',
      });
    }
    if (entry.isDirectory()) accessSync(join(root, name), constants.W_OK);
  }
}

/** Whether there is still what a step believes to be there. */
function isAsItWas(root: string, { path, was }: Step): boolean {
  const found = lookInside(root, path);
  if (found === 'missing') return was === null;
  if (found === 'blocked' || was === null) return false;
  return sha256(readRegular(join(root, path), MOST_BYTES) ?? '') === was;
}

function verify(root: string, step: Step, path: string): void {
  if (isAsItWas(root, step)) return;
  throw conflictError('changed-meanwhile', `${path} has just been changed by another program. Nothing was changed.`, {
    hint: 'Run the command again.',
  });
}

/** From here on it is only names that change. */
function carryOut(root: string, stage: string, journal: Journal): void {
  let path = root;
  try {
    for (const [index, step] of journal.steps.entries()) {
      path = join(root, step.path);
      take(root, stage, step, index);
    }
  } catch (error) {
    renameSync(join(stage, COMMITTED), join(stage, TAKING_BACK));
    takeBack(root, stage, journal);
    clear(stage);
    throw explain(error, path);
  }
}

function take(root: string, stage: string, step: Step, index: number): void {
  const path = join(root, step.path);
  if (step.action === 'delete') {
    unlinkSync(path);
    removeEmptyParents(root, step);
    return;
  }
  makeFolders(dirname(path));
  renameSync(join(stage, `new-${index}`), path);
}

function removeEmptyParents(root: string, { path }: Step): void {
  for (const folder of parentsOf(path).reverse()) removeIfEmpty(join(root, folder));
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Something else is in it.
  }
}

/** Puts back what was there. It can be done again at any time. */
function takeBack(root: string, stage: string, { steps, folders }: Journal): void {
  for (const [index, step] of steps.entries()) {
    const path = join(root, step.path);
    const isNew = lstatSync(join(stage, `new-${index}`), { throwIfNoEntry: false }) === undefined;
    if (step.was === null) {
      if (isNew && step.action === 'write') rmSync(path, { force: true });
      continue;
    }
    if (isAsItWas(root, step)) continue;
    makeFolders(dirname(path));
    renameSync(join(stage, `old-${index}`), path);
  }
  for (const folder of [...folders].reverse()) removeIfEmpty(join(root, folder));
}

/** What became of a change that was interrupted. */
export interface Recovered {
  /** One line for people. */
  readonly line: string;
  readonly unmerged: readonly Unmerged[];
}

/**
 * Completes or takes back what an interrupted `applyEdits` has left in a project. What somebody has changed since stays; what
 * was to be there is then put beside it.
 *
 * @returns undefined where nothing is left
 * @throws CliError `being-changed` when its run is still at it, `bad-stage`; what the file system refuses, explained
 */
export function recover(root: string): Recovered | undefined {
  const stage = join(root, STAGE);
  // What is no folder has no project, and whoever asks for one says so.
  if (statSync(root, { throwIfNoEntry: false })?.isDirectory() !== true) return undefined;
  const entry = lstatSync(stage, { throwIfNoEntry: false });
  if (entry === undefined || !entry.isDirectory()) return undefined;
  const owner = Number(readRegular(join(stage, OWNER), 20)?.toString() ?? 0);
  if (owner !== process.pid && isRunning(owner)) throw beingChanged(root);
  try {
    if (isMarked(stage, TAKING_BACK)) return backAgain(root, stage);
    if (isMarked(stage, COMMITTED)) return onwards(root, stage);
    clear(stage);
    return { line: 'What an interrupted change of this project had left behind was removed.', unmerged: [] };
  } catch (error) {
    throw explain(error, root);
  }
}

function backAgain(root: string, stage: string): Recovered {
  takeBack(root, stage, readJournal(stage));
  clear(stage);
  return { line: 'A change of this project was interrupted; it has been taken back.', unmerged: [] };
}

function onwards(root: string, stage: string): Recovered {
  const { steps, unmerged } = readJournal(stage);
  const beside: string[] = [];
  for (const [index, step] of steps.entries()) {
    const fresh = join(stage, `new-${index}`);
    const isOpen = step.action === 'delete' || lookInside(stage, `new-${index}`) === 'file';
    const found = lookInside(root, step.path);
    if (!isOpen || found === 'blocked') continue;
    if (isAsItWas(root, step)) take(root, stage, step, index);
    else if (step.action === 'delete' && found === 'missing') removeEmptyParents(root, step);
    else if (step.action === 'write') {
      const name = freeName(root, step.path);
      renameSync(fresh, join(root, name));
      beside.push(name);
    }
  }
  const more = beside.length === 0 ? '' : ` Changed since, so put beside: ${beside.join(', ')}.`;
  return { line: `A change of this project was interrupted; it has been completed.${more}`, unmerged };
}

/** Removes the stage after everything in it was done. */
export const endRecovery = (root: string): void => clear(join(root, STAGE));

/** The marks go first: a stage that is half gone must not count. */
function clear(stage: string): void {
  for (const name of [COMMITTED, TAKING_BACK]) rmSync(join(stage, name), { force: true });
  rmSync(stage, GONE);
}
