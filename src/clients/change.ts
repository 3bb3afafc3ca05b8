import { unifiedDiff } from '../base/diff.ts';
import type { NamedEntry } from '../base/entry.ts';
import type { Env } from '../base/env.ts';
import { type CliError, conflictError } from '../base/errors.ts';
import { memberOf, valueAt } from '../base/json.ts';
import { hideSecrets, keepFilled } from '../base/secrets.ts';
import { show } from '../base/text.ts';
import {
  type Change,
  changeOf,
  deepEqual,
  hideValues,
  type Part,
  undone,
  valuesIn,
  withParts,
} from '../configs/edit.ts';
import type { Format, Spot } from '../configs/formats/index.ts';
import type { Client, ConfigFile } from './rows/client.ts';
import { shapeOf, spotOf } from './shape.ts';

/** The file that is to be changed. */
export interface Subject extends Omit<ConfigFile, 'content'> {
  readonly client: Client;
  readonly format: Format;
  /** For messages only. */
  readonly path: string;
}

export interface Addition extends Subject {
  readonly named: NamedEntry;
  readonly env: Env;
  readonly force?: boolean;
}

/**
 * The change that adds an entry, or replaces it with `force`.
 *
 * It throws a `CliError` `entry-exists` when another content stands under the name, and an `UneditableError`.
 */
export function additionOf(addition: Addition): Change {
  const { client, format, named, env, force } = addition;
  const { blank = '' } = client;
  const shape = shapeOf(client, named, env);
  return changeOf(
    format,
    blank,
    (text) => {
      const spot = spotIn(addition, text, named.name);
      const found = format.get(text, spot);
      const entry = keepFilled(shape, found);
      if (found !== undefined && force !== true && !deepEqual(found, entry)) {
        throw conflict(addition, named.name, found, entry);
      }
      const companions = client.companions?.of(named) ?? [];
      const isBlank = text.trim() === '';
      const edited = withParts(format, isBlank ? text + blank : text, [{ spot, value: entry }, ...companions]);
      const added = companions.filter((one) => format.get(text, one.spot) === undefined);
      const parts = [{ spot, value: entry }, ...added];
      if (edited === text) return { action: 'unchanged', text, entry, parts };
      return { action: isBlank ? 'created' : found === undefined ? 'added' : 'replaced', text: edited, entry, parts };
    },
    client.noMark,
  );
}

/** The change that takes an entry out. */
export function removalOf(subject: Subject, name: string): Change {
  const { client, format } = subject;
  return changeOf(format, client.blank ?? '', (text, backup) => {
    const spot = spotIn(subject, text, name);
    const entry = format.get(text, spot);
    if (entry === undefined) return { action: 'unchanged', text, entry: null, parts: [] };
    const companions = (client.companions?.named(entry) ?? []).flatMap((one): Part[] => {
      const value = format.get(text, one);
      return value === undefined || !client.companions?.isOurs(value, name) ? [] : [{ spot: one, value }];
    });
    const made = [{ spot, value: entry }, ...companions];
    // Without a backup there was nothing before: the file was made for this entry, if it holds just that. The backup of a file
    // that went before is what it holds.
    if ((backup === undefined || backup === text) && isMadeFor(subject, text, made)) {
      return { action: 'removed', text: '', entry, parts: [], gone: true };
    }
    const before = undone(format, text, backup, made);
    const isUndone = before !== undefined && !looksMade(subject, before, spot);
    const edited = before ?? withoutParts(subject, text, spot, companions);
    return {
      action: 'removed',
      text: edited,
      entry,
      parts: [{ spot, value: undefined }],
      free: companions,
      isUndone,
    };
  });
}

function isMadeFor({ client, format }: Subject, text: string, parts: readonly Part[]): boolean {
  try {
    return withParts(format, client.blank ?? '', parts) === text;
  } catch {
    // What cannot be made of nothing was not.
    return false;
  }
}

/** Only a backup beside it tells such a file from one that was made for its one entry. */
function looksMade(subject: Subject, text: string, { name: _, ...where }: Spot): boolean {
  const table = valueAt(subject.format.read(text), where.path);
  const names = Array.isArray(table) ? table.map((item) => memberOf(item, where.by ?? '')) : Object.keys(table ?? {});
  const [name] = names;
  if (typeof name !== 'string' || names.length > 1) return false;
  const spot = { ...where, name };
  return isMadeFor(subject, text, [{ spot, value: subject.format.get(text, spot) }]);
}

const spotIn = ({ client, format, scope, projectDir }: Subject, text: string, name: string): Spot =>
  spotOf(client, name, {
    scope,
    projectDir,
    content: typeof client.keyPath === 'function' ? contentOf(client, format, text, name) : undefined,
  });

/** What a file holds. The scanner reads it first: it says where it does not understand it, which the parser does not. */
function contentOf({ orNull }: Client, format: Format, text: string, name: string): unknown {
  format.get(text, { path: ['mcpServers'], name, ...(orNull && { orNull }) });
  return format.read(text);
}

/** Companions that another entry needs as well stay. */
function withoutParts({ client, format }: Subject, text: string, spot: Spot, companions: readonly Part[]): string {
  const rest = format.remove(text, spot);
  if (companions.length === 0) return rest;
  const needed = client.companions?.named(format.read(rest)) ?? [];
  const idle = companions.filter((one) => !needed.some(({ name }) => name === one.spot.name));
  return idle.reduce((edited, one) => format.remove(edited, one.spot), rest);
}

function conflict({ client, path }: Subject, name: string, found: unknown, entry: unknown): CliError {
  const own = new Set(valuesIn(entry, true));
  const [old, fresh] = hideSecrets(found, entry);
  const foreign = valuesIn(found).filter((value) => !own.has(value));
  const diff = hideValues(unifiedDiff(name, pretty(old), pretty(fresh)), foreign);
  return conflictError(
    'entry-exists',
    `${client.title} has another server ${show(name)} already, in ${path}:\n${diff.trimEnd()}`,
    {
      hint: 'Give --force to replace it, or --name to add this one under another name.',
    },
  );
}

const pretty = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
