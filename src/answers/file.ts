import { readFileSync } from 'node:fs';
import type { Env } from '../base/env.ts';
import { messageOf, usageError } from '../base/errors.ts';
import { isObject } from '../base/json.ts';
import { pathOf } from '../base/paths.ts';
import { nearest, show } from '../base/text.ts';
import type { Key } from './option-types.ts';
import { OPTIONS } from './options.ts';
import type { RawValue } from './values.ts';

export type RawAnswers = Readonly<Partial<Record<Key, RawValue>>>;

/**
 * Reads `--answers`: a JSON object with the options table's keys, or one that holds such an object under `answers`, as
 * `.mcp-mason.json` and the output of `--json` do.
 *
 * @throws {CliError} exit 2, when the file cannot be read, is no JSON object, or has an unknown key.
 */
export function readAnswersFile(path: string, env: Env): RawAnswers {
  return answersOf(parse(read(pathOf(env).resolve(env.cwd, path), path), path), path);
}

function read(absolute: string, path: string): string {
  try {
    return readFileSync(absolute, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    throw usageError('answers-unreadable', `The answers file ${show(path)} cannot be read: ${messageOf(error)}`, {
      hint: 'Give the path of a JSON file, for example the .mcp-mason.json of another project.',
      cause: error,
    });
  }
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
  const keys: readonly string[] = OPTIONS.map((row) => row.key);
  const raw: Partial<Record<Key, RawValue>> = {};
  for (const [key, value] of Object.entries(wrapped)) {
    if (!keys.includes(key)) throw unknownKey(key, path, keys);
    raw[key as Key] = { source: 'file', value };
  }
  return raw;
}

function unknownKey(key: string, path: string, keys: readonly string[]): Error {
  const close = nearest(key, keys);
  return usageError('unknown-key', `The answers file ${show(path)} has the unknown key ${show(key)}.`, {
    hint: close === undefined ? `Known keys: ${keys.join(', ')}.` : `Did you mean "${close}"?`,
  });
}
