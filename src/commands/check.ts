import type { Context } from '../base/context.ts';
import { type CliError, usageError } from '../base/errors.ts';
import { targetOf } from '../base/paths.ts';
import { ENTRY_FILE } from '../clients/snippet.ts';
import { checkServer } from '../probe/check.ts';
import type { CheckReport, CheckStep } from '../probe/steps.ts';
import { type CheckProgress, checkProgress, checkReport, type StorageCheck } from '../report/check.ts';
import type { Report } from '../report/report.ts';
import { targetsOf } from './check-targets.ts';
import { type ProjectOnDisk, readProject, serverOf } from './project-on-disk.ts';

export interface CheckArgs {
  /** The folder of the project; the current one by default. */
  readonly dir?: string | undefined;
  /** Print no progress. */
  readonly json?: boolean;
  /** Prove the project's store, too. */
  readonly storage?: boolean;
}

/**
 * Starts the project in `dir` as the entry in its `claude_desktop_config.json` says, and proves that it answers.
 *
 * @throws {CliError} exit 2 when there is no project or no entry; 1 when it is not built; 130
 */
export async function runCheck({ dir = '.', json, storage }: CheckArgs, context: Context): Promise<Report> {
  const { env, signal, version } = context;
  const path = targetOf(dir, env);
  const project = await readProject(path);
  const name = project && serverOf(project);
  if (project === undefined || name === undefined) throw noProject(path, project);
  const progress = json ? undefined : checkProgress(context);
  const onStep = (step: CheckStep): void => progress?.step(step);
  const store = storage ? await proveStorage(project, name, context, progress) : undefined;
  const checks: CheckReport[] = [];
  for (const target of targetsOf(project, name, env)) {
    progress?.begin(name, target.transport);
    checks.push(await checkServer(target, { env, signal, version, onStep }));
  }
  return checkReport({ version, project: { name, dir: path }, checks, storage: store });
}

async function proveStorage(
  project: ProjectOnDisk,
  name: string,
  context: Context,
  progress: CheckProgress | undefined,
): Promise<StorageCheck> {
  const { backendOf, checkStorage } = await import('./check-storage.ts');
  progress?.beginStorage(name, backendOf(project));
  return checkStorage(project, context, (step) => progress?.step(step));
}

function noProject(dir: string, project: ProjectOnDisk | undefined): CliError {
  const what =
    project === undefined ? 'no project of create-mcp-mason' : `no record, and ${ENTRY_FILE} does not name one server`;
  return usageError('no-project', `There is ${what} in ${dir}.`, {
    hint: 'Name the folder of a project: create-mcp-mason check path/to/project',
  });
}
