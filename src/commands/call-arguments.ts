import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import type { Context } from '../base/context.ts';
import { CliError, messageOf, usageError } from '../base/errors.ts';
import { isObject, memberOf } from '../base/json.ts';
import { jsonProblem } from '../base/json-where.ts';
import { targetOf } from '../base/paths.ts';
import { textOf } from '../base/streams.ts';
import { show } from '../base/text.ts';
import type { Result } from '../probe/rpc.ts';

/** More than any server takes as arguments; a pipe may have no end. */
const MOST_BYTES = 4 * 1024 * 1024;
const EXAMPLE = `For example: create-mcp-mason call create_note '{"title": "Hello"}', or --arg title=Hello`;

/**
 * The arguments that were given as JSON.
 *
 * @param word a JSON object, `-` for stdin, `@path` for a file; undefined for none
 * @throws {CliError} `invalid-arguments`, exit 2, with the place of the fault
 */
export async function argumentsFrom(word: string | undefined, context: Context): Promise<Result> {
  if (word === undefined) return {};
  const { env, terminal, signal } = context;
  if (word === '-') return parsed(await textFrom(terminal.input, 'stdin', signal), 'What stdin gives');
  if (!word.startsWith('@')) return parsed(word, show(word));
  const path = word.slice(1);
  return parsed(await textFrom(createReadStream(targetOf(path, env)), show(path), signal), show(path));
}

async function textFrom(stream: Readable, name: string, signal: AbortSignal): Promise<string> {
  let text: string | undefined;
  try {
    text = await textOf(stream, MOST_BYTES, signal);
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw usageError('invalid-arguments', `${name} cannot be read: ${messageOf(error)}`, { cause: error });
  }
  if (text === undefined) throw tooLong(name);
  return text;
}

const tooLong = (name: string): CliError =>
  usageError(
    'invalid-arguments',
    `${name} gives more than ${MOST_BYTES / 1024 / 1024} MB, which is too much for arguments.`,
  );

function parsed(text: string, what: string): Result {
  const problem = jsonProblem(text);
  if (problem !== undefined) {
    const { line, column, reason } = problem;
    throw usageError('invalid-arguments', `${what} is no JSON: line ${line}, column ${column}: ${reason}.`, {
      hint: EXAMPLE,
    });
  }
  const value: unknown = JSON.parse(text);
  if (isObject(value)) return value;
  throw usageError('invalid-arguments', `${what} is no JSON object.`, { hint: EXAMPLE });
}

/**
 * Adds `--arg key=value` to arguments. What a value means depends on the type that the tool's schema gives it; where it gives
 * none, JSON is taken as such and everything else as text.
 *
 * @param schema of the tool's arguments; undefined where all of them are texts
 * @throws {CliError} `invalid-arguments`, exit 2
 */
export function withArguments(own: Result, given: readonly string[] = [], schema?: unknown): Result {
  const pairs = given.map((text): [string, unknown] => {
    const at = text.indexOf('=');
    if (at < 1)
      throw usageError('invalid-arguments', `--arg ${show(text)} is not of the form key=value.`, { hint: EXAMPLE });
    const [key, value] = [text.slice(0, at), text.slice(at + 1)];
    if (schema === undefined) return [key, value];
    return [key, valueFor(key, value, memberOf(memberOf(schema, 'properties'), key))];
  });
  return Object.fromEntries([...Object.entries(own), ...pairs]);
}

function valueFor(key: string, text: string, schema: unknown): unknown {
  const type = memberOf(schema, 'type');
  if (type === 'string') return text;
  const problem = jsonProblem(text);
  if (problem === undefined) return JSON.parse(text);
  if (typeof type !== 'string') return text;
  throw usageError('invalid-arguments', `--arg ${show(`${key}=${text}`)} is no ${type}: ${problem.reason}.`);
}
