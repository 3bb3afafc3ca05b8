import { realpathSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import type { Context } from '../base/context.ts';
import { CliError, cancelled, failure, messageOf, usageError } from '../base/errors.ts';
import { readRegular, Unreadable } from '../base/inside.ts';
import { targetOf } from '../base/paths.ts';
import { literalsIn, maskWord } from '../base/secrets.ts';
import { show } from '../base/text.ts';
import { type Description, loadDescription } from '../openapi/description.ts';
import { MOST_BYTES } from '../openapi/text.ts';

const TIMEOUT_MS = 60_000;

/** A description that was read. */
export interface Source {
  readonly description: Description;
  /** Its address, where it has one: servers of the API may be relative to it. */
  readonly origin: string | undefined;
}

const isAddress = (source: string): boolean => /^https?:\/\//i.test(source);

/**
 * Reads a description with all its files, which must lie in or below its folder, or come from the same host.
 *
 * @param source a path or an address
 * @throws CliError (usage) for a file that is not there, too large, broken, no description or refers to what lies outside;
 * (failed) `openapi-unreachable` for an address that does not answer; `cancelled`
 */
export async function readSource(source: string, context: Pick<Context, 'env' | 'signal'>): Promise<Source> {
  return isAddress(source) ? fromAddress(source, context.signal) : fromFile(source, context);
}

async function fromFile(source: string, { env }: Pick<Context, 'env'>): Promise<Source> {
  const path = realPathOf(targetOf(source, env), source);
  const folder = dirname(path);
  const read = async (name: string): Promise<string> => {
    if (isAddress(name)) throw outside(source, name);
    const wanted = resolve(folder, name);
    const found = name === basename(path) ? path : realPathOf(wanted, name);
    if (relative(folder, found).split(sep)[0] === '..' || resolve(found) !== found) throw outside(source, name);
    return textAt(found, name);
  };
  return { description: await loadDescription(basename(path), read), origin: undefined };
}

function realPathOf(path: string, name: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    throw missing(name, error);
  }
}

function textAt(path: string, name: string): string {
  try {
    const bytes = readRegular(path, MOST_BYTES);
    if (bytes !== undefined) return bytes.toString('utf8');
  } catch (error) {
    if (error instanceof Unreadable && error.isTooLarge) throw tooLarge(name);
    throw missing(name, error);
  }
  throw missing(name);
}

async function fromAddress(source: string, signal: AbortSignal): Promise<Source> {
  if (!URL.canParse(source)) throw usageError('openapi-unreadable', `${show(source)} is no address.`);
  const first = new URL(source);
  first.hash = '';
  const { username, password } = first;
  // Addresses are shown and recorded.
  first.username = first.password = '';
  const authorization =
    username === '' ? {} : { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
  const read = async (name: string): Promise<string> => {
    const url = URL.canParse(name) ? new URL(name) : undefined;
    if (url?.origin !== first.origin) throw outside(source, name);
    return download(url, authorization, signal);
  };
  return { description: await loadDescription(first.href, read), origin: first.href };
}

async function download(url: URL, headers: Record<string, string>, signal: AbortSignal): Promise<string> {
  const stop = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  try {
    const response = await fetch(url, {
      headers: { accept: 'application/json, application/yaml, */*', ...headers },
      signal: stop,
    });
    if (!response.ok) throw unreachable(url, `it answers ${response.status}`);
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of response.body ?? []) {
      size += chunk.length;
      if (size > MOST_BYTES) throw tooLarge(url.href);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  } catch (error) {
    if (signal.aborted) throw cancelled();
    if (error instanceof CliError) throw error;
    const { cause } = error as Error;
    throw unreachable(url, stop.aborted ? `it takes more than ${TIMEOUT_MS / 1000} s` : messageOf(cause ?? error));
  }
}

/** A source as a record has it: an address without secrets, or a path from the project, with `/`. */
export function recordedSource(source: string, dir: string, env: Context['env']): string {
  if (isAddress(source)) {
    const url = new URL(source);
    url.username = url.password = '';
    for (const [name, value] of [...url.searchParams])
      if (literalsIn([`?${name}=${value}`]).length > 0) url.searchParams.delete(name);
    return url.href;
  }
  return relative(dir, targetOf(source, env)).replaceAll('\\', '/');
}

/** The same for reading it again, from the folder of the project. */
export const sourceIn = (dir: string, recorded: string): string =>
  isAddress(recorded) ? recorded : join(dir, recorded);

const HINT = 'Give the file or address of an OpenAPI description, as JSON or YAML.';

const missing = (name: string, cause?: unknown): CliError =>
  usageError('openapi-unreadable', `The description ${show(maskWord(name))} cannot be read: ${reasonOf(cause)}`, {
    hint: HINT,
    cause,
  });

const reasonOf = (cause: unknown): string =>
  (cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT' || cause === undefined
    ? 'there is no such file.'
    : messageOf(cause);

const tooLarge = (name: string): CliError =>
  usageError('openapi-too-large', `${show(maskWord(name))} has more than ${MOST_BYTES / 1024 / 1024} MB.`, {
    hint: 'Give a description with references instead of one in which they are written out.',
  });

const outside = (source: string, name: string): CliError =>
  usageError(
    'openapi-outside',
    `${show(maskWord(source))} refers to ${show(maskWord(name))}, which lies outside of its folder.`,
    {
      hint: 'Put all files of the description into one folder, or make one file of them.',
    },
  );

const unreachable = (url: URL, why: string): CliError =>
  failure('openapi-unreachable', `The description ${show(maskWord(url.href))} cannot be fetched: ${why}.`, {
    hint: 'Check the address, or download the description and give the file.',
  });
