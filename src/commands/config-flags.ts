import { usageError } from '../base/errors.ts';
import { listOf, show } from '../base/text.ts';
import { SCOPES, type Scope } from '../clients/rows/client.ts';

export interface ConfigFlags {
  /** Print the table of clients. */
  readonly list?: boolean;
  /** Every client. */
  readonly all?: boolean;
  readonly write?: boolean;
  readonly remove?: boolean;
  readonly dryRun?: boolean;
  readonly force?: boolean;
  /** Ask nothing: also what a folder's files say is written. */
  readonly yes?: boolean;
  readonly json?: boolean;
  /** Print the links by which applications install the server. */
  readonly link?: boolean;
  /** `<client>=<path>`, as often as wanted. */
  readonly clientConfig?: readonly string[];
  /** The folder of the project; the current one by default. */
  readonly dir?: string;
  /** The name of the entry. */
  readonly name?: string;
  readonly url?: string;
  /** `NAME=value`, or `NAME` for a secret that the client looks up. */
  readonly env?: readonly string[];
  /** `Name: value`, with `${VARIABLE}` for a secret. */
  readonly header?: readonly string[];
  /** `user` (default), `local` or `project`. */
  readonly scope?: string;
}

/** The scope that was asked for. @throws {CliError} `invalid-scope` */
export function scopeOf({ scope = 'user' }: ConfigFlags): Scope {
  const known = SCOPES.find((one) => one === scope);
  if (known !== undefined) return known;
  throw usageError('invalid-scope', `There is no scope ${show(scope)}.`, { hint: `It is ${listOf([...SCOPES])}.` });
}

/** @throws {CliError} `contradictory-flags`, `invalid-scope`, exit 2. */
export function checkFlags(clients: readonly string[], command: readonly string[], flags: ConfigFlags): void {
  const { all, write, remove, list, link, url, dryRun, env = [], header = [] } = flags;
  const edits = write || remove || dryRun;
  const both: readonly (readonly [unknown, unknown, string])[] = [
    [write, remove, '--write and --remove'],
    [list, edits, '--list and --write, --remove or --dry-run'],
    [link, edits || list, '--link and --list, --write, --remove or --dry-run'],
    [all, clients.length > 0, '--all and the name of a client'],
    [url !== undefined, command.length > 0, '--url and a command after --'],
    [url !== undefined, env.length > 0, '--url and --env: a server behind a URL has its own environment'],
    [header.length > 0, command.length > 0, '--header and a command after --'],
    [remove, command.length > 0 || url !== undefined, '--remove and a server: the name of the entry is enough'],
  ];
  const [, , clash] = both.find(([one, other]) => one && other) ?? [];
  if (clash !== undefined) throw usageError('contradictory-flags', `These do not go together: ${clash}.`);
  scopeOf(flags);
}
