import { join } from 'node:path';
import { hashOf } from '../base/hash.ts';
import { lookInside, readRegular, textIn, Unreadable } from '../base/inside.ts';
import type { PlannedFile } from '../base/plan.ts';
import { firstOf } from '../base/text.ts';
import { type Merged, mergeFile } from '../merge/merge.ts';
import { type ProjectRecord, RECORD_FILE } from '../plan/record.ts';
import type { Bases } from './change-base.ts';

/** Far above any file that we generate. */
const MOST_BYTES = 16 * 1024 * 1024;

/** What is at the path of a generated file. `odd`: no text, a link, a folder, or behind a link. */
type Ours =
  | { readonly is: 'missing' }
  | { readonly is: 'text'; readonly bytes: Buffer; readonly text: string }
  | { readonly is: 'odd'; readonly why: string };

/** A file that was generated, is planned now, or both. */
export interface FileState {
  readonly path: string;
  /** The hash of what was generated here. */
  readonly recorded: string | undefined;
  readonly ours: Ours;
  readonly theirs: PlannedFile | undefined;
}

/** What is to become of a file. */
export interface Fate extends Merged {
  readonly state: FileState;
  /** For people, where it is not plain. */
  readonly note?: string;
}

/** Looks at every file that the record names or that is planned; the record itself is not among them. */
export function readStates(dir: string, record: ProjectRecord, planned: readonly PlannedFile[]): FileState[] {
  const theirs = new Map(planned.filter(({ path }) => path !== RECORD_FILE).map((file) => [file.path, file]));
  const paths = [...new Set([...Object.keys(record.files), ...theirs.keys()])].sort();
  return paths.map((path) => ({
    path,
    recorded: Object.hasOwn(record.files, path) ? record.files[path] : undefined,
    ours: readOurs(dir, path),
    theirs: theirs.get(path),
  }));
}

function readOurs(dir: string, path: string): Ours {
  const found = lookInside(dir, path);
  if (found === 'missing') return { is: 'missing' };
  if (found === 'blocked') return { is: 'odd', why: 'it is a link or a folder, or lies behind one' };
  try {
    const bytes = readRegular(join(dir, path), MOST_BYTES);
    if (bytes === undefined) return { is: 'missing' };
    const text = textIn(bytes);
    return text === undefined ? { is: 'odd', why: 'it is not UTF-8' } : { is: 'text', bytes, text };
  } catch (error) {
    if (error instanceof Unreadable) return { is: 'odd', why: error.message.replace(/\.$/, '') };
    throw error;
  }
}

/** A file as it was generated, but for line ends that git may have changed: its own base. */
function ownBase({ ours, recorded }: FileState): string | undefined {
  if (ours.is !== 'text' || recorded === undefined) return undefined;
  return [ours.text, ours.text.replaceAll('\r\n', '\n')].find((text) => hashOf(text) === recorded);
}

/** Whether a base has to be found for a file: it was generated once, is another one now, and would change to a third. */
export const needsBase = (state: FileState): boolean =>
  state.recorded !== undefined &&
  state.theirs !== undefined &&
  state.ours.is === 'text' &&
  hashOf(state.theirs.text) !== state.recorded &&
  state.theirs.text !== state.ours.text &&
  ownBase(state) === undefined;

/** Decides what becomes of each file. */
export function decide(states: readonly FileState[], bases: Bases, labels: Parameters<typeof mergeFile>[1]): Fate[] {
  return states.map((state) => decideOne(state, bases, labels));
}

function decideOne(state: FileState, bases: Bases, labels: Parameters<typeof mergeFile>[1]): Fate {
  const { path, recorded, ours, theirs } = state;
  const keep = (note?: string): Fate => ({ path, state, action: 'keep', conflicts: 0, ...(note && { note }) });
  // What is generated now is what was generated then: whatever the user made of it is right.
  const isSame = theirs !== undefined && recorded === hashOf(theirs.text);
  if (isSame) return keep();
  if (ours.is === 'missing') {
    if (theirs === undefined) return keep();
    if (recorded !== undefined) return keep('You have deleted it; it stays deleted.');
    return { path, state, action: 'create', conflicts: 0, text: theirs.text };
  }
  if (ours.is === 'odd') {
    if (theirs === undefined) return keep(`No longer generated, and left alone: ${ours.why}.`);
    return { ...keep(`Left alone: ${ours.why}.`), action: 'conflict', conflicts: 1, theirs: theirs.text };
  }
  const base = ownBase(state) ?? bases.get(path);
  if (theirs === undefined) {
    if (base === undefined || ownBase(state) === undefined)
      return keep('No longer generated; you have edited it, so it stays.');
    return { path, state, action: 'delete', conflicts: 0 };
  }
  if (base !== undefined && base !== ours.text && base === ownBase(state)) {
    // Unedited, in a clone with line ends of its own.
    return { path, state, action: 'replace', conflicts: 0, text: theirs.text.replaceAll('\n', '\r\n') };
  }
  const merged = mergeFile({ path, base, ours: ours.text, theirs: theirs.text }, labels);
  return { ...merged, state, ...noteOf(merged, state, base) };
}

function noteOf({ action, kept }: Merged, { recorded }: FileState, base: string | undefined): { note?: string } {
  if (kept !== undefined) {
    return { note: `Yours stays, though this version changes it as well: ${firstOf(kept, 5).join(', ')}.` };
  }
  if (action !== 'conflict' || base !== undefined) return {};
  return {
    note:
      recorded === undefined
        ? 'You have a file of your own here.'
        : 'It is not known how it was generated, so all of it is in question.',
  };
}
