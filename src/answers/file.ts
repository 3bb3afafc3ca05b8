import { createReadStream, statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import type { Context } from '../base/context.ts';
import { CliError, messageOf, usageError } from '../base/errors.ts';
import { isObject } from '../base/json.ts';
import { pathOf } from '../base/paths.ts';
import { textOf } from '../base/streams.ts';
import { nearest, show } from '../base/text.ts';
import type { Key } from './option-types.ts';
import { OPTIONS } from './options.ts';
import type { RawValue } from './values.ts';

export type RawAnswers = Readonly<Partial<Record<Key, RawValue>>>;

/** Answers are a screen of text; a pipe or a device may have no end. */
const MOST_BYTES = 1024 * 1024;

/**
 * Reads `--answers`: a JSON object with the options table's keys, or one that holds such an object under `answers`, as
 * `.mcp-mason.json` and the output of `--json` do.
 *
 * @param path of a file, or of a pipe that a shell has made (`<(…)`); `-` is stdin
 * @throws {CliError} exit 2, when it cannot be read, is no JSON object, or has an unknown key; 130
 */
export async function readAnswersFile(
  path: string,
  context: Pick<Context, 'env' | 'terminal' | 'signal'>,
): Promise<RawAnswers> {
  return answersOf(parse(await read(path, context), path), path);
}

async function read(
  path: string,
  { env, terminal, signal }: Pick<Context, 'env' | 'terminal' | 'signal'>,
): Promise<string> {
  let text: string | undefined;
  try {
    text = await textOf(
      path === '-' ? terminal.input : openFile(pathOf(env).resolve(env.cwd, path)),
      MOST_BYTES,
      signal,
    );
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw usageError('answers-unreadable', `The answers file ${show(path)} cannot be read: ${messageOf(error)}`, {
      hint: 'Give the path of a JSON file, for example the .mcp-mason.json of another project, or - for stdin.',
      cause: error,
    });
  }
  if (text !== undefined) return text;
  throw usageError(
    'answers-unreadable',
    `The answers file ${show(path)} has more than 1 MB, which is too much for answers.`,
  );
}

/** Opening a pipe that has a name waits for whoever writes into it, for ever if need be; a device may have no end. */
function openFile(path: string): Readable {
  const entry = statSync(path);
  const isOfShell = entry.isFIFO() && /^\/(dev|proc)\//.test(path);
  if (!entry.isFile() && !isOfShell) throw new Error('it is not a file');
  return createReadStream(path);
}

function parse(text: string, path: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw usageError('answers-invalid', `The answers file ${show(path)} is not JSON: ${messageOf(error)}`, {
      cause: error,
    });
  }
  if (isObject(value)) return value;
  throw usageError('answers-invalid', `The answers file ${show(path)} must hold a JSON object.`, {
    hint: 'For example: {"name": "my-server", "transport": "http"}',
  });
}

function answersOf(object: object, path: string): RawAnswers {
  const wrapped = Object.hasOwn(object, 'answers') ? (object as { answers: unknown }).answers : object;
  if (!isObject(wrapped)) {
    throw usageError('answers-invalid', `"answers" in the answers file ${show(path)} must be a JSON object.`);
  }
  return rawAnswers(wrapped, 'file', `The answers file ${show(path)}`);
}

/**
 * Answers by the options table's keys, not yet judged.
 *
 * @param where what has them, for a message
 * @throws {CliError} exit 2, for an unknown key
 */
export function rawAnswers(values: object, source: 'file' | 'call', where: string): RawAnswers {
  const keys: readonly string[] = OPTIONS.map((row) => row.key);
  const raw: Partial<Record<Key, RawValue>> = {};
  for (const [key, value] of Object.entries(values)) {
    // It tells editors which keys there are.
    if (key === '$schema') continue;
    if (!keys.includes(key)) throw unknownKey(key, where, keys);
    if (value !== undefined) raw[key as Key] = { source, value };
  }
  return raw;
}

function unknownKey(key: string, where: string, keys: readonly string[]): Error {
  const close = nearest(key, keys);
  return usageError('unknown-key', `${where} has the unknown key ${show(key)}.`, {
    hint: close === undefined ? `Known keys: ${keys.join(', ')}.` : `Did you mean "${close}"?`,
  });
}
