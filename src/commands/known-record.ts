import { join } from 'node:path';
import { judgeAnswers } from '../answers/resolve.ts';
import type { ProjectAnswers } from '../base/answers.ts';
import type { Context } from '../base/context.ts';
import { NOWHERE } from '../base/env.ts';
import { CliError, failure, usageError } from '../base/errors.ts';
import { ownCommand } from '../base/own-command.ts';
import { compareVersions } from '../base/semver.ts';
import { readRecord } from '../plan/read-record.ts';
import { type ProjectRecord, RECORD_FILE } from '../plan/record.ts';

/**
 * The record of a project that is to be changed: of this version or an older one, with answers that this version takes.
 *
 * @throws CliError `no-record`, `newer-record` (usage); `bad-record` (failed)
 */
export async function readKnownRecord(
  dir: string,
  { env, version }: Pick<Context, 'env' | 'version'>,
): Promise<ProjectRecord> {
  const record = recordIn(dir);
  if (compareVersions(record.version, version) > 0) {
    throw usageError(
      'newer-record',
      `${dir} was made by create-mcp-mason ${record.version}, which is newer than this one, ${version}.`,
      {
        hint: `Run that version or a later one: ${ownCommand(env, record.version)}`,
      },
    );
  }
  try {
    return { ...record, answers: await judged(record.answers, version) };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    throw failure('bad-record', `${join(dir, RECORD_FILE)} cannot be used: ${error.message}`, {
      hint:
        error.hint === undefined
          ? 'Restore the file from version control.'
          : `${error.hint}\nOr restore the file from version control.`,
      cause: error,
    });
  }
}

function recordIn(dir: string): ProjectRecord {
  try {
    return readRecord(dir);
  } catch (error) {
    if (!(error instanceof CliError) || error.code !== 'no-record') throw error;
    throw usageError('no-record', `${dir} has no ${RECORD_FILE}, so it is not known how it was made.`, {
      hint: 'Name the folder of a project that create-mcp-mason made. If the file was deleted, restore it from version control.',
      cause: error,
    });
  }
}

/**
 * Answers of a record by the rules of flags, wherever it is read.
 *
 * @throws CliError as for flags
 */
export const judged = (answers: ProjectAnswers, version: string): Promise<ProjectAnswers> =>
  judgeAnswers(answers, {
    env: NOWHERE,
    version,
    yes: true,
    packageManager: () => answers.pm,
    runtime: () => answers.runtime,
    inspectTarget: () => {},
    gitFacts: () => ({ author: '', repository: '' }),
    clients: async () => [],
    countFiles: async () => undefined,
  });
