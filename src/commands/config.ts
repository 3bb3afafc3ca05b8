import type { Context } from '../base/context.ts';
import type { Env } from '../base/env.ts';
import { type CliError, usageError } from '../base/errors.ts';
import { targetOf } from '../base/paths.ts';
import { listOf } from '../base/text.ts';
import { CLIENTS } from '../clients/registry.ts';
import { linkOf, shapeOf } from '../clients/shape.ts';
import { snippetOf } from '../clients/snippet.ts';
import { linksReport, type Printed, snippetsReport } from '../report/config.ts';
import { listReport } from '../report/list.ts';
import type { Report } from '../report/report.ts';
import {
  type ChosenClient,
  chooseClients,
  clientFiles,
  entryNotes,
  listedClients,
  namedFor,
} from './config-clients.ts';
import { type ConfigFlags, checkFlags, scopeOf } from './config-flags.ts';
import { type ChosenServer, chooseName, chooseServer } from './config-server.ts';
import { recoverProject } from './recover-project.ts';

export interface ConfigArgs {
  /** Ids; none means Claude Desktop, or those named in `--client-config`. */
  readonly clients: readonly string[];
  /** The command line of any server, after `--`; empty for the project in `--dir`. */
  readonly command: readonly string[];
  readonly flags: ConfigFlags;
}

/**
 * Prints, writes or removes the entry of a server for the given clients.
 *
 * @throws {CliError} exit 2 for wrong flags, an unknown client or no project; 3 when an entry with another content exists;
 * 1 when a file cannot be edited
 */
export async function runConfig({ clients, command, flags }: ConfigArgs, context: Context): Promise<Report> {
  checkFlags(clients, command, flags);
  const { env, version } = context;
  const { all, dir = '.', list } = flags;
  if (command.length === 0) await recoverProject(targetOf(dir, env), context);
  const chosen = chooseClients(
    { ids: clients, files: clientFiles(flags.clientConfig), all, list, dir, scope: scopeOf(flags) },
    env,
  );
  if (list) return listReport(listedClients(chosen), context);
  if (flags.remove) {
    const { removeFrom } = await import('./config-write.ts');
    return removeFrom(chosen, await chooseName(flags, env), flags, context);
  }
  const server = await chooseServer(flags, command, env);
  if (flags.write || flags.dryRun) {
    const { writeTo } = await import('./config-write.ts');
    return writeTo(chosen, server, flags, context);
  }
  const printed = await Promise.all(chosen.map((choice) => print(choice, server, env)));
  const outcome = { version, server: server.named, clients: printed, notes: server.notes };
  if (!flags.link) return snippetsReport(outcome);
  if (!flags.json && printed.every(({ link }) => link === null)) throw noLink();
  return linksReport(outcome);
}

async function print(choice: ChosenClient, server: ChosenServer, env: Env): Promise<Printed> {
  const { client, scope } = choice;
  const named = namedFor(choice, server);
  return {
    client: client.id,
    title: client.title,
    entry: shapeOf(client, named, env),
    snippet: await snippetOf(client, named, env, scope),
    link: linkOf(client, named, env) ?? null,
    notes: entryNotes(client, named, env),
  };
}

function noLink(): CliError {
  const able = CLIENTS.filter(({ link }) => link !== undefined).map(({ id }) => id);
  return usageError('no-link', 'None of these clients can be told by a link to install a server.', {
    hint: `Those that can: ${listOf(able, 'and')}.`,
  });
}
