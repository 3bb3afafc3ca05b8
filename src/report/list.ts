import type { Context } from '../base/context.ts';
import { EXIT } from '../base/errors.ts';
import { lines, type Report } from './report.ts';
import { painter } from './style.ts';

/** A client, or one of several files that it has. */
export interface ListedClient {
  readonly client: string;
  readonly title: string;
  readonly scope: string;
  /** It has no config file that could be written. */
  readonly byHand: boolean;
  /** Absent: the client has no file of this scope on this system. */
  readonly path: string | null;
  /** The client is on this machine. */
  readonly found: boolean;
  /** The file is there, too. */
  readonly exists: boolean;
}

/** The table of clients, with their files on this machine. */
export function listReport(clients: readonly ListedClient[], { stdout, env, version }: Context): Report {
  const paint = painter(stdout, env);
  const width = (key: 'client' | 'title'): number => Math.max(...clients.map((row) => row[key].length));
  const state = ({ path, found, byHand, exists }: ListedClient): string => {
    if (found && exists) return paint('green', 'found    ');
    if (found) return paint('green', 'no file  ');
    return paint('dim', path !== null ? 'not found' : byHand ? 'by hand  ' : '–        ');
  };
  const [id, title] = [width('client'), width('title')];
  const rows = clients.map((row) =>
    `${row.client.padEnd(id)}  ${row.title.padEnd(title)}  ${state(row)}  ${row.path ?? ''}`.trimEnd(),
  );
  return { exit: EXIT.ok, json: { ok: true, version, clients }, text: [lines('stdout', ...rows)] };
}
