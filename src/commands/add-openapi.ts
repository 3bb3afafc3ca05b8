import { type ProjectAnswers, serverNameOf } from '../base/answers.ts';
import type { Context } from '../base/context.ts';
import { usageError } from '../base/errors.ts';
import { hashOf } from '../base/hash.ts';
import { ownCommand } from '../base/own-command.ts';
import { targetOf } from '../base/paths.ts';
import type { ApiPart } from '../base/plan.ts';
import { printable } from '../base/text.ts';
import { SEARCH_NAMES } from '../openapi/compile.ts';
import { driftLines, driftOf } from '../openapi/drift.ts';
import { apiFrom } from '../openapi/part.ts';
import { changeReport } from '../report/change.ts';
import type { Report } from '../report/report.ts';
import { commandsAfter, withStandIns } from './add-catalogue.ts';
import type { AddFlags } from './add-names.ts';
import { changeProject } from './change-project.ts';
import { fromOpenapi } from './create-openapi.ts';
import { judged, readKnownRecord } from './known-record.ts';
import { sourceIn } from './openapi-source.ts';
import { apiIn, apiPaths } from './project-api.ts';
import { recoverProject } from './recover-project.ts';
import { refuseOwnTools } from './same-names.ts';

export interface AddOpenapiArgs {
  /** A path or an address; the one that the project has already by default. */
  readonly source: string | undefined;
  readonly flags: AddFlags;
}

/**
 * Gives a project the operations of an API, or makes those anew that it has: merged with what its owner has made of it, and
 * with tools written by hand as they are.
 *
 * @throws {CliError} exit 2 where no description is named, or what is named is none; what `changeProject` throws
 */
export async function addOpenapi({ source, flags }: AddOpenapiArgs, context: Context): Promise<Report> {
  const { env, version } = context;
  const dir = targetOf(flags.dir ?? '.', env);
  await recoverProject(dir, context);
  const record = await readKnownRecord(dir, context);
  const own = ownCommand(env);
  const before = record.answers;
  if (source === undefined && before.fromOpenapi === undefined) {
    throw usageError('missing-arguments', 'Which description is meant is not said.', {
      hint: `Name a file or an address: ${own} add openapi <file|url>`,
      missing: ['name'],
    });
  }
  const wishes = {
    fromOpenapi: source ?? sourceIn(dir, before.fromOpenapi ?? ''),
    openapiMode: flags.openapiMode ?? before.openapiMode ?? 'auto',
    ...((flags.operations ?? before.operations) !== undefined && { operations: flags.operations ?? before.operations }),
  } as const;
  // As for flags, before anything is read.
  await judged({ ...before, ...wishes } as ProjectAnswers, version);
  const there = await apiIn(dir, record);
  // Who says which operations are wanted means just these.
  const owned =
    there && flags.operations === undefined ? { there: apiFrom(there.data), lines: there.lines } : undefined;
  const tools = withStandIns(before, 'tool');
  const made = await fromOpenapi({ ...before, tools, ...wishes }, dir, context, { owned });
  const { answers: described, notes, report } = made;
  // The three tools of a search are there already where operations are searched already.
  const isNew = described.openapiMode === 'tools' || before.openapiMode !== 'search';
  if (isNew) await refuseOwnTools(namesOf(described.openapiMode, made.api), dir, before.language);
  const { data, cases } = apiPaths(before);
  // Calls for tests that somebody has added to are theirs.
  const isOwn = there !== undefined && there.cases !== '' && hashOf(there.cases) !== record.files[cases];
  const api = isOwn ? { ...made.api, cases: there.cases } : made.api;
  const answers = await judged({ ...before, tools, ...described } as ProjectAnswers, version);
  const { dryRun = false, force } = flags;
  // What its owner has made of the operations is in the new ones already, so the file is not merged once more.
  const files = there === undefined ? record.files : { ...record.files, [data]: hashOf(there.data) };
  const changed = await changeProject({ dir, record: { ...record, files }, answers, api, force, dryRun }, context);
  const drift = driftLines(driftOf(record.openapi?.operations ?? {}, api.hashes));
  const variables = api.variables.map(({ name }) => name);
  const settings = variables.length > 1 ? [`# settings of the API, in .env: ${variables.join(', ')}`] : [];
  const outcome = {
    version,
    dryRun,
    project: { name: serverNameOf(answers.name), dir },
    title: 'operations of an API',
    sections: [
      { title: 'Operations', lines: [...notes, ...(drift.length === 0 ? ['as before'] : drift)].map(printable) },
    ],
    json: { kind: 'openapi', added: described.fromOpenapi, openapi: report },
    changed,
    next: dryRun ? [] : commandsAfter(before, settings, dir, changed.dependenciesChanged, env),
  };
  return changeReport(outcome, context);
}

const namesOf = (mode: string | undefined, { data }: ApiPart): readonly string[] =>
  mode === 'search' ? SEARCH_NAMES : Object.keys(apiFrom(data).operations);
