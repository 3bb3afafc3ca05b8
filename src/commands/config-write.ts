import type { Context } from '../base/context.ts';
import type { ClientResult, EditAction } from '../base/entry.ts';
import { EXIT, type ExitCode } from '../base/errors.ts';
import { type Preview, previewEntry, previewRemoval, removeEntry, writeEntry } from '../clients/edit.ts';
import { clientOf } from '../clients/registry.ts';
import type { Client } from '../clients/rows/client.ts';
import { type ChosenClient, editedPaths, entryNotes, namedFor } from './config-clients.ts';
import type { ConfigFlags } from './config-flags.ts';
import type { ChosenServer } from './config-server.ts';

/** An edit of one file, which can be rehearsed. */
interface Edit {
  readonly preview: () => Promise<Preview>;
  readonly apply: () => Promise<ClientResult>;
}

/** Merges an entry into the files of clients. Nothing is written when any of them would be refused. */
export function writeTo(
  chosen: readonly ChosenClient[],
  server: ChosenServer,
  flags: ConfigFlags,
  context: Context,
): Promise<ExitCode> {
  const { env, signal } = context;
  const targets = chosen.flatMap((choice) => editedPaths(choice).map((path) => ({ choice, path })));
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
  return carryOut(edits, server.named.name, [...notes, ...server.notes], flags, context);
}

/** Takes an entry out of the files of clients. */
export function removeFrom(
  chosen: readonly ChosenClient[],
  name: string,
  flags: ConfigFlags,
  context: Context,
): Promise<ExitCode> {
  const { env, signal } = context;
  const edits = chosen.flatMap((choice) =>
    editedPaths(choice).map((path): Edit => {
      const { client, scope, projectDir } = choice;
      const request = { client, path, scope, projectDir, name, env, signal };
      return { preview: () => previewRemoval(request), apply: () => removeEntry(request) };
    }),
  );
  return carryOut(edits, name, [], flags, context);
}

function sharedNotes({ client, scope }: ChosenClient, { named }: ChosenServer): readonly string[] {
  const isLocal = scope === 'project' && client.projectRoot === undefined && named.entry.transport === 'stdio';
  return isLocal
    ? [`${client.title} knows no variable for a project's folder: the paths are those of this machine.`]
    : [];
}

async function carryOut(
  edits: readonly Edit[],
  name: string,
  notes: readonly string[],
  flags: ConfigFlags,
  context: Context,
): Promise<ExitCode> {
  const previews: Preview[] = [];
  // One edit is all or nothing by itself; of several, none is made when another would be refused.
  if (flags.dryRun || edits.length > 1) for (const { preview } of edits) previews.push(await preview());
  if (flags.dryRun) return printDiffs(previews, name, flags, context);
  const results: ClientResult[] = [];
  for (const { apply } of edits) results.push(await apply());
  return printResults(results, name, notes, flags, context);
}

/** On stdout nothing but diffs, as `patch` reads them. */
function printDiffs(previews: readonly Preview[], name: string, flags: ConfigFlags, context: Context): ExitCode {
  const { stdout, stderr, version } = context;
  if (flags.json) {
    stdout.write(`${JSON.stringify({ ok: true, version, dryRun: true, clients: previews })}\n`);
    return EXIT.ok;
  }
  for (const { action, path, diff, client } of previews) {
    if (action === 'unchanged') stderr.write(`${sentence(action, name, path, clientOf(client), flags)}\n`);
    else stdout.write(diff);
  }
  if (previews.length === 0) stderr.write(`${NOWHERE}\n`);
  return EXIT.ok;
}

function printResults(
  results: readonly ClientResult[],
  name: string,
  notes: readonly string[],
  flags: ConfigFlags,
  { stdout, stderr, version }: Context,
): ExitCode {
  if (flags.json) {
    stdout.write(`${JSON.stringify({ ok: true, version, clients: results, notes })}\n`);
    return EXIT.ok;
  }
  for (const { action, path, client, backup } of results) {
    stdout.write(`${sentence(action, name, path, clientOf(client), flags)}\n`);
    if (backup !== undefined) stdout.write(`The file as it was: ${backup}\n`);
  }
  if (results.length === 0) stdout.write(`${NOWHERE}\n`);
  for (const line of new Set(results.flatMap(({ after }) => after))) stdout.write(`${line}\n`);
  for (const note of new Set(notes)) stderr.write(`${note}\n`);
  return EXIT.ok;
}

const NOWHERE = 'None of these clients was found on this machine. Name one to make its file.';

function sentence(action: EditAction, name: string, path: string, { title }: Client, flags: ConfigFlags): string {
  switch (action) {
    case 'created':
      return `Made ${path} with ${name} for ${title}.`;
    case 'added':
      return `Added ${name} to ${title}: ${path}`;
    case 'replaced':
      return `Replaced ${name} in ${title}: ${path}`;
    case 'removed':
      return `Removed ${name} from ${title}: ${path}`;
    case 'unchanged':
      return flags.remove ? `${title} has no ${name}: ${path}` : `${title} has ${name} already: ${path}`;
  }
}
