import { lstatSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { type CliError, usageError } from '../base/errors.ts';
import { codeOf, explain } from '../base/fs-errors.ts';

/** What stands at the place where a project is to be. */
export type Target =
  | {
      readonly state: 'missing';
      readonly path: string;
      /** Folders above it that do not exist either, outermost first. */
      readonly missingParents: readonly string[];
    }
  | {
      readonly state: 'folder';
      /** With a link to the folder followed. */
      readonly path: string;
      /** The names in it, sorted. */
      readonly entries: readonly string[];
    };

/**
 * Looks at the place where a project is to be; changes nothing.
 *
 * @param path absolute
 * @throws CliError (usage) when a folder cannot be there: `target-is-file`, `path-through-file`, `dangling-link`
 */
export function inspectTarget(path: string): Target {
  try {
    const real = followLink(path);
    if (real !== undefined) return { state: 'folder', path: real, entries: readdirSync(real).sort() };
    const missingParents: string[] = [];
    for (let parent = dirname(path); parent !== dirname(parent); parent = dirname(parent)) {
      if (followLink(parent) !== undefined) break;
      missingParents.unshift(parent);
    }
    return { state: 'missing', path, missingParents };
  } catch (error) {
    throw codeOf(error) === 'ENOTDIR' ? throughFile(path) : explain(error, path);
  }
}

/** The real path of a folder, or `undefined` where there is nothing. */
function followLink(path: string): string | undefined {
  const entry = lstatSync(path, { throwIfNoEntry: false });
  if (entry === undefined) return undefined;
  if (!entry.isSymbolicLink()) {
    if (entry.isDirectory()) return path;
    throw notAFolder(path);
  }
  const end = statAtEnd(path);
  if (end === undefined) {
    throw usageError('dangling-link', `${path} is a link to something that does not exist.`, {
      hint: 'Remove the link, or choose another folder.',
    });
  }
  if (!end.isDirectory()) throw notAFolder(path);
  return realpathSync(path);
}

function statAtEnd(path: string) {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    // A link that leads to itself ends nowhere too.
    if (codeOf(error) === 'ELOOP') return undefined;
    throw error;
  }
}

const notAFolder = (path: string): CliError =>
  usageError('target-is-file', `${path} is a file, not a folder.`, { hint: 'Choose another folder.' });

function throughFile(path: string): CliError {
  let file = path;
  while (file !== dirname(file) && !isFile(file)) file = dirname(file);
  return usageError('path-through-file', `${path} cannot be made: ${file} is a file, not a folder.`, {
    hint: 'Choose another folder.',
  });
}

function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  } catch {
    return false;
  }
}
