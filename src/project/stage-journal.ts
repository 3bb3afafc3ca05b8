import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, lstatSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type CliError, failure, messageOf } from '../base/errors.ts';
import { isInside, readRegular } from '../base/inside.ts';
import { isObject } from '../base/json.ts';

/** The folder of a project in which a change lies until it is made. */
export const STAGE = '.mason-update';

/** Files of the stage: who makes the change, what it is, and, once it counts, that it does or that it is taken back. */
export const OWNER = 'owner';
/** @internal exported for tests */
export const JOURNAL = 'journal.json';
export const COMMITTED = 'committed';
export const TAKING_BACK = 'taking-back';

const MOST_BYTES = 4 * 1024 * 1024;

/** One file that changes. Its new bytes are in `new-<number>`, those that were there in `old-<number>`. */
export interface Step {
  readonly path: string;
  readonly action: 'write' | 'delete';
  /** SHA-256 of what was there; null where there was nothing. */
  readonly was: string | null;
}

/** A conflict as git's index has it: the blobs of stages 1, 2 and 3. */
export interface Unmerged {
  readonly path: string;
  readonly mode: string;
  readonly stages: readonly (string | null)[];
}

/** All of a change. */
export interface Journal {
  readonly steps: readonly Step[];
  /** Folders that it makes, outermost first. */
  readonly folders: readonly string[];
  readonly unmerged: readonly Unmerged[];
}

export const sha256 = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');

/** Writes a new file, and waits until it is on the disk. */
export function writeSynced(path: string, bytes: Buffer | string, mode = 0o644): void {
  const file = openSync(path, 'wx', mode);
  try {
    writeAll(file, Buffer.from(bytes as string));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** One call may write less than all, on a disk that is nearly full. */
function writeAll(file: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}

/** Names are only safe from a power cut when their folder is on the disk, too. Windows cannot do that. */
export function syncFolder(path: string): void {
  try {
    const folder = openSync(path, 'r');
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  } catch {
    // Not every system can.
  }
}

/** Makes a mark in the stage, from which on it counts. */
export function mark(stage: string, name: string): void {
  writeSynced(join(stage, name), '');
  syncFolder(stage);
}

export const isMarked = (stage: string, name: string): boolean =>
  lstatSync(join(stage, name), { throwIfNoEntry: false }) !== undefined;

export const writeJournal = (stage: string, journal: Journal): void => {
  writeSynced(join(stage, JOURNAL), JSON.stringify(journal));
};

export const writeIgnore = (stage: string): void => writeFileSync(join(stage, '.gitignore'), '*\n', { flag: 'wx' });

/**
 * Reads the journal of a stage that was left behind. It may be a stranger's who has put it into his repository: it can name
 * nothing but files of the project.
 *
 * @throws CliError (failed) `bad-stage`
 */
export function readJournal(stage: string): Journal {
  try {
    const bytes = readRegular(join(stage, JOURNAL), MOST_BYTES);
    if (bytes === undefined) throw new Error('it is gone.');
    return checked(JSON.parse(bytes.toString('utf8')));
  } catch (error) {
    throw failure('bad-stage', `${join(stage, JOURNAL)} cannot be read: ${messageOf(error)}`, {
      hint: `Compare the project with its last commit, then delete ${stage}.`,
      cause: error,
    });
  }
}

function checked(value: unknown): Journal {
  const { steps, folders, unmerged } = isObject(value) ? value : {};
  const isText = (one: unknown): one is string => typeof one === 'string';
  const isPath = (one: unknown): boolean => isText(one) && isInside(one) && !one.startsWith(`${STAGE}/`);
  const isStep = (one: unknown): boolean =>
    isObject(one) &&
    isPath(one.path) &&
    ['write', 'delete'].includes(String(one.action)) &&
    (one.was === null || isText(one.was));
  const isBlob = (one: unknown): boolean => one === null || (isText(one) && /^[0-9a-f]{40,64}$/.test(one));
  const isUnmerged = (one: unknown): boolean =>
    isObject(one) &&
    isPath(one.path) &&
    /^100(644|755)$/.test(String(one.mode)) &&
    Array.isArray(one.stages) &&
    one.stages.length === 3 &&
    one.stages.every(isBlob);
  const isList = (list: unknown, fits: (one: unknown) => boolean): boolean => Array.isArray(list) && list.every(fits);
  if (isList(steps, isStep) && isList(folders, isPath) && isList(unmerged, isUnmerged)) {
    return value as unknown as Journal;
  }
  throw new Error('it names something else than files of the project.');
}

/** The stage is the lock, too. */
export const beingChanged = (root: string): CliError =>
  failure('being-changed', `Another create-mcp-mason is changing ${root}.`, {
    hint: `Wait for it to end. If none is running, delete ${join(root, STAGE)} after a look into it.`,
  });
