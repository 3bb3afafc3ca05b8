import { closeSync, constants, fstatSync, lstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from './fs-errors.ts';

/** Characters that generated paths are made of. A stranger's record may not name others, be they valid or not. */
const SEGMENT = /^[A-Za-z0-9_@+.,=-](?:[A-Za-z0-9_@+.,= -]*[A-Za-z0-9_@+,=-])?$/;
/** Git's own folder, also as Windows and macOS take it: `.GIT`, `git~1`. */
const GIT = /^(\.git|git~\d+)$/i;
const LONGEST = 500;

/**
 * Whether a path, as a record or a journal names it, is one of a file inside a project: relative, with `/`, without `..`,
 * not in `.git`, of plain characters.
 */
export function isInside(path: string): boolean {
  const parts = path.split('/');
  return (
    path.length <= LONGEST && parts.every((part) => SEGMENT.test(part) && !/^\.{1,2}$/.test(part) && !GIT.test(part))
  );
}

/** What stands at a path inside a folder, where no link leads on the way: `blocked` otherwise. */
export type Found = 'missing' | 'file' | 'blocked';

/** Looks at a path inside `root` without following any link below it. */
export function lookInside(root: string, path: string): Found {
  const parts = path.split('/');
  for (let depth = 1; depth <= parts.length; depth++) {
    const entry = lstatSync(join(root, ...parts.slice(0, depth)), { throwIfNoEntry: false });
    if (entry === undefined) return 'missing';
    const isRight = depth === parts.length ? entry.isFile() : entry.isDirectory();
    if (!isRight) return 'blocked';
  }
  return 'file';
}

/** Something that is no regular file, or has more bytes than it may. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
  constructor(
    message: string,
    /** It is a file, and has more bytes than it may. */
    readonly isTooLarge = false,
  ) {
    super(message);
  }
}

/**
 * Reads a file that a stranger may have put there: only a regular one, not through a link, and up to a limit.
 *
 * @returns undefined when there is none
 * @throws {Unreadable} for a link, a pipe, a device, a folder, or too many bytes; what the file system throws
 */
export function readRegular(path: string, most: number): Buffer | undefined {
  let file: number;
  try {
    // A pipe would wait for somebody to write; Windows has neither flag.
    file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    const code = codeOf(error) ?? '';
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    if (['ELOOP', 'ENXIO', 'EMLINK'].includes(code)) throw new Unreadable('it is a link or a device, not a file.');
    throw error;
  }
  try {
    const entry = fstatSync(file);
    if (!entry.isFile() || lstatSync(path).isSymbolicLink()) throw new Unreadable('it is not a regular file.');
    if (entry.size > most) throw new Unreadable(`it has ${entry.size} bytes, and ${most} are the limit.`, true);
    return readAll(file, most);
  } finally {
    closeSync(file);
  }
}

/** A file may grow while it is read. */
function readAll(file: number, most: number): Buffer {
  const chunks: Buffer[] = [];
  for (let size = 0; ; ) {
    const chunk = Buffer.alloc(64 * 1024);
    const count = readSync(file, chunk, 0, chunk.length, null);
    if (count === 0) return Buffer.concat(chunks);
    size += count;
    if (size > most) throw new Unreadable(`it has more than ${most} bytes.`, true);
    chunks.push(chunk.subarray(0, count));
  }
}

/** A text of valid UTF-8; undefined for other bytes, which nobody could write back unchanged. */
export function textIn(bytes: Buffer): string | undefined {
  const text = bytes.toString('utf8');
  return Buffer.from(text).equals(bytes) ? text : undefined;
}

/** Where what could not be put into its place goes: no file of the user's is replaced by it. */
export function freeName(root: string, path: string): string {
  const taken = (name: string): boolean => lstatSync(join(root, name), { throwIfNoEntry: false }) !== undefined;
  for (let count = 1; ; count++) {
    const name = `${path}.mason-new${count === 1 ? '' : count}`;
    if (!taken(name)) return name;
  }
}
