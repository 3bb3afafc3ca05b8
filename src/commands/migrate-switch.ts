import type { Context } from '../base/context.ts';
import { ownCommand } from '../base/own-command.ts';
import type { Plan } from '../base/plan.ts';
import { quote } from '../base/text.ts';
import type { SwitchFile } from '../report/migrate.ts';
import type { Move } from './migrate-plan.ts';

/** The files in which a project with the new storage differs from the one that was generated. */
export function switchOf(before: Plan, after: Plan): SwitchFile[] {
  const [old, fresh] = [before, after].map(({ files }) => new Map(files.map(({ path, text }) => [path, text])));
  const paths = [...new Set([...(old?.keys() ?? []), ...(fresh?.keys() ?? [])])].sort();
  return paths.flatMap((path): SwitchFile[] => {
    const [was, is] = [old?.get(path), fresh?.get(path)];
    if (was === is) return [];
    return [{ path, action: was === undefined ? 'create' : is === undefined ? 'delete' : 'change' }];
  });
}

/**
 * How to go on when everything is copied: the project itself has still to be switched.
 *
 * The one place that knows how: an engine that merges what this version generates into an edited project takes `switchOf`
 * from here, and its command the place of the two that make the project anew beside.
 */
export function switchSteps({ dir, to, record, unset, name }: Move, { env, version }: Context): string[] {
  const { platform } = env;
  const beside = `../${name}-${to.id}`;
  const make = `${ownCommand(env, version)} ${quote(beside, platform)}`;
  return [
    `cd ${quote(dir, platform)}`,
    ...unset.map((variable) => `# set ${variable} in .env, as it was set for this run`),
    `${make} --answers .mcp-mason.json --storage ${to.id} --name ${quote(record.answers.name, platform)} --no-git`,
    `# take over the files that differ from ${beside}, then install, test, and start the server`,
  ];
}
