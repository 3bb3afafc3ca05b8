import { CliError, failure, messageOf, usageError } from './errors.ts';

/** The `code` of a system error: `ENOENT`. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** What a system error means, as the end of a sentence. */
interface Meaning {
  /** When a project is written; the hint is mostly to choose another folder. */
  readonly project?: { readonly says: string; readonly code: string; readonly hint: string };
  /** When a client's config is changed, which can only be where it is. */
  readonly config: string;
}

const NOT_WRITABLE = { code: 'not-writable', hint: 'Choose a folder that you may write to.' };
const DISK_FULL = { code: 'disk-full', hint: 'Free some space, or choose a folder on another disk.' };
const DENIED: Meaning = { project: { ...NOT_WRITABLE, says: 'permission denied' }, config: 'access is denied' };

const MEANINGS: Readonly<Record<string, Meaning>> = {
  EACCES: DENIED,
  EPERM: DENIED,
  EROFS: {
    project: { ...NOT_WRITABLE, says: 'the file system is read-only' },
    config: 'the file system is read-only',
  },
  ENOSPC: { project: { ...DISK_FULL, says: 'no space is left on the disk' }, config: 'the disk is full' },
  EDQUOT: { project: { ...DISK_FULL, says: 'your disk quota is used up' }, config: 'the disk quota is used up' },
  EFBIG: {
    project: {
      code: 'disk-full',
      says: 'it is over the limit of this shell on file sizes',
      hint: 'Raise the limit (ulimit -f), or use another shell.',
    },
    config: 'the file would be larger than allowed',
  },
  ENOTDIR: { config: 'a part of the path is a file' },
  EBUSY: { config: 'another program holds the file' },
  ELOOP: { config: 'links lead in a circle' },
  ENAMETOOLONG: { config: 'the path is too long' },
};

/**
 * Turns what the file system threw while a project was written into an error for people; a `CliError` stays as it is.
 *
 * @param path what was being written
 */
export function explain(error: unknown, path: string): CliError {
  if (error instanceof CliError) return error;
  const code = codeOf(error) ?? '';
  if (code === 'ENAMETOOLONG') {
    return usageError('name-too-long', `${path} is too long a name for this file system.`, {
      hint: 'Choose a shorter name.',
      cause: error,
    });
  }
  const known = MEANINGS[code]?.project;
  if (known !== undefined) {
    return failure(known.code, `${path} cannot be written: ${known.says}.`, { hint: known.hint, cause: error });
  }
  return failure('write-failed', `${path} cannot be written: ${messageOf(error)}`, {
    hint: 'Choose another folder.',
    cause: error,
  });
}

/** An error of the file system while a client's config was changed, in words; other errors as they are. */
export function explainIo(error: unknown, path: string): unknown {
  const code = codeOf(error);
  if (error instanceof CliError || code === undefined || !('syscall' in (error as Error))) return error;
  const reason = MEANINGS[code]?.config ?? messageOf(error);
  return failure('config-unwritable', `${path} was not changed: ${reason}.`, { cause: error });
}
