import { show } from '../answers/text.ts';
import type { Env } from '../env.ts';
import { type CliError, conflictError } from '../errors.ts';
import type { Client } from './client.ts';
import { unifiedDiff } from './diff.ts';
import { lineAndColumn, TextError } from './formats/format.ts';
import { formatOf } from './formats/index.ts';
import { decodeUtf8 } from './formats/utf8.ts';
import { shapeOf } from './registry.ts';
import { hideSecrets } from './secrets.ts';
import type { EditAction, NamedEntry } from './types.ts';
import { deepEqual, sameBut, valueAt } from './values.ts';

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

export interface Addition {
  readonly client: Client;
  /** For messages only. */
  readonly path: string;
  readonly named: NamedEntry;
  readonly env: Env;
  readonly force?: boolean;
}

/**
 * The change that adds an entry, or replaces it with `force`.
 *
 * It throws a `CliError` `entry-exists` when another content stands under the name, and an `UneditableError`.
 */
export function additionOf({ client, path, named: { name, entry: server }, env, force }: Addition): Change {
  const format = formatOf(client);
  const entry = shapeOf(client, server, env);
  return changeOf((text) => {
    const found = format.get(text, client.keyPath, name);
    if (found !== undefined && deepEqual(found, entry)) return { action: 'unchanged', text, entry };
    if (found !== undefined && force !== true) throw conflict(client, path, name, found, entry);
    const edited = format.set(text, client.keyPath, name, entry);
    verify(client, text, edited, name, entry);
    const action = text.trim() === '' ? 'created' : found === undefined ? 'added' : 'replaced';
    return { action, text: edited, entry };
  });
}

/** The change that takes an entry out. */
export function removalOf(client: Client, name: string): Change {
  const format = formatOf(client);
  return changeOf((text, backup) => {
    const entry = format.get(text, client.keyPath, name);
    if (entry === undefined) return { action: 'unchanged', text, entry: null };
    const edited = format.remove(text, client.keyPath, name, backup);
    verify(client, text, edited, name, undefined);
    return { action: 'removed', text: edited, entry };
  });
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

/** Reads both texts with another parser than the editor's: all old values are there, and the entry is as it should be. */
function verify(client: Client, before: string, after: string, name: string, entry: unknown): void {
  const { read } = formatOf(client);
  const path = [...client.keyPath, name];
  const result = read(after);
  if (sameBut(read(before), result, path) && deepEqual(valueAt(result, path), entry)) return;
  throw new TextError(0, 'the edited text does not read back as it should; this is a fault of create-mcp-mason');
}

function conflict(client: Client, path: string, name: string, found: unknown, entry: unknown): CliError {
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
