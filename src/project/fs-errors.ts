import { CliError, failure, messageOf, usageError } from '../errors.ts';

/** The `code` of a system error: `ENOENT`. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

interface Explanation {
  readonly code: string;
  readonly says: (path: string) => string;
  readonly hint: string;
}

const notWritable: Explanation = {
  code: 'not-writable',
  says: (path) => `${path} cannot be written: permission denied.`,
  hint: 'Choose a folder that you may write to.',
};
const diskFull: Explanation = {
  code: 'disk-full',
  says: (path) => `${path} cannot be written: no space is left on the disk.`,
  hint: 'Free some space, or choose a folder on another disk.',
};

const EXPLANATIONS: Readonly<Record<string, Explanation>> = {
  EACCES: notWritable,
  EPERM: notWritable,
  EROFS: { ...notWritable, says: (path) => `${path} cannot be written: the file system is read-only.` },
  ENOSPC: diskFull,
  EDQUOT: { ...diskFull, says: (path) => `${path} cannot be written: your disk quota is used up.` },
  EFBIG: {
    code: 'disk-full',
    says: (path) => `${path} cannot be written: it is over the limit of this shell on file sizes.`,
    hint: 'Raise the limit (ulimit -f), or use another shell.',
  },
};

/**
 * Turns what the file system threw into an error for people; a `CliError` stays as it is.
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
  const known = EXPLANATIONS[code];
  if (known !== undefined) return failure(known.code, known.says(path), { hint: known.hint, cause: error });
  return failure('write-failed', `${path} cannot be written: ${messageOf(error)}`, {
    hint: 'Choose another folder.',
    cause: error,
  });
}
