import type { ClientResult, NamedEntry } from '../base/entry.ts';
import type { Env } from '../base/env.ts';
import { failure } from '../base/errors.ts';
import { explainIo } from '../base/fs-errors.ts';
import { masked } from '../base/secrets.ts';
import { type Change, type Edit, edit, rehearse, shapeOnly, UneditableError } from '../configs/edit.ts';
import { loadFormat } from '../configs/formats/index.ts';
import { additionOf, removalOf, type Subject } from './change.ts';
import type { Client, Scope } from './rows/client.ts';
import { snippetOf } from './snippet.ts';

interface Target {
  readonly client: Client;
  /** The config file, absolute. */
  readonly path: string;
  /** Whose file it is; `user` when absent. */
  readonly scope?: Scope;
  /** Absolute; the current folder when absent. */
  readonly projectDir?: string;
  readonly env: Env;
  readonly signal?: AbortSignal;
}

export interface EditRequest extends Target {
  readonly named: NamedEntry;
  /** Replace an entry of the same name that has another content. */
  readonly force?: boolean;
  /** Make the file's folder when it is missing: only when the user named this client or this path. */
  readonly createFolder?: boolean;
}

export interface RemovalRequest extends Target {
  /** The name of the entry. */
  readonly name: string;
}

/** What an edit would do. */
export interface Preview extends ClientResult {
  /** Unified, without secrets; empty when nothing would change. */
  readonly diff: string;
}

/**
 * Adds one entry to a client's config file, or replaces it with `force`. No other byte of the file changes.
 *
 * @throws {CliError} `entry-exists` (exit 3) when another content stands under that name; `config-invalid` with line,
 * column, reason and the snippet to paste, when the file cannot be edited safely; see also `updateFile`.
 */
export async function writeEntry(request: EditRequest): Promise<ClientResult> {
  return apply(request, await additionTo(request), request.createFolder === true, await pasteHint(request));
}

/** What `writeEntry` would do, with the same errors. Reads the file, writes nothing. */
export async function previewEntry(request: EditRequest): Promise<Preview> {
  return preview(request, await additionTo(request), await pasteHint(request));
}

/** Takes one entry out of a client's config file; `unchanged` when it is not there. */
export async function removeEntry(request: RemovalRequest): Promise<ClientResult> {
  return apply(request, await removalFrom(request), false, CORRECT);
}

/** What `removeEntry` would do. */
export async function previewRemoval(request: RemovalRequest): Promise<Preview> {
  return preview(request, await removalFrom(request), CORRECT);
}

const additionTo = async (request: EditRequest): Promise<Change> =>
  additionOf({ ...request, ...(await subjectOf(request)) });

const removalFrom = async (request: RemovalRequest): Promise<Change> =>
  removalOf(await subjectOf(request), request.name);

async function subjectOf({ client, path, env, scope = 'user', projectDir = env.cwd }: Target): Promise<Subject> {
  return { client, path, scope, projectDir, format: await loadFormat(client.format) };
}

async function apply(target: Target, change: Change, createFolder: boolean, hint: string): Promise<ClientResult> {
  const { path, env, signal } = target;
  return explaining(target, hint, async () => {
    const { done, backup } = await edit(path, change, { platform: env.platform, createFolder, signal });
    if (done === undefined) throw failure('config-unwritable', `${path} was not changed.`);
    return resultOf(target, done, backup);
  });
}

async function preview(target: Target, change: Change, hint: string): Promise<Preview> {
  return explaining(target, hint, async () => {
    const { done, diff } = await rehearse(target.path, change);
    return { ...resultOf(target, done, undefined), diff };
  });
}

async function explaining<T>({ client, path }: Target, hint: string, task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    if (!(error instanceof UneditableError)) throw explainIo(error, path);
    const { line, column, reason } = error;
    throw failure(
      'config-invalid',
      `${path}:${line}:${column}: ${reason}. The file of ${client.title} was not changed.`,
      { hint },
    );
  }
}

const CORRECT = 'Correct the file and run the command again.';

const pasteHint = async ({ client, named, env }: EditRequest): Promise<string> =>
  `Correct the file and run the command again, or paste this into it:\n${(await snippetOf(client, named, env)).trimEnd()}`;

function resultOf({ client, path }: Target, done: Edit, backup: string | undefined): ClientResult {
  const { action } = done;
  const entry = masked(action === 'removed' ? shapeOnly(done.entry) : done.entry);
  const forNew = action === 'removed' ? [] : (client.forNew ?? []);
  const after = action === 'unchanged' ? [] : [...client.after, ...forNew];
  return { client: client.id, path, action, entry, ...(backup !== undefined && { backup }), after };
}
