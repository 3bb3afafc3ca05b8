import { lstatSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, join, sep } from 'node:path';
import type { RunAnswers } from '../base/answers.ts';
import { type CliError, conflictError } from '../base/errors.ts';
import { codeOf, explain } from '../base/fs-errors.ts';
import type { PlannedFile } from '../base/plan.ts';
import { inspectTarget, type Target } from './target.ts';

export type OnConflict = RunAnswers['onConflict'];

/** What writing does, or would do, to one path. */
export interface FileChange {
  /** Relative to the project, with `/`. */
  readonly path: string;
  /** `skip`: stays as it is, because of `--on-conflict skip` or because it would not change. */
  readonly action: 'create' | 'overwrite' | 'skip' | 'conflict';
  /** The size of what would be written, or of what is in the way. */
  readonly bytes: number;
}

/**
 * Says what `writeProject` would do with the same arguments; changes nothing. A `conflict` means that it would refuse:
 * besides planned files these can be other entries of the folder, which `error` does not want to mix with.
 *
 * @param target absolute path of the project
 * @throws CliError (usage) when no folder can be at `target`
 */
export function previewFiles(target: string, files: readonly PlannedFile[], onConflict: OnConflict): FileChange[] {
  for (const { path } of files) checkPath(path);
  const place = inspectTarget(target);
  if (place.state === 'missing') return files.map((file) => change(file, 'create'));
  const { path: root, entries } = place;
  try {
    const isLicensed = onConflict === 'error' && entries.some((name) => LICENCE.test(name));
    const changes = files.map((file) => {
      // The owner has chosen one already, in whatever file.
      if (isLicensed && LICENCE.test(file.path)) return change(file, 'skip');
      return change(file, actionFor(stateOf(root, file), onConflict));
    });
    return onConflict === 'error' ? [...changes, ...inTheWay(place, entries, changes)] : changes;
  } catch (error) {
    throw explain(error, root);
  }
}

const change = (file: PlannedFile, action: FileChange['action']): FileChange => ({
  path: file.path,
  action,
  bytes: Buffer.byteLength(file.text),
});

/** Plans come from this package's own templates, yet names that people choose are part of some paths. */
function checkPath(path: string): void {
  const bad = path.split('/').some((part) => part === '' || part === '.' || part === '..');
  if (bad || /[\\\0:]/.test(path)) throw new Error(`"${path}" is not a path inside the project.`);
}

/** `same`: there with these bytes. `blocked`: its folder cannot be made, or leads out of the project. */
type State = 'free' | 'same' | 'file' | 'other' | 'blocked';

function stateOf(root: string, file: PlannedFile): State {
  const parts = file.path.split('/');
  for (let depth = 1; depth < parts.length; depth++) {
    const folder = join(root, ...parts.slice(0, depth));
    const entry = lstatSync(folder, { throwIfNoEntry: false });
    if (entry === undefined) return 'free';
    if (entry.isSymbolicLink() ? !leadsInside(root, folder) : !entry.isDirectory()) return 'blocked';
  }
  const path = join(root, file.path);
  const entry = lstatSync(path, { throwIfNoEntry: false });
  if (entry === undefined) return 'free';
  // A link is somebody's decision about another file: it is neither written through nor replaced.
  if (!entry.isFile()) return 'other';
  const isSame = entry.size === Buffer.byteLength(file.text) && readFileSync(path, 'utf8') === file.text;
  return isSame ? 'same' : 'file';
}

function leadsInside(root: string, link: string): boolean {
  try {
    const end = realpathSync(link);
    return end.startsWith(realpathSync(root) + sep) && statSync(end).isDirectory();
  } catch (error) {
    if (['ENOENT', 'ELOOP'].includes(codeOf(error) ?? '')) return false;
    throw error;
  }
}

const ACTIONS: Readonly<Record<OnConflict, Readonly<Record<State, FileChange['action']>>>> = {
  error: { free: 'create', same: 'conflict', file: 'conflict', other: 'conflict', blocked: 'conflict' },
  skip: { free: 'create', same: 'skip', file: 'skip', other: 'skip', blocked: 'conflict' },
  overwrite: { free: 'create', same: 'skip', file: 'overwrite', other: 'conflict', blocked: 'conflict' },
};

const actionFor = (state: State, onConflict: OnConflict): FileChange['action'] => ACTIONS[onConflict][state];

/** What may be in a folder that still counts as empty: version control, a licence, and what file managers leave behind. */
const HARMLESS = /^(\.git|\.hg|\.idea|\.DS_Store|Thumbs\.db|desktop\.ini|LICEN[CS]E(\.md|\.txt)?)$/i;
const LICENCE = /^LICEN[CS]E(\.md|\.txt)?$/i;

function inTheWay(place: Target, entries: readonly string[], changes: readonly FileChange[]): FileChange[] {
  const named = new Set(changes.filter(({ action }) => action === 'conflict').map(({ path }) => path.split('/')[0]));
  return entries
    .filter((name) => !HARMLESS.test(name) && !named.has(name))
    .map((name) => {
      const entry = lstatSync(join(place.path, name), { throwIfNoEntry: false });
      const isFolder = entry?.isDirectory() === true;
      return { path: isFolder ? `${name}/` : name, action: 'conflict', bytes: isFolder ? 0 : (entry?.size ?? 0) };
    });
}

/** Whether `writeProject` would refuse. */
export const hasConflict = (changes: readonly FileChange[]): boolean =>
  changes.some(({ action }) => action === 'conflict');

/** The error for what is in the way. */
export const conflictOf = (target: string, changes: readonly FileChange[], onConflict: OnConflict): CliError =>
  notEmpty(listConflicts(target, changes), onConflict);

/** @param message what is in the way */
export function notEmpty(message: string, onConflict: OnConflict): CliError {
  const hint =
    onConflict === 'error'
      ? 'Choose another folder, or give --on-conflict skip (keep them) or --on-conflict overwrite (replace them).'
      : 'Move them away, or choose another folder.';
  return conflictError('target-not-empty', message, { hint });
}

/** The sentence for what is in the way: at most five names. */
export function listConflicts(target: string, changes: readonly FileChange[]): string {
  const names = changes.filter(({ action }) => action === 'conflict').map(({ path }) => path);
  const shown = names.slice(0, 5).join(', ');
  const more = names.length > 5 ? ` and ${names.length - 5} more` : '';
  return `${basename(target)} is not empty: ${shown}${more} ${names.length === 1 ? 'is' : 'are'} in the way.`;
}
