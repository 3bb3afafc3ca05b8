import type { Answers } from '../base/answers.ts';
import type { ClientResult, NamedEntry } from '../base/entry.ts';
import type { Env } from '../base/env.ts';
import { CliError } from '../base/errors.ts';
import { type EditRequest, previewEntry, writeEntry } from '../clients/edit.ts';
import { runtimeWarning } from '../languages/launch.ts';
import { chooseClients, editedPaths, entryNotes } from './config-clients.ts';

/** What each chosen client would get. Reads the clients' files and throws what `writeClients` would throw. */
export const previewClients = (answers: Answers, named: NamedEntry, env: Env): Promise<ClientResult[]> =>
  forEach(answers, named, env, async (request) => {
    const { diff: _, ...result } = await previewEntry(request);
    return result;
  });

/**
 * Adds the entry to the config file of each chosen client.
 *
 * @throws {CliError} what `writeEntry` throws; the clients before the one that failed have their entry
 */
export const writeClients = (answers: Answers, named: NamedEntry, env: Env): Promise<ClientResult[]> =>
  forEach(answers, named, env, writeEntry);

/** What a person should know about the entry in the chosen clients. */
export function clientNotes({ client: ids }: Answers, named: NamedEntry, env: Env): readonly string[] {
  const { entry } = named;
  const warning = entry.transport === 'stdio' ? runtimeWarning(entry.command) : undefined;
  const chosen = chooseClients({ ids, files: new Map() }, env);
  const notes = ids.length === 0 ? [] : chosen.flatMap(({ client }) => entryNotes(client, named, env));
  return [...notes, ...(warning === undefined ? [] : [warning])];
}

async function forEach(
  answers: Answers,
  named: NamedEntry,
  env: Env,
  task: (request: EditRequest) => Promise<ClientResult>,
): Promise<ClientResult[]> {
  const files = new Map(Object.entries(answers.clientConfig));
  const results: ClientResult[] = [];
  for (const chosen of chooseClients({ ids: answers.client, files }, env)) {
    for (const path of editedPaths(chosen)) {
      const force = answers.onConflict === 'overwrite';
      const request = { client: chosen.client, path, env, named, force, createFolder: true };
      results.push(await task(request).catch(withFlag));
    }
  }
  return results;
}

/** `create` has another flag for this than `config`. */
function withFlag(error: unknown): never {
  if (!(error instanceof CliError) || error.code !== 'entry-exists') throw error;
  const hint = 'Give --on-conflict overwrite to replace it, or --name to add this one under another name.';
  throw new CliError(error.code, error.exit, error.message, { hint, cause: error });
}
