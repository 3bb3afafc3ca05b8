import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { descriptionProblem, nameProblem } from '../answers/names.ts';
import { serverNameOf } from '../base/answers.ts';
import type { StdioEntry } from '../base/entry.ts';
import { failure, messageOf } from '../base/errors.ts';
import { readRegular } from '../base/inside.ts';
import { isObject } from '../base/json.ts';
import type { Plan } from '../base/plan.ts';
import { printable, show } from '../base/text.ts';
import { optionsOf } from '../catalog/catalog.ts';
import { ENTRY_FILE } from '../clients/snippet.ts';
import { DEFAULT_LANGUAGE, findLanguage, languageOf } from '../languages/index.ts';
import { planProject } from '../plan/plan.ts';
import { readRecord } from '../plan/read-record.ts';
import { type ProjectRecord, RECORD_FILE } from '../plan/record.ts';
import { apiIn } from './project-api.ts';

/** An entry as it stands in a file: all of it texts. */
interface WrittenEntry extends StdioEntry {
  readonly env: Readonly<Record<string, string>>;
}

/** A project on disk, as far as it can be told what its server is and how it starts. */
export interface ProjectOnDisk {
  readonly dir: string;
  /** Absent when the project was not made by create-mcp-mason, or its record was deleted. */
  readonly record: ProjectRecord | undefined;
  /** Absent when there is no record, or it names what this version cannot generate. */
  readonly plan: Plan | undefined;
  readonly language: string;
  readonly pm: string;
  /** The file that starts the server, relative to `dir`: what installing and building leave there. */
  readonly entry: string;
  /** `stdio`, `http`. */
  readonly transports: readonly string[];
  /** The servers in the project's own `claude_desktop_config.json`, by name. */
  readonly entries: ReadonlyMap<string, WrittenEntry>;
}

/**
 * Looks for a project in a folder; undefined when there is neither a record nor an entry.
 *
 * @throws {CliError} `bad-record`, `bad-entry` for files that cannot be understood.
 */
export async function readProject(dir: string): Promise<ProjectOnDisk | undefined> {
  const hasRecord = existsSync(join(dir, RECORD_FILE));
  const entries = readEntries(join(dir, ENTRY_FILE));
  if (!hasRecord && entries === undefined) return undefined;
  const record = hasRecord ? namedWell(dir, readRecord(dir)) : undefined;
  const plan = record && (await planOf(dir, record));
  const { language, pm, name } = record?.answers ?? { language: DEFAULT_LANGUAGE, pm: 'npm', name: 'server' };
  const { entry = entryOf(language, name), transports = transportsOf(record) } = plan?.start ?? {};
  return { dir, record, plan, language, pm, entry, transports, entries: entries ?? new Map() };
}

/** A record may be a stranger's, and its name ends up in the files of clients and on screens. */
function namedWell(dir: string, record: ProjectRecord): ProjectRecord {
  const { name, description } = record.answers;
  const problem = nameProblem(name) ?? descriptionProblem(description);
  if (problem === undefined) return record;
  throw failure('bad-record', `${join(dir, RECORD_FILE)} cannot be used: ${problem}`, {
    hint: 'Restore the file from version control.',
  });
}

/** What every client takes as a name. */
const ENTRY_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

export const isEntryName = (name: string): boolean => ENTRY_NAME.test(name);

/**
 * The name of a project's server in clients; undefined when its files do not say.
 *
 * @throws {CliError} `bad-entry` for a name that could not be given as a flag either
 */
export function serverOf({ dir, record, entries }: ProjectOnDisk): string | undefined {
  if (record !== undefined) return serverNameOf(record.answers.name);
  const [name, ...others] = entries.keys();
  if (name === undefined || others.length > 0 || isEntryName(name)) return others.length > 0 ? undefined : name;
  throw failure('bad-entry', `${join(dir, ENTRY_FILE)} calls its server ${show(name)}, which no client takes.`, {
    hint: 'Correct it: letters, digits, "-", "_" and ".", beginning with a letter or digit, at most 128 characters.',
  });
}

/** A plan holds what the record does not: the environment of the entry, and the tool to call. */
async function planOf(dir: string, record: ProjectRecord): Promise<Plan | undefined> {
  try {
    return await planProject(record.answers, await apiIn(dir, record));
  } catch {
    // An older or newer version may have known other options; the project itself is as good as before.
    return undefined;
  }
}

const entryOf = (language: string, name: string): string =>
  (findLanguage(language) ?? languageOf(DEFAULT_LANGUAGE)).entry(serverNameOf(name));

function transportsOf(record: ProjectRecord | undefined): readonly string[] {
  const { language = '', transport = 'stdio' } = record?.answers ?? {};
  return optionsOf(language, 'transport').find(({ id }) => id === transport)?.includes ?? [transport];
}

/** A stranger may have put something else there. */
const MOST_BYTES = 1024 * 1024;

function readEntries(path: string): ReadonlyMap<string, WrittenEntry> | undefined {
  if (!existsSync(path)) return undefined;
  try {
    const file: unknown = JSON.parse((readRegular(path, MOST_BYTES) ?? '').toString('utf8').replace(/^\uFEFF/, ''));
    const servers = isObject(file) ? file.mcpServers : undefined;
    if (!isObject(servers)) throw new Error('"mcpServers" is no object.');
    return new Map(Object.entries(servers).map(([name, entry]) => [name, entryFrom(name, entry)]));
  } catch (error) {
    throw failure('bad-entry', `${path} cannot be read: ${printable(messageOf(error))}`, {
      hint: `Delete it, and write it again: create-mcp-mason config --write --client-config claude-desktop=${path}`,
      cause: error,
    });
  }
}

function entryFrom(name: string, entry: unknown): WrittenEntry {
  const { command, args = [], env = {} } = isObject(entry) ? entry : {};
  const isText = (value: unknown): value is string => typeof value === 'string';
  if (!isText(command)) throw new Error(`the entry ${show(name)} has no command.`);
  if (!Array.isArray(args) || !args.every(isText)) throw new Error(`"args" of ${show(name)} is no list of texts.`);
  if (!isObject(env) || !Object.values(env).every(isText))
    throw new Error(`"env" of ${show(name)} holds something else than texts.`);
  return { transport: 'stdio', command, args, env: env as Readonly<Record<string, string>> };
}
