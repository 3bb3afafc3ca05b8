import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { conflictError } from '../base/errors.ts';
import { codeOf, explain } from '../base/fs-errors.ts';
import type { PlannedFile } from '../base/plan.ts';
import { Journal } from './journal.ts';
import { exists, foldersOf, randomSuffix, stopIfAborted, withLost } from './write.ts';

/** A new file, or a new text for one whose text is known. */
export interface Change {
  readonly path: string;
  readonly text: string;
  /** What stands there; undefined for a file that must not be there yet. */
  readonly before?: string | undefined;
}

/**
 * Makes and changes files of a project: all of them or none, and only where they still are as they were when they were
 * looked at.
 *
 * @param root absolute path of the project
 * @throws CliError `changed-meanwhile` (conflict); `not-writable`, `disk-full`, `write-failed` (failed); `cancelled`
 */
export async function applyChanges(root: string, changes: readonly Change[], signal: AbortSignal): Promise<void> {
  const journal = new Journal(randomSuffix());
  let path = root;
  try {
    for (const change of changes) {
      path = join(root, change.path);
      if (change.before === undefined) {
        for (const folder of foldersOf(root, change.path)) if (!exists(folder)) journal.makeFolder(folder);
        journal.create(path, change);
      } else {
        if (readFileSync(path, 'utf8') !== change.before) throw changedMeanwhile(path);
        journal.replace(path, fileOf(path, change));
      }
    }
    await stopIfAborted(signal);
  } catch (error) {
    const reason = codeOf(error) === 'EEXIST' ? changedMeanwhile(path) : explain(error, path);
    throw withLost(reason, journal.rollBack());
  }
  journal.commit();
}

/** With the permissions that it has. */
const fileOf = (path: string, { text }: Change): PlannedFile => ({ path, text, mode: lstatSync(path).mode & 0o777 });

const changedMeanwhile = (path: string) =>
  conflictError('changed-meanwhile', `${path} has just been changed by another program.`, {
    hint: 'Nothing was written. Run the command again.',
  });
