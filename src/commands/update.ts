import { serverNameOf } from '../base/answers.ts';
import type { Context } from '../base/context.ts';
import { type CliError, cancelled } from '../base/errors.ts';
import { ownCommand } from '../base/own-command.ts';
import { targetOf } from '../base/paths.ts';
import { compareVersions } from '../base/semver.ts';
import { counted, printable, quote } from '../base/text.ts';
import { languageOf } from '../languages/index.ts';
import { commandsOf } from '../languages/package-managers.ts';
import type { ProjectRecord } from '../plan/record.ts';
import { type Changed, changeReport } from '../report/change.ts';
import type { Report } from '../report/report.ts';
import { changeProject } from './change-project.ts';
import { readKnownRecord } from './known-record.ts';
import { recoverProject } from './recover-project.ts';
import { entryEdits } from './update-entry.ts';

export interface UpdateArgs {
  /** The folder of the project; the current one by default. */
  readonly dir?: string | undefined;
  readonly force?: boolean;
  readonly fetchBase?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/**
 * Brings a project to what this version makes of its answers, merged with what its owner has made of it. It installs nothing
 * and starts nothing of the project.
 *
 * @throws {CliError} exit 2 without a record or with one of a newer version; 1 with one that cannot be understood, or when
 * something cannot be written; 3 when git has changes that are not committed; 130
 */
export async function runUpdate(args: UpdateArgs, context: Context): Promise<Report> {
  const { env } = context;
  const dir = targetOf(args.dir ?? '.', env);
  await recoverProject(dir, context);
  const record = await readKnownRecord(dir, context);
  const { answers } = record;
  const request = { dir, record, answers, force: args.force, also: entryEdits(dir, record) };
  const fetched = args.fetchBase === true ? await fetchBase(request, context) : undefined;
  const preview = await changeProject({ ...request, fetched, dryRun: true }, context);
  if (args.dryRun === true) return report(record, preview, args, dir, context);
  if (isInteractive(args, context)) await confirm(preview, record, context);
  return report(record, await changeProject({ ...request, fetched }, context), args, dir, context);
}

/** Only what is edited and not in the project's history has to be fetched. */
async function fetchBase(
  request: { dir: string; record: ProjectRecord; answers: ProjectRecord['answers'] },
  context: Context,
) {
  const { withoutBase } = await changeProject({ ...request, dryRun: true }, context);
  if (withoutBase.length === 0) return undefined;
  const { fetchBases } = await import('./update-fetch.ts');
  return fetchBases(request.record, request.dir, context);
}

const isInteractive = ({ yes, json }: UpdateArgs, { env }: Context): boolean =>
  yes !== true && json !== true && !env.isCI && env.stdoutIsTTY && env.stdinIsTTY;

async function confirm({ files, conflicts }: Changed, record: ProjectRecord, context: Context): Promise<void> {
  const changing = files.filter(({ action }) => action !== 'keep').length;
  if (changing === 0) return;
  const { openTerminal } = await import('../answers/prompts.ts');
  const some = conflicts === 0 ? '' : `, ${counted(conflicts, 'conflict')} for you to decide`;
  const message = `Update from ${record.version} to ${context.version}: ${counted(changing, 'file')} will change${some}. Go on?`;
  if ((await openTerminal(context).ask({ type: 'confirm', message, initial: true })) !== true) throw cancelled();
}

async function report(
  record: ProjectRecord,
  changed: Changed,
  args: UpdateArgs,
  dir: string,
  context: Context,
): Promise<Report> {
  const { version } = context;
  const name = serverNameOf(record.answers.name);
  const passed = await notesBetween(record.version, version);
  const outcome = {
    version,
    dryRun: args.dryRun === true,
    project: { name, dir },
    title: record.version === version ? version : `${record.version} to ${version}`,
    sections: passed.map(({ version: one, lines }) => ({ title: `What is new for you in ${one}`, lines })),
    json: {
      from: record.version,
      to: version,
      notes: passed.map(({ version: one, lines }) => ({ version: one, text: lines.join('\n') })),
    },
    changed,
    failure: await driftOf(dir, record, context),
    next: nextOf(record, changed, args, dir, context),
  };
  return changeReport(outcome, context);
}

/** The description that tools were made of may have changed, which `update` tells and leaves to `add openapi`. */
async function driftOf(dir: string, record: ProjectRecord, context: Context): Promise<CliError | undefined> {
  if (record.openapi === undefined) return undefined;
  const { openapiFailure, openapiState } = await import('./openapi-drift.ts');
  return openapiFailure(await openapiState(dir, record, context), context);
}

function nextOf(
  { answers, version }: ProjectRecord,
  changed: Changed,
  args: UpdateArgs,
  dir: string,
  { env }: Context,
): string[] {
  if (changed.files.every(({ action }) => action === 'keep') || args.dryRun === true) return [];
  const name = serverNameOf(answers.name);
  const { install, test } = commandsOf(answers.pm, name);
  const entry = languageOf(answers.language).entry(name);
  const ours = ownCommand(env);
  return [
    ...(args.dir === undefined ? [] : [`cd ${quote(dir, env.platform)}`]),
    ...(changed.dependenciesChanged ? [install] : []),
    test,
    `${ours} check`,
    ...(compareVersions(version, '0.2.0') < 0 && answers.language === 'typescript'
      ? [`# the built server is now ${entry}: ${ours} config --write --force for each client that has it`]
      : []),
    ...(changed.withoutBase.length === 0 ? [] : [`# to be asked less: ${ours} update --fetch-base`]),
  ];
}

interface Notes {
  readonly version: string;
  readonly lines: readonly string[];
}

/** What the changelog says to a project's owner, of the versions after one, up to another. */
async function notesBetween(from: string, to: string): Promise<Notes[]> {
  const { NOTES } = await import('../generated/notes.ts');
  return NOTES.filter(({ version }) => compareVersions(version, from) > 0 && compareVersions(version, to) <= 0).map(
    ({ version, text }) => ({ version, lines: printable(text).split('\n') }),
  );
}
