import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder and those above it that are missing. Node's own `recursive` tries for ever where nothing can be made in a
 * folder that is there, as in /proc.
 *
 * @returns the outermost folder that was made, if one had to be
 */
export function makeFolders(path: string, mode = 0o777): string | undefined {
  if (existsSync(path)) return undefined;
  const outermost = makeFolders(dirname(path), mode);
  try {
    mkdirSync(path, mode);
  } catch (error) {
    // Another process may have been faster.
    if (!existsSync(path)) throw error;
    return outermost;
  }
  return outermost ?? path;
}
