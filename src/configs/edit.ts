import { unifiedDiff } from '../base/diff.ts';
import type { EditAction } from '../base/entry.ts';
import { maskLines } from '../base/secrets.ts';
import { type Format, lineAndColumn, type Spot, TextError } from './formats/format.ts';
import { decodeUtf8 } from './formats/utf8.ts';
import { hideValues, valuesIn } from './hidden.ts';
import type { UpdateOptions } from './safe/update.ts';
import { deepEqual, entryAt, sameBut } from './values.ts';

/**
 * Edits single entries of config files that belong to other programs. This, `steps.ts`, which changes texts in memory, and
 * `formats/index.ts`, which only prints, are the doors to `configs/`: nothing else in it is imported from outside.
 */

export { hideValues, shapeOnly, valuesIn } from './hidden.ts';
export { deepEqual } from './values.ts';

/** A place in a file, and the value that stands there or is to stand there. */
export interface Part {
  readonly spot: Spot;
  readonly value: unknown;
}

/** What a change makes of a text. */
export interface Draft {
  readonly action: EditAction;
  readonly text: string;
  /** The entry that was changed, as the file has it; null when there is none. */
  readonly entry: unknown;
  /** What must read back from the text: these values at their places, and undefined for what must be gone. */
  readonly parts: readonly Part[];
  /** Places where anything may have happened. */
  readonly free?: readonly Part[];
  /** The file itself goes: nothing is in it but what was made with it. */
  readonly gone?: boolean;
  /** The text is that of the backup again. */
  readonly isUndone?: boolean;
}

export interface Edit extends Pick<Draft, 'action' | 'entry' | 'isUndone'> {
  /** The texts before and after, byte order marks included; undefined: no file. */
  readonly before: string | undefined;
  readonly after: string | undefined;
  /** What the old text holds that is nobody's to see; what the new entry says as well is no secret. */
  readonly hidden: () => readonly string[];
}

/** From the bytes of a file (undefined: no file) and of its backup to the edited text. Pure. */
export type Change = (bytes: Buffer | undefined, backup: Buffer | undefined) => Edit;

/** A config file that cannot be edited safely, and the place that says why; line and column from 1. */
export class UneditableError extends Error {
  override readonly name = 'UneditableError';
  constructor(
    readonly line: number,
    readonly column: number,
    readonly reason: string,
  ) {
    super(reason);
  }
}

/**
 * Makes a change of bytes from one of texts, and checks its work: another parser than the editor's reads both texts, the
 * parts are as they should be, and everything else is as it was.
 *
 * @param blank what stands for a text that is blank
 * @param draft gets the text, and that of the backup if it can be what the file was before
 * @param noMark why the text must not begin with a byte order mark; absent: one stays where it is
 * @returns a change that throws an `UneditableError` for a text that cannot be edited safely
 */
export function changeOf(
  format: Format,
  blank: string,
  draft: (text: string, backup: string | undefined) => Draft,
  noMark?: string,
): Change {
  return (bytes, backup) => {
    const { bom, text } = located(bytes?.toString('latin1') ?? '', () => decodeUtf8(bytes ?? Buffer.alloc(0)));
    if (bom !== '' && noMark !== undefined) {
      throw new UneditableError(
        1,
        1,
        `the file begins with a byte order mark, and ${noMark}; save it as UTF-8 without one`,
      );
    }
    const {
      action,
      entry,
      text: edited,
      gone,
      isUndone = false,
    } = located(text, () => {
      const made = draft(text, textOf(backup, bom));
      if (made.action !== 'unchanged' && !made.gone) verify(format, text.trim() === '' ? text + blank : text, made);
      return made;
    });
    return {
      action,
      entry,
      before: bytes === undefined ? undefined : bom + text,
      after: gone ? undefined : bom + edited,
      isUndone,
      hidden: () => {
        const own = new Set(action === 'removed' ? [] : valuesIn(entry, true));
        return valuesIn(format.read(text)).filter((value) => !own.has(value));
      },
    };
  };
}

/** The text with the first part added or replaced; of the others, those that are there stay as the user has them. */
export function withParts(format: Format, text: string, [entry, ...others]: readonly Part[]): string {
  const isNew = entry !== undefined && !deepEqual(format.get(text, entry.spot), entry.value);
  const start = isNew ? format.set(text, entry.spot, entry.value) : text;
  return others.reduce(
    (edited, { spot, value }) => (format.get(edited, spot) === undefined ? format.set(edited, spot, value) : edited),
    start,
  );
}

/** The backup, when adding the same to it gives the text: then the removal leaves no trace. */
export function undone(
  format: Format,
  text: string,
  backup: string | undefined,
  parts: readonly Part[],
): string | undefined {
  try {
    if (backup === undefined || parts[0] === undefined || format.get(backup, parts[0].spot) !== undefined) {
      return undefined;
    }
    return withParts(format, backup, parts) === text ? backup : undefined;
  } catch (error) {
    if (error instanceof TextError) return undefined;
    throw error;
  }
}

/** What a file will hold; null: there will be none. @internal exported for tests */
export const bytesAfter = ({ after }: Edit): Buffer | null => (after === undefined ? null : Buffer.from(after, 'utf8'));

/**
 * Changes a file, or leaves it alone when nothing would change.
 *
 * @param path absolute; links are followed
 * @returns what was done, and the path of the copy of the file as it was (undefined: there was none)
 * @throws what `updateFile` and the change throw; the file is then as it was
 */
export async function edit(
  path: string,
  change: Change,
  options: UpdateOptions,
): Promise<{ readonly done: Edit | undefined; readonly backup: string | undefined }> {
  const { updateFile } = await import('./safe/update.ts');
  let done: Edit | undefined;
  const { backup } = await updateFile(
    path,
    (bytes, old) => {
      done = change(bytes, old);
      return done.action === 'unchanged' ? undefined : { bytes: bytesAfter(done), isUndone: done.isUndone === true };
    },
    options,
  );
  return { done, backup };
}

/** What `edit` would do, and the unified diff of it, without secrets; empty when nothing would change. Writes nothing. */
export async function rehearse(path: string, change: Change): Promise<{ readonly done: Edit; readonly diff: string }> {
  const { readState } = await import('./safe/update.ts');
  const { bytes, backup } = await readState(path);
  const done = change(bytes, backup);
  const diff = done.action === 'unchanged' ? '' : maskLines(unifiedDiff(path, done.before, done.after));
  return { done, diff: diff === '' ? '' : hideValues(diff, done.hidden()) };
}

/** Only a backup that begins alike can be what the file was before. */
function textOf(backup: Buffer | undefined, bom: string): string | undefined {
  try {
    const decoded = backup && decodeUtf8(backup);
    return decoded?.bom === bom ? decoded.text : undefined;
  } catch {
    return undefined;
  }
}

/** Turns offsets into lines and columns of the text that they count in. */
function located<T>(text: string, task: () => T): T {
  try {
    return task();
  } catch (error) {
    if (!(error instanceof TextError)) throw error;
    const { line, column } = lineAndColumn(text, error.offset);
    throw new UneditableError(line, column, error.reason);
  }
}

function verify(format: Format, before: string, { text, parts, free = [] }: Draft): void {
  const [old, result] = [format.read(before), format.read(text)];
  const isRight = parts.every(({ spot, value }) => deepEqual(entryAt(result, spot), value));
  const spots = [...parts, ...free].map(({ spot }) => spot);
  if (isRight && sameBut(old, result, spots)) return;
  throw new TextError(0, 'the edited text does not read back as it should; this is a fault of create-mcp-mason');
}
