import type { Scope } from '../clients/client.ts';
import { usageError } from '../errors.ts';

export interface ConfigFlags {
  /** Print the table of clients. */
  readonly list?: boolean;
  /** Every client. */
  readonly all?: boolean;
  readonly write?: boolean;
  readonly remove?: boolean;
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
  /** `<client>=<path>`, as often as wanted. */
  readonly clientConfig?: readonly string[];
  /** The folder of the project; the current one by default. */
  readonly dir?: string;
  /** The name of the entry. */
  readonly name?: string;
  readonly url?: string;
  /** `user` (default) or `project`. */
  readonly scope?: string;
}

/** The scope that was asked for. @throws {CliError} `invalid-scope` */
export function scopeOf({ scope = 'user' }: ConfigFlags): Scope {
  if (scope === 'user' || scope === 'project') return scope;
  throw usageError('invalid-scope', `There is no scope ${JSON.stringify(scope)}.`, { hint: 'It is user or project.' });
}

/** @throws {CliError} `contradictory-flags`, `invalid-scope`, exit 2. */
export function checkFlags(clients: readonly string[], command: readonly string[], flags: ConfigFlags): void {
  const { all, write, remove, list, url, dryRun } = flags;
  const edits = write || remove || dryRun;
  const both: readonly (readonly [unknown, unknown, string])[] = [
    [write, remove, '--write and --remove'],
    [list, edits, '--list and --write, --remove or --dry-run'],
    [all, clients.length > 0, '--all and the name of a client'],
    [url !== undefined, command.length > 0, '--url and a command after --'],
    [remove, command.length > 0 || url !== undefined, '--remove and a server: the name of the entry is enough'],
  ];
  const [, , clash] = both.find(([one, other]) => one && other) ?? [];
  if (clash !== undefined) throw usageError('contradictory-flags', `These do not go together: ${clash}.`);
  scopeOf(flags);
}
