import type { Client } from '../clients/client.ts';
import { shapeOf } from '../clients/registry.ts';
import { snippetOf } from '../clients/snippet.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../errors.ts';
import { chooseClients, listClients } from './config-clients.ts';
import { type ConfigFlags, checkFlags } from './config-flags.ts';
import { chooseName, chooseServer } from './config-server.ts';

export type { ConfigFlags } from './config-flags.ts';

/**
 * Prints, writes or removes the entry of a server for the given clients.
 *
 * @param clients ids; none means Claude Desktop, or those named in `--client-config`
 * @param command the command line of any server, after `--`; empty for the project in `--dir`
 *
 * Returns 0. @throws {CliError} exit 2 for wrong flags, an unknown client or no project; 3 when an entry with another
 * content exists; 1 when a file cannot be edited.
 */
export async function runConfig(
  clients: readonly string[],
  command: readonly string[],
  flags: ConfigFlags,
  context: Context,
): Promise<ExitCode> {
  checkFlags(clients, command, flags);
  const chosen = chooseClients(clients, flags, context.env);
  if (flags.list) return listClients(chosen, flags, context);
  const { env } = context;
  if (flags.remove) {
    const { removeFrom } = await import('./config-write.ts');
    return removeFrom(chosen, await chooseName(flags, env), flags, context);
  }
  const server = await chooseServer(flags, command, env);
  if (flags.write || flags.dryRun) {
    const { writeTo } = await import('./config-write.ts');
    return writeTo(chosen, server, flags, context);
  }
  return printSnippets(
    chosen.map(({ client }) => client),
    server,
    flags,
    context,
  );
}

/** On stdout the snippets alone, so that they can be piped; what a person should know on stderr. */
function printSnippets(
  clients: readonly Client[],
  { named, notes }: Awaited<ReturnType<typeof chooseServer>>,
  flags: ConfigFlags,
  { env, stdout, stderr, version }: Context,
): ExitCode {
  if (flags.json) {
    const printed = clients.map((client) => ({
      client: client.id,
      title: client.title,
      entry: shapeOf(client, named.entry, env),
      snippet: snippetOf(client, named, env),
      notes: client.notes(named.entry),
    }));
    stdout.write(`${JSON.stringify({ ok: true, version, server: named, notes, clients: printed })}\n`);
    return EXIT.ok;
  }
  for (const client of clients) {
    if (clients.length > 1) stderr.write(`${client.title}:\n`);
    stdout.write(snippetOf(client, named, env));
    for (const note of client.notes(named.entry)) stderr.write(`${note}\n`);
  }
  for (const note of notes) stderr.write(`${note}\n`);
  return EXIT.ok;
}
