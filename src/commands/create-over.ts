import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../base/context.ts';
import { type CliError, conflictError } from '../base/errors.ts';
import { hashOf } from '../base/hash.ts';
import { readRegular, textIn, Unreadable } from '../base/inside.ts';
import { ownCommand } from '../base/own-command.ts';
import { firstOf, printable } from '../base/text.ts';
import { ENTRY_FILE } from '../clients/snippet.ts';
import { readRecord } from '../plan/read-record.ts';
import { RECORD_FILE } from '../plan/record.ts';
import { Repository } from '../project/repository.ts';
import type { Job } from './create-job.ts';

const MOST_BYTES = 16 * 1024 * 1024;
const SHOWN = 10;

/**
 * Why a project must not be made over one that is there: its owner's work would be lost, or two projects mixed. Without a
 * record the folder is no project of ours, and what to do about its files has been asked for with `--on-conflict`.
 *
 * @returns undefined where nothing is lost
 * @throws CliError `bad-record` (failed)
 */
export async function wouldLose(
  { place, files, changes, answers }: Job,
  context: Context,
): Promise<CliError | undefined> {
  if (place.state !== 'folder' || !existsSync(join(place.path, RECORD_FILE))) return undefined;
  const { files: recorded } = readRecord(place.path);
  const own = (path: string): boolean => path !== RECORD_FILE && path !== ENTRY_FILE;
  const of = (action: string): string[] =>
    changes
      .filter((one) => one.action === action)
      .map(({ path }) => path)
      .filter(own);
  if (answers.onConflict === 'skip') {
    const planned = new Map(files.map(({ path, text }) => [path, text]));
    const kept = of('skip').filter((path) => textAt(place.path, path) !== planned.get(path));
    return kept.length === 0
      ? undefined
      : refusal('mixed-projects', 'Kept as they are, these files would not fit the others', kept, context);
  }
  const edited = of('overwrite').filter((path) => {
    const text = textAt(place.path, path);
    return text === undefined || hashOf(text.replaceAll('\r\n', '\n')) !== recorded[path];
  });
  if (edited.length > 0)
    return refusal('edited', 'These files have been edited since they were generated', edited, context);
  const repository = await Repository.around(place.path, context.env, context.signal);
  const { tracked = [] } = (await repository?.dirt()) ?? {};
  return tracked.length === 0
    ? undefined
    : refusal('dirty', 'git has changes here that are not committed', tracked, context);
}

function textAt(dir: string, path: string): string | undefined {
  try {
    const bytes = readRegular(join(dir, path), MOST_BYTES);
    return bytes && textIn(bytes);
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}

function refusal(code: string, message: string, paths: readonly string[], { env }: Context): CliError {
  const own = ownCommand(env);
  const names = firstOf(paths, SHOWN).map((path) => `\n  ${printable(path)}`);
  return conflictError(code, `There is a project here already. ${message}:${names.join('')}`, {
    hint: `Change the project instead, with all edits kept: ${own} update, add or migrate.\nOr make the new one in another folder.`,
  });
}
