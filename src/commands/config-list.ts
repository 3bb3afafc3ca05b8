import type { Context } from '../base/context.ts';
import { EXIT, type ExitCode } from '../base/errors.ts';
import { isWritable } from '../clients/registry.ts';
import { painter } from '../report/style.ts';
import type { ChosenClient } from './config-clients.ts';
import type { ConfigFlags } from './config-flags.ts';

interface Row {
  readonly client: string;
  readonly title: string;
  readonly scope: string;
  /** Absent: the client has no file of this scope on this system. */
  readonly path: string | null;
  readonly found: boolean;
  /** It has no config file that could be written. */
  readonly byHand: boolean;
}

/** The table of clients, with their files on this machine. */
export function listClients(chosen: readonly ChosenClient[], flags: ConfigFlags, context: Context): ExitCode {
  const { stdout, env, version } = context;
  const rows = chosen.flatMap(rowsOf);
  if (flags.json) {
    stdout.write(`${JSON.stringify({ ok: true, version, clients: rows })}\n`);
    return EXIT.ok;
  }
  const paint = painter(stdout, env);
  const width = (key: 'client' | 'title'): number => Math.max(...rows.map((row) => row[key].length));
  const state = ({ path, found, byHand }: Row): string => {
    if (found) return paint('green', 'found    ');
    return paint('dim', path !== null ? 'not found' : byHand ? 'by hand  ' : '–        ');
  };
  for (const row of rows) {
    const { client, title, path } = row;
    const line = `${client.padEnd(width('client'))}  ${title.padEnd(width('title'))}  ${state(row)}  ${path ?? ''}`;
    stdout.write(`${line.trimEnd()}\n`);
  }
  return EXIT.ok;
}

function rowsOf({ client, scope, locations }: ChosenClient): readonly Row[] {
  const { id, title } = client;
  const row = { client: id, title, scope, byHand: !isWritable(client) };
  if (locations.length === 0) return [{ ...row, path: null, found: false }];
  return locations.map(({ path, found }) => ({ ...row, path, found }));
}
