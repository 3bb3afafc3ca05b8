import { join } from 'node:path';
import type { ProjectAnswers } from '../base/answers.ts';
import { CliError, failure, messageOf } from '../base/errors.ts';
import { isInside, readRegular } from '../base/inside.ts';
import { isObject } from '../base/json.ts';
import { isVersion } from '../base/semver.ts';
import { printable, show } from '../base/text.ts';
import { type ProjectRecord, RECORD_FILE, type RecordedApi } from './record.ts';

/** A record of a project with every option has some 10 KB. */
const MOST_BYTES = 1024 * 1024;
const MOST_FILES = 5000;

const HASH = /^fnv1a64-[0-9a-f]{16}$/;

/**
 * Reads the record of the project in `dir`. It may be a stranger's: only what has the shape of a record is taken, and no
 * path that leads out of the project.
 *
 * @throws CliError (failed) `no-record` where there is none, `bad-record` where it cannot be understood
 */
export function readRecord(dir: string): ProjectRecord {
  const path = join(dir, RECORD_FILE);
  try {
    const bytes = readRegular(path, MOST_BYTES);
    if (bytes === undefined) throw noRecord(dir);
    return checkRecord(JSON.parse(bytes.toString('utf8').replace(/^\uFEFF/, '')));
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw failure('bad-record', `${path} cannot be read: ${printable(messageOf(error))}`, {
      hint: 'Restore the file from version control.',
      cause: error,
    });
  }
}

const noRecord = (dir: string): CliError =>
  failure('no-record', `${dir} has no ${RECORD_FILE}, so it was not made by create-mcp-mason.`, {
    hint: 'Name the folder of a project that create-mcp-mason made.',
  });

/** Ids of the catalogue, of any version: words that can be printed, and that are in no path. */
const ID = /^[a-zA-Z0-9][a-zA-Z0-9.-]{0,40}$/;

/** Whether the choices exist, and the names are good ones, is for those to judge who plan a project with them. */
function checkRecord(record: unknown): ProjectRecord {
  const { version, answers, files, openapi } = objectAt(record, 'the file');
  if (typeof version !== 'string') throw new Error('"version" is not a text.');
  if (!isVersion(version)) throw new Error(`"version" is ${show(version)}, which is no version.`);
  const known = ofToday(objectAt(answers, '"answers"'));
  for (const key of ['name', 'description'] as const) {
    if (typeof known[key] !== 'string') throw new Error(`"answers.${key}" is not a text.`);
  }
  for (const key of ['author', 'repository'] as const) {
    if (!['string', 'undefined'].includes(typeof known[key])) throw new Error(`"answers.${key}" is not a text.`);
  }
  for (const key of ['language', 'preset', 'license', 'transport', 'auth', 'storage', 'runtime', 'pm'] as const) {
    const value = known[key];
    if ((key === 'license' || key === 'auth') && value === undefined) continue;
    if (typeof value !== 'string') throw new Error(`"answers.${key}" is not a text.`);
    if (!ID.test(value)) throw new Error(`"answers.${key}" is ${show(value)}, which is no choice.`);
  }
  for (const key of ['tools', 'resources', 'extras'] as const) {
    const value = known[key];
    if (!isTextList(value)) throw new Error(`"answers.${key}" is not a list of texts.`);
    const odd = value.find((id) => !ID.test(id));
    if (odd !== undefined) throw new Error(`"answers.${key}" holds ${show(odd)}, which is no choice.`);
  }
  for (const key of ['fromOpenapi', 'openapiMode', 'operations'] as const) {
    const value = known[key];
    if (value === undefined) continue;
    if (typeof value !== 'string' || value.length > 2000) throw new Error(`"answers.${key}" is not a short text.`);
    if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(value)) throw new Error(`"answers.${key}" holds control characters.`);
  }
  return {
    version,
    answers: known as unknown as ProjectAnswers,
    files: checkFiles(objectAt(files, '"files"')),
    ...(openapi !== undefined && { openapi: checkOpenapi(objectAt(openapi, '"openapi"')) }),
  };
}

function checkOpenapi({ hash, operations, lines }: Readonly<Record<string, unknown>>): RecordedApi {
  const isHash = (value: unknown): value is string => typeof value === 'string' && HASH.test(value);
  const hashesIn = (value: unknown, where: string): Readonly<Record<string, string>> => {
    const entries = Object.entries(objectAt(value, where));
    if (entries.every(([name, one]) => /^\w{1,64}$/.test(name) && isHash(one))) {
      return Object.fromEntries(entries) as Record<string, string>;
    }
    throw new Error(`${where} holds something else than hashes of operations.`);
  };
  if (!isHash(hash)) throw new Error('"openapi.hash" is no hash.');
  return {
    hash,
    operations: hashesIn(operations, '"openapi.operations"'),
    lines: hashesIn(lines, '"openapi.lines"'),
  };
}

function checkFiles(files: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const entries = Object.entries(files);
  if (entries.length > MOST_FILES) throw new Error(`"files" names more than ${MOST_FILES} files.`);
  const seen = new Set<string>();
  for (const [path, hash] of entries) {
    if (typeof hash !== 'string') throw new Error('"files" holds something else than texts.');
    if (!isInside(path) || path === RECORD_FILE) {
      throw new Error(`"files" names ${show(path)}, which is no path of a generated file.`);
    }
    if (!HASH.test(hash)) throw new Error(`"files" has no hash for ${show(path)}.`);
    // On macOS and Windows they would be one file.
    if (seen.has(path.toLowerCase())) throw new Error(`"files" names ${show(path)} twice.`);
    seen.add(path.toLowerCase());
  }
  return Object.fromEntries(entries) as Readonly<Record<string, string>>;
}

/**
 * Answers of any version, as this one asks for them. The first edition had no presets, all resources in every project, the
 * rate limit in every server over HTTP, and legacy SSE as a transport.
 */
function ofToday(answers: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (answers.preset !== undefined || answers.resources !== undefined) return answers;
  const { transport, extras } = answers;
  if (!isTextList(extras)) return answers;
  const more = FIRST_EDITION[String(transport)];
  return {
    ...answers,
    preset: 'standard',
    resources: ['settings', 'logs', 'schema'],
    ...(more !== undefined && { transport: more.transport, extras: [...new Set([...extras, ...more.extras])] }),
  };
}

/** Transports of the first edition that were more than they are today. */
const FIRST_EDITION: Readonly<Record<string, { readonly transport: string; readonly extras: readonly string[] }>> = {
  http: { transport: 'http', extras: ['rate-limit'] },
  both: { transport: 'both', extras: ['rate-limit'] },
  sse: { transport: 'http', extras: ['rate-limit', 'sse'] },
};

function objectAt(value: unknown, where: string): Readonly<Record<string, unknown>> {
  if (isObject(value)) return value;
  throw new Error(`${where} is not an object.`);
}

const isTextList = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');
