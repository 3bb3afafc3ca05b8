import { type Dirent, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { usageError } from '../base/errors.ts';
import { readRegular, textIn, Unreadable } from '../base/inside.ts';
import { show } from '../base/text.ts';
import { findLanguage } from '../languages/index.ts';
import type { OwnKind, Registrar } from '../languages/registrar.ts';

/** What a person's files may have; more of them are not looked at. */
const MOST_FILES = 5000;
const MOST_BYTES = 1024 * 1024;

/** @throws CliError (usage) `unknown-language` */
export async function registrarOf(language: string): Promise<Registrar> {
  const row = findLanguage(language);
  if (row !== undefined) return row.registrar();
  throw usageError(
    'unknown-language',
    `The project is written in ${show(language)}, which this version does not know.`,
    {
      hint: 'Use the version of create-mcp-mason that made it.',
    },
  );
}

/** The files of a project that have code, with `/`. Links are not followed. */
export const pathsIn = (dir: string): string[] =>
  ['src', 'test', 'tests'].flatMap((folder) => [...walk(dir, folder)]).slice(0, MOST_FILES);

/** The files that register things of these names, as far as code says so: no name that is made at run time. */
export function ownersOf(
  dir: string,
  registrar: Registrar,
  kind: OwnKind,
  names: readonly string[],
): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  for (const path of pathsIn(dir).filter((one) => registrar.sources.test(one))) {
    const text = readText(dir, path) ?? '';
    for (const name of names) {
      if (text.includes(name) && !owners.has(name) && registrar.registers(text, kind, name)) owners.set(name, path);
    }
  }
  return owners;
}

function* walk(root: string, folder: string): Generator<string> {
  for (const entry of entriesOf(join(root, folder))) {
    const path = `${folder}/${entry.name}`;
    if (!entry.isDirectory()) yield path;
    else if (entry.name !== 'node_modules' && !entry.name.startsWith('.')) yield* walk(root, path);
  }
}

function entriesOf(folder: string): Dirent[] {
  if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return readdirSync(folder, { withFileTypes: true });
}

/** The text of a regular file of a usual size; undefined for all else. */
export function readText(dir: string, path: string): string | undefined {
  const file = join(dir, path);
  if (lstatSync(file, { throwIfNoEntry: false })?.isFile() !== true) return undefined;
  try {
    const bytes = readRegular(file, MOST_BYTES);
    return bytes && textIn(bytes);
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}
