import type { Context } from '../base/context.ts';
import { type CliError, EXIT, type ExitCode, usageError } from '../base/errors.ts';
import { targetOf } from '../base/paths.ts';
import { checkServer } from '../probe/check.ts';
import type { CheckReport } from '../probe/types.ts';
import { CheckPrinter, checkFailure } from './check-report.ts';
import { targetsOf } from './check-targets.ts';
import { ENTRY_FILE, type ProjectOnDisk, readProject, serverOf } from './project-on-disk.ts';

export interface CheckFlags {
  readonly json?: boolean;
}

/**
 * Starts the project in `dir` as the entry in its `claude_desktop_config.json` says, and proves that it answers.
 *
 * Returns 0 or 1. @throws {CliError} exit 2 when there is no project or no entry; 1 when it is not built; 130.
 */
export async function runCheck(dir: string | undefined, flags: CheckFlags, context: Context): Promise<ExitCode> {
  const { env, signal, version } = context;
  const path = targetOf(dir ?? '.', env);
  const project = await readProject(path);
  const name = project && serverOf(project);
  if (project === undefined || name === undefined) throw noProject(path, project);
  const printer = flags.json ? undefined : new CheckPrinter(context);
  const reports: CheckReport[] = [];
  for (const target of targetsOf(project, name, env)) {
    printer?.begin(name, target.transport);
    const onStep = printer ? { onStep: (step: CheckReport['steps'][number]) => printer.step(step) } : {};
    reports.push(await checkServer(target, { env, signal, version, ...onStep }));
  }
  const problem = checkFailure(reports);
  if (printer) printer.end(reports);
  else
    context.stdout.write(
      `${JSON.stringify({ ...outcome(problem), version, project: { name, dir: path }, checks: reports })}\n`,
    );
  return problem?.exit ?? EXIT.ok;
}

function outcome(problem: CliError | undefined): object {
  if (problem === undefined) return { ok: true };
  const { code, message, hint, exit } = problem;
  return { ok: false, code, message, hint: hint ?? null, missing: [], exit };
}

function noProject(dir: string, project: ProjectOnDisk | undefined): CliError {
  const what =
    project === undefined ? 'no project of create-mcp-mason' : `no record, and ${ENTRY_FILE} does not name one server`;
  return usageError('no-project', `There is ${what} in ${dir}.`, {
    hint: 'Name the folder of a project: create-mcp-mason check path/to/project',
  });
}
