import { serverNameOf } from '../answers/answers.ts';
import { quote } from '../answers/quote.ts';
import type { Env } from '../env.ts';
import { commandsOf, setUpCommands } from '../project/package-manager.ts';
import type { Job } from './create.ts';
import type { Carried } from './create-run.ts';

/** Our own command, for somebody who has not installed us. */
export const CHECK_COMMAND = 'npx create-mcp-mason check';

/** Commands to paste after a run: to go on with, or to recover from what failed. */
export function nextSteps(job: Job, { failure, steps }: Carried, env: Env): string[] {
  const { answers, plan, place } = job;
  const commands = commandsOf(answers.pm, serverNameOf(answers.name));
  const open = (name: string): boolean => !steps.some((step) => step.name === name && step.ok);
  // A path under `~` must not be quoted, or no shell would find it.
  const dir = answers.dir.startsWith('~') ? place.path : answers.dir;
  return [
    ...(place.path === env.cwd ? [] : [`cd ${quote(dir, env.platform)}`]),
    ...(open('install') ? [commands.install] : []),
    ...(open('build') && commands.build !== undefined ? [commands.build] : []),
    ...(failure !== undefined && answers.check && open('check') ? [CHECK_COMMAND] : []),
    ...(failure !== undefined ? answers.client.filter(() => open('clients')).map(writeCommand) : []),
    ...(failure === undefined ? [commands.dev, ...plan.nextSteps] : []),
    ...(failure === undefined && answers.client.length === 0 ? [writeCommand('claude-desktop')] : []),
  ];
}

const writeCommand = (client: string): string => `npx create-mcp-mason config ${client} --write`;

/** The commands that a run would start, for a dry run. */
export function commandsFor({ answers: { name, pm, install, check, git } }: Job): string[] {
  const commands = commandsOf(pm, serverNameOf(name));
  return [
    ...(install ? setUpCommands(commands) : []),
    ...(check ? [CHECK_COMMAND] : []),
    ...(git ? ['git init', 'git add --all', 'git commit'] : []),
  ];
}
