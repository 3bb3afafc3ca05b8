import { serverNameOf } from '../base/answers.ts';
import type { Env } from '../base/env.ts';
import { ownCommand } from '../base/own-command.ts';
import { quote } from '../base/text.ts';
import { absenceOf, commandsOf, setUpCommands } from '../languages/package-managers.ts';
import { type Job, missingFor } from './create-job.ts';
import type { Carried } from './create-run.ts';

/** Commands to paste after a run: to go on with, or to recover from what failed. */
export function nextSteps(job: Job, { failure, steps }: Carried, env: Env): string[] {
  const { answers, plan, place } = job;
  const commands = commandsOf(answers.pm, serverNameOf(answers.name));
  const open = (name: string): boolean => !steps.some((step) => step.name === name && step.ok);
  const missing = missingFor(job, env);
  const own = ownCommand(env);
  const writeCommand = (client: string): string => `${own} config ${client} --write`;
  // A path under `~` must not be quoted, or no shell would find it.
  const dir = answers.dir.startsWith('~') ? place.path : answers.dir;
  return [
    ...(place.path === env.cwd ? [] : [`cd ${quote(dir, env.platform)}`]),
    ...(open('install') ? [...lacking(answers.pm, env), commands.install] : []),
    ...(open('build') && commands.build !== undefined ? [commands.build] : []),
    ...missing.map(({ name, example }) => `# set ${name} in .env, for example to ${example}`),
    ...(answers.check && open('check') && (failure !== undefined || missing.length > 0) ? [`${own} check`] : []),
    ...(failure !== undefined ? answers.client.filter(() => open('clients')).map(writeCommand) : []),
    ...(failure === undefined && missing.length === 0 ? [`${own} call`] : []),
    ...(failure === undefined ? [commands.dev, ...plan.nextSteps] : []),
    ...(failure === undefined && answers.client.length === 0 ? [writeCommand('claude-desktop')] : []),
  ];
}

/** Says how to get a package manager that is not there, before a command that needs it. */
function lacking(pm: string, env: Env): string[] {
  const absence = absenceOf(pm, env);
  return absence === undefined ? [] : [`# ${absence.message.split('. ')[0]}. ${absence.hint.split('\n')[0]}`];
}

/** The commands that a run would start, for a dry run. */
export function commandsFor(job: Job, env: Env): string[] {
  const { name, pm, install, check, git } = job.answers;
  const commands = commandsOf(pm, serverNameOf(name));
  return [
    ...(install ? setUpCommands(commands) : []),
    ...(check && missingFor(job, env).length === 0 ? [`${ownCommand(env)} check`] : []),
    ...(git ? ['git init', 'git add --all', 'git commit'] : []),
  ];
}
