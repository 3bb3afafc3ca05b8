import type { Context } from '../base/context.ts';
import { usageError } from '../base/errors.ts';
import { targetOf } from '../base/paths.ts';
import { checkServer } from '../probe/check.ts';
import type { CheckReport, CheckStep, Judgement } from '../probe/steps.ts';
import { type CheckProgress, checkProgress, checkReport, type StorageCheck } from '../report/check.ts';
import type { Report } from '../report/report.ts';
import { judgesOf } from './check-judges.ts';
import { openSurface, type SurfaceArgs } from './check-surface.ts';
import { readProject } from './project-on-disk.ts';
import { recoverProject } from './recover-project.ts';
import { type ChosenTarget, chooseTarget } from './targets.ts';

export interface CheckArgs extends SurfaceArgs {
  /** Print no progress. */
  readonly json?: boolean;
  /** Prove the store of the project, too. */
  readonly storage?: boolean;
  /** Only what `publish` looks at. */
  readonly publish?: boolean;
}

/**
 * Starts a server as a client would, and proves that it answers: a project as the entry in its `claude_desktop_config.json`
 * says, any other by its command line or address.
 *
 * @throws {CliError} exit 2 when there is no such server or surface; 1 when it is not built; 130
 */
export async function runCheck(args: CheckArgs, context: Context): Promise<Report> {
  const { command = [], json } = args;
  const { env, signal, version } = context;
  if (args.publish) return publishInstead(args, context);
  if (command.length === 0) await recoverProject(targetOf(args.dir ?? '.', env), context);
  const surface = openSurface(args, env);
  const server = await chooseTarget(args, command, env, 'check');
  const progress = json ? undefined : checkProgress(context);
  const onStep = (step: CheckStep): void => progress?.step(step);
  const storage = args.storage ? await proveStorage(server, context, progress) : undefined;
  const openapi = server.dir === null ? undefined : await compareOpenapi(server.dir, context);
  const checks: CheckReport[] = [];
  for (const target of server.targets) {
    progress?.begin(server.title, target.transport === 'stdio' ? 'stdio' : 'http');
    // What is offered may depend on the transport: the first one is what was recorded.
    const judges = judgesOf(server, args, checks.length === 0 ? surface : undefined, openapi);
    checks.push(await checkServer(target, { env, signal, version, onStep, judges }));
  }
  return checkReport({ version, project: { name: server.title, dir: server.dir }, checks, storage });
}

/** Whether the description that the tools were made of is as it was. */
async function compareOpenapi(dir: string, context: Context): Promise<Judgement | undefined> {
  const record = (await readProject(dir))?.record;
  if (record?.openapi === undefined) return undefined;
  const { openapiJudgement, openapiState } = await import('./openapi-drift.ts');
  const state = await openapiState(dir, record, context);
  return state && openapiJudgement(state, context);
}

/** First, because it takes neither a build nor an entry. */
async function proveStorage(
  { dir, title }: ChosenTarget,
  context: Context,
  progress: CheckProgress | undefined,
): Promise<StorageCheck> {
  const { backendOf, checkStorage, projectIn } = await import('./check-storage.ts');
  const project = await projectIn(dir);
  progress?.beginStorage(title, backendOf(project));
  return checkStorage(project, context, (step) => progress?.step(step));
}

/** @throws CliError (usage) `contradictory-flags` for what is not about a project */
async function publishInstead({ dir, strict, json, ...others }: CheckArgs, context: Context): Promise<Report> {
  const { command = [], publish: _, ...flags } = others;
  const [wrong] = [
    ...Object.keys(flags).map((name) => `--${name}`),
    ...(command.length > 0 ? ['a command after --'] : []),
  ];
  if (wrong !== undefined)
    throw usageError('contradictory-flags', `These do not go together: --publish and ${wrong}.`, {
      hint: 'It is about the project in a folder.',
    });
  const { runPublish } = await import('./publish.ts');
  return runPublish({ dir, ...(strict && { strict }), ...(json && { json }) }, context);
}
