import type { Context } from '../base/context.ts';
import type { ClientResult } from '../base/entry.ts';
import { type Preview, previewEntry, previewRemoval, removeEntry, writeEntry } from '../clients/edit.ts';
import { editsReport, previewsReport } from '../report/config.ts';
import type { Report } from '../report/report.ts';
import { type ChosenClient, editedPaths, entryNotes, namedFor } from './config-clients.ts';
import { askConsent, commandShown } from './config-consent.ts';
import type { ConfigFlags } from './config-flags.ts';
import type { ChosenServer } from './config-server.ts';

/** An edit of one file, which can be rehearsed. */
interface Edit {
  readonly preview: () => Promise<Preview>;
  readonly apply: () => Promise<ClientResult>;
}

interface Task {
  readonly edits: readonly Edit[];
  /** The name of the entry. */
  readonly name: string;
  readonly notes: readonly string[];
  /** Asked before something changes. */
  readonly consent?: () => Promise<void>;
}

/** Merges an entry into the files of clients. Nothing is written when any of them would be refused. */
export function writeTo(
  chosen: readonly ChosenClient[],
  server: ChosenServer,
  flags: ConfigFlags,
  context: Context,
): Promise<Report> {
  const { env, signal } = context;
  const all = chosen.flatMap((choice) => editedPaths(choice).map((path) => ({ choice, path })));
  // A file that two clients read gets one entry: that of the first.
  const targets = all.filter(({ path }, index) => all.findIndex((one) => one.path === path) === index);
  const shared = all.filter((one) => !targets.includes(one));
  const edits = targets.map(({ choice, path }): Edit => {
    const { client, scope, projectDir, named: createFolder } = choice;
    const where = { client, path, scope, projectDir, env, signal };
    const request = { ...where, named: namedFor(choice, server), createFolder, force: flags.force === true };
    return { preview: () => previewEntry(request), apply: () => writeEntry(request) };
  });
  const edited = [...new Set(targets.map(({ choice }) => choice))];
  const notes = edited.flatMap((choice) => [
    ...entryNotes(choice.client, namedFor(choice, server), env),
    ...sharedNotes(choice, server),
  ]);
  const also = shared.map(({ choice, path }) => `${choice.client.title} reads ${path}, too, and the entry in it.`);
  const { named, found } = server;
  const start = found === undefined ? [] : [`Clients start ${named.name} with: ${commandShown(named, env)}`];
  const titles = edited.map(({ client }) => client.title);
  const consent = (): Promise<void> => askConsent(server, titles, flags, context);
  const told = [...notes, ...also, ...server.notes, ...start];
  return carryOut({ edits, name: named.name, notes: told, ...(found && { consent }) }, flags, context);
}

/** Takes an entry out of the files of clients. */
export function removeFrom(
  chosen: readonly ChosenClient[],
  name: string,
  flags: ConfigFlags,
  context: Context,
): Promise<Report> {
  const { env, signal } = context;
  const edits = chosen.flatMap((choice) =>
    editedPaths(choice).map((path): Edit => {
      const { client, scope, projectDir } = choice;
      const request = { client, path, scope, projectDir, name, env, signal };
      return { preview: () => previewRemoval(request), apply: () => removeEntry(request) };
    }),
  );
  return carryOut({ edits, name, notes: [] }, flags, context);
}

function sharedNotes({ client, scope }: ChosenClient, { named }: ChosenServer): readonly string[] {
  const isLocal = scope === 'project' && client.projectRoot === undefined && named.entry.transport === 'stdio';
  return isLocal
    ? [`${client.title} knows no variable for a project's folder: the paths are those of this machine.`]
    : [];
}

async function carryOut(task: Task, flags: ConfigFlags, { version }: Context): Promise<Report> {
  const { edits, name, notes, consent } = task;
  const subject = { version, name, isRemoval: flags.remove === true };
  const previews: Preview[] = [];
  // One edit is all or nothing by itself; of several, none is made when another would be refused.
  if (flags.dryRun || consent || edits.length > 1) for (const { preview } of edits) previews.push(await preview());
  if (flags.dryRun) return previewsReport({ ...subject, results: previews });
  if (previews.some(({ action }) => action !== 'unchanged')) await consent?.();
  const results: ClientResult[] = [];
  for (const { apply } of edits) results.push(await apply());
  return editsReport({ ...subject, results }, notes);
}
