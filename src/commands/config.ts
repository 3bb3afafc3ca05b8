import type { Context } from '../base/context.ts';
import type { NamedEntry } from '../base/entry.ts';
import type { Env } from '../base/env.ts';
import { EXIT, type ExitCode, usageError } from '../base/errors.ts';
import { listOf } from '../base/text.ts';
import { CLIENTS } from '../clients/registry.ts';
import { linkOf, shapeOf } from '../clients/shape.ts';
import { snippetOf } from '../clients/snippet.ts';
import { type ChosenClient, chooseClients, entryNotes, namedFor } from './config-clients.ts';
import { type ConfigFlags, checkFlags } from './config-flags.ts';
import { type ChosenServer, chooseName, chooseServer } from './config-server.ts';

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
  if (flags.list) return (await import('./config-list.ts')).listClients(chosen, flags, context);
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
  const printed = await Promise.all(chosen.map((choice) => print(choice, server, env)));
  if (flags.json) {
    const { name, entry } = server.named;
    const body = { ok: true, version: context.version, server: { name, entry }, notes: server.notes, clients: printed };
    context.stdout.write(`${JSON.stringify(body)}\n`);
    return EXIT.ok;
  }
  return flags.link ? printLinks(printed, context) : printSnippets(printed, server, context);
}

interface Printed {
  readonly client: string;
  readonly title: string;
  /** The entry in the client's shape. */
  readonly entry: unknown;
  readonly snippet: string;
  /** Makes the application install it; null where there is none. */
  readonly link: string | null;
  readonly notes: readonly string[];
}

async function print(choice: ChosenClient, server: ChosenServer, env: Env): Promise<Printed> {
  const { client, scope } = choice;
  const named: NamedEntry = namedFor(choice, server);
  const entry = shapeOf(client, named, env);
  return {
    client: client.id,
    title: client.title,
    entry,
    snippet: await snippetOf(client, named, env, scope),
    link: linkOf(client, named, env) ?? null,
    notes: entryNotes(client, named, env),
  };
}

/** On stdout the snippets alone, so that they can be piped; what a person should know on stderr. */
function printSnippets(printed: readonly Printed[], { notes }: ChosenServer, { stdout, stderr }: Context): ExitCode {
  for (const { title, snippet, notes } of printed) {
    if (printed.length > 1) stderr.write(`${title}:\n`);
    stdout.write(snippet);
    for (const note of notes) stderr.write(`${note}\n`);
  }
  for (const note of notes) stderr.write(`${note}\n`);
  return EXIT.ok;
}

function printLinks(printed: readonly Printed[], { stdout }: Context): ExitCode {
  const links = printed.flatMap(({ link }) => link ?? []);
  if (links.length === 0) {
    const able = CLIENTS.filter(({ link }) => link !== undefined).map(({ id }) => id);
    throw usageError('no-link', 'None of these clients can be told by a link to install a server.', {
      hint: `Those that can: ${listOf(able, 'and')}.`,
    });
  }
  for (const link of links) stdout.write(`${link}\n`);
  return EXIT.ok;
}
