import { show } from '../answers/text.ts';
import type { Env } from '../env.ts';
import { type CliError, conflictError } from '../errors.ts';
import type { Client, Companion, ConfigFile } from './client.ts';
import { unifiedDiff } from './diff.ts';
import { type Format, lineAndColumn, type Spot, TextError } from './formats/format.ts';
import { decodeUtf8 } from './formats/utf8.ts';
import { hideSecrets, keepFilled } from './secrets.ts';
import { shapeOf, spotOf } from './shape.ts';
import type { EditAction, NamedEntry } from './types.ts';
import { deepEqual, entryAt, sameBut } from './values.ts';

/** A config file that cannot be edited safely, and the place that says why; line and column from 1. */
export class UneditableError extends Error {
  override readonly name = 'UneditableError';
  constructor(
    readonly line: number,
    readonly column: number,
    readonly reason: string,
  ) {
    super(reason);
  }
}

export interface Edit {
  readonly action: EditAction;
  /** The texts before (undefined: no file) and after, byte order marks included. */
  readonly before: string | undefined;
  readonly after: string;
  /** The entry in the client's shape; null when there is none. */
  readonly entry: unknown;
}

/** From the bytes of a file (undefined: no file) and of its backup to the edited text. Pure. */
export type Change = (bytes: Buffer | undefined, backup: Buffer | undefined) => Edit;

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
  const shape = shapeOf(client, named, env);
  return changeOf((text) => {
    const spot = spotIn(addition, text, named.name);
    const found = format.get(text, spot);
    const entry = keepFilled(shape, found);
    if (found !== undefined && force !== true && !deepEqual(found, entry)) {
      throw conflict(addition, named.name, found, entry);
    }
    const companions = client.companions?.of(named) ?? [];
    const edited = withParts(format, started(client, text), [{ spot, value: entry }, ...companions]);
    if (edited === text) return { action: 'unchanged', text, entry };
    const added = companions.filter((one) => format.get(text, one.spot) === undefined);
    verify(addition, text, edited, [{ spot, value: entry }, ...added]);
    const action = text.trim() === '' ? 'created' : found === undefined ? 'added' : 'replaced';
    return { action, text: edited, entry };
  });
}

/** The change that takes an entry out. */
export function removalOf(subject: Subject, name: string): Change {
  const { client, format } = subject;
  return changeOf((text, backup) => {
    const spot = spotIn(subject, text, name);
    const entry = format.get(text, spot);
    if (entry === undefined) return { action: 'unchanged', text, entry: null };
    const companions = (client.companions?.named(entry) ?? []).flatMap((one): Companion[] => {
      const value = format.get(text, one);
      return value === undefined ? [] : [{ spot: one, value }];
    });
    const parts = [{ spot, value: entry }, ...companions];
    const edited = undone(format, text, backup, parts) ?? withoutParts(subject, text, spot, companions);
    verify(subject, text, edited, [{ spot, value: undefined }], companions);
    return { action: 'removed', text: edited, entry };
  });
}

const spotIn = ({ client, format, scope, projectDir }: Subject, text: string, name: string): Spot =>
  spotOf(client, name, {
    scope,
    projectDir,
    content: typeof client.keyPath === 'function' ? format.read(text) : undefined,
  });

/** Companions that are there already stay as the user has them. */
function withParts(format: Format, text: string, [entry, ...companions]: readonly Companion[]): string {
  const first = entry !== undefined && !deepEqual(format.get(text, entry.spot), entry.value);
  const start = first ? format.set(text, entry.spot, entry.value) : text;
  return companions.reduce(
    (edited, { spot, value }) => (format.get(edited, spot) === undefined ? format.set(edited, spot, value) : edited),
    start,
  );
}

/** Companions that another entry needs as well stay. */
function withoutParts({ client, format }: Subject, text: string, spot: Spot, companions: readonly Companion[]): string {
  const rest = format.remove(text, spot);
  if (companions.length === 0) return rest;
  const needed = client.companions?.named(format.read(rest)) ?? [];
  const idle = companions.filter((one) => !needed.some(({ name }) => name === one.spot.name));
  return idle.reduce((edited, one) => format.remove(edited, one.spot), rest);
}

/** The backup, when adding the same to it gives the text: then the removal leaves no trace. @internal exported for tests */
export function undone(
  format: Format,
  text: string,
  backup: string | undefined,
  parts: readonly Companion[],
): string | undefined {
  try {
    if (backup === undefined || parts[0] === undefined || format.get(backup, parts[0].spot) !== undefined) {
      return undefined;
    }
    return withParts(format, backup, parts) === text ? backup : undefined;
  } catch (error) {
    if (error instanceof TextError) return undefined;
    throw error;
  }
}

type TextChange = (text: string, backup: string | undefined) => { action: EditAction; text: string; entry: unknown };

function changeOf(change: TextChange): Change {
  return (bytes, backup) => {
    const { bom, text } = located(bytes?.toString('latin1') ?? '', () => decodeUtf8(bytes ?? Buffer.alloc(0)));
    const edit = located(text, () => change(text, textOf(backup, bom)));
    const before = bytes === undefined ? undefined : bom + text;
    return { action: edit.action, before, after: bom + edit.text, entry: edit.entry };
  };
}

/** Only a backup that begins alike can be what the file was before. */
function textOf(backup: Buffer | undefined, bom: string): string | undefined {
  try {
    const decoded = backup && decodeUtf8(backup);
    return decoded?.bom === bom ? decoded.text : undefined;
  } catch {
    return undefined;
  }
}

/** Turns offsets into lines and columns of the text that they count in. */
function located<T>(text: string, task: () => T): T {
  try {
    return task();
  } catch (error) {
    if (!(error instanceof TextError)) throw error;
    const { line, column } = lineAndColumn(text, error.offset);
    throw new UneditableError(line, column, error.reason);
  }
}

export const bytesAfter = (edit: Edit): Buffer => Buffer.from(edit.after, 'utf8');

/**
 * Reads both texts with another parser than the editor's: the parts are as they should be, and all else but `free` is as
 * it was.
 */
function verify(
  { client, format }: Subject,
  before: string,
  after: string,
  parts: readonly Companion[],
  free: readonly Companion[] = [],
): void {
  const [old, result] = [format.read(started(client, before)), format.read(after)];
  const right = parts.every(({ spot, value }) => deepEqual(entryAt(result, spot), value));
  const spots = [...parts, ...free].map(({ spot }) => spot);
  if (right && sameBut(old, result, spots)) return;
  throw new TextError(0, 'the edited text does not read back as it should; this is a fault of create-mcp-mason');
}

/** A text without anything in it, with what a new file of the client begins with. */
const started = ({ blank = '' }: Client, text: string): string => (text.trim() === '' ? text + blank : text);

function conflict({ client, path }: Subject, name: string, found: unknown, entry: unknown): CliError {
  const [old, fresh] = hideSecrets(found, entry);
  const diff = unifiedDiff(name, pretty(old), pretty(fresh));
  return conflictError(
    'entry-exists',
    `${client.title} has another server ${show(name)} already, in ${path}:\n${diff.trimEnd()}`,
    {
      hint: 'Give --force to replace it, or --name to add this one under another name.',
    },
  );
}

const pretty = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
