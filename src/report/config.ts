import type { ClientResult, EditAction, NamedEntry } from '../base/entry.ts';
import { EXIT } from '../base/errors.ts';
import { clientOf } from '../clients/registry.ts';
import { lines, type Piece, type Report } from './report.ts';

/** What a client gets to paste. */
export interface Printed {
  readonly client: string;
  readonly title: string;
  /** The entry in the client's shape. */
  readonly entry: unknown;
  readonly snippet: string;
  /** Makes the application install it; null where there is none. */
  readonly link: string | null;
  readonly notes: readonly string[];
}

/** What a run of `config` printed, for a server. */
export interface PrintOutcome {
  readonly version: string;
  readonly server: NamedEntry;
  readonly clients: readonly Printed[];
  /** What a person should know about the server. */
  readonly notes: readonly string[];
}

/** On stdout the snippets alone, so that they can be piped; what a person should know on stderr. */
export const snippetsReport = (outcome: PrintOutcome): Report => ({
  ...printReport(outcome),
  text: [
    ...outcome.clients.flatMap(({ title, snippet, notes }): Piece[] => [
      ...(outcome.clients.length > 1 ? [lines('stderr', `${title}:`)] : []),
      { to: 'stdout', text: snippet },
      lines('stderr', ...notes),
    ]),
    lines('stderr', ...outcome.notes),
  ],
});

/** The links by which applications install the server. */
export const linksReport = (outcome: PrintOutcome): Report => ({
  ...printReport(outcome),
  text: [lines('stdout', ...outcome.clients.flatMap(({ link }) => link ?? []))],
});

const printReport = ({ version, server, notes, clients }: PrintOutcome): Omit<Report, 'text'> => ({
  exit: EXIT.ok,
  json: { ok: true, version, server: { name: server.name, entry: server.entry }, notes, clients },
});

/** Edits of clients' files, made or rehearsed. */
export interface EditOutcome<Result extends ClientResult> {
  readonly version: string;
  /** The name of the entry. */
  readonly name: string;
  readonly isRemoval: boolean;
  readonly results: readonly Result[];
}

/** What was written into the files of clients. */
export function editsReport(outcome: EditOutcome<ClientResult>, notes: readonly string[]): Report {
  const { version, results } = outcome;
  const done = results.flatMap((result) => [
    sentence(result, outcome),
    ...(result.backup === undefined ? [] : [`The file as it was: ${result.backup}`]),
  ]);
  const after = new Set(results.flatMap((result) => result.after));
  return {
    exit: EXIT.ok,
    json: { ok: true, version, clients: results, notes },
    text: [
      lines('stdout', ...done, ...(results.length === 0 ? [NOWHERE] : []), ...after),
      lines('stderr', ...new Set(notes)),
    ],
  };
}

/** What would be written: on stdout nothing but diffs, as `patch` reads them. */
export function previewsReport(outcome: EditOutcome<ClientResult & { readonly diff: string }>): Report {
  const { version, results } = outcome;
  const pieces = results.map(
    (result): Piece =>
      result.action === 'unchanged' ? lines('stderr', sentence(result, outcome)) : { to: 'stdout', text: result.diff },
  );
  return {
    exit: EXIT.ok,
    json: { ok: true, version, dryRun: true, clients: results },
    text: results.length === 0 ? [lines('stderr', NOWHERE)] : pieces,
  };
}

const NOWHERE = 'None of these clients was found on this machine. Name one to make its file.';

function sentence({ action, client, path }: ClientResult, { name, isRemoval }: EditOutcome<ClientResult>): string {
  const { title } = clientOf(client);
  const sentences: Readonly<Record<EditAction, string>> = {
    created: `Made ${path} with ${name} for ${title}.`,
    added: `Added ${name} to ${title}: ${path}`,
    replaced: `Replaced ${name} in ${title}: ${path}`,
    removed: `Removed ${name} from ${title}: ${path}`,
    unchanged: isRemoval ? `${title} has no ${name}: ${path}` : `${title} has ${name} already: ${path}`,
  };
  return sentences[action];
}
