import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { isObject, type Json, type JsonObject, mergeObjects } from '../../src/base/json.ts';
import {
  KINDS,
  type Kind,
  type Manifest,
  manifest,
  type Option,
  type VersionRange,
  versions,
} from '../../src/catalog/manifest.ts';

/** A file below `files/`, `merge/` or `slots/`. */
interface SourceFile {
  /** Where it lies, relative to the templates' root, for messages. */
  readonly source: string;
  /** Its path in the project, or the name of its slot. */
  readonly path: string;
  /** With LF and without a byte order mark, whatever the checkout made of it. */
  readonly text: string;
  readonly isTemplate: boolean;
}

/** An option as it lies on disk. */
export interface SourceOption {
  readonly option: Option;
  /** Where its `option.json` lies, for messages. */
  readonly source: string;
  readonly files: readonly SourceFile[];
  readonly merge: readonly SourceFile[];
  readonly slots: readonly SourceFile[];
}

export interface SourceLanguage {
  readonly language: string;
  /** In the order of the catalogue. */
  readonly options: readonly SourceOption[];
  readonly versions: Readonly<Record<string, VersionRange>>;
}

const PARTS = ['files', 'merge', 'slots'] as const;

/** The folder of what all languages share. */
const SHARED = 'any';

/** Reads `templates/`. Faults are added to `problems`, so that one build names all of them. */
export function readTemplates(root: string, problems: string[]): SourceLanguage[] {
  checkKinds(root, SHARED, problems);
  const languages = foldersOf(root).filter((name) => name !== SHARED);
  return languages.map((language) => readLanguage(root, language, problems));
}

function checkKinds(root: string, folder: string, problems: string[]): void {
  for (const name of namesOf(join(root, folder))) {
    const known = (name === 'versions.json' && folder !== SHARED) || KINDS.some((kind) => kind === name);
    if (!known) problems.push(`${folder}/${name}: is neither a kind of option nor versions.json`);
  }
}

function readLanguage(root: string, language: string, problems: string[]): SourceLanguage {
  checkKinds(root, language, problems);
  const options = KINDS.flatMap((kind) => {
    const ids = [SHARED, language].flatMap((folder) => foldersOf(join(root, folder, kind)));
    const places = kind === 'base' ? ['base'] : [...new Set(ids)].map((id) => `${kind}/${id}`);
    const read = places.map((place) => readOption(root, language, kind, place, problems));
    return read.filter((option) => option !== undefined).sort(byOrder);
  });
  const ranges = readJson(root, `${language}/versions.json`, problems) ?? {};
  problems.push(...faultsOf(ranges, versions, `${language}/versions.json`));
  return { language, options, versions: ranges as SourceLanguage['versions'] };
}

/** What the language has of an option, over what all share of it. */
function readOption(
  root: string,
  language: string,
  kind: Kind,
  place: string,
  problems: string[],
): SourceOption | undefined {
  const folders = [`${SHARED}/${place}`, `${language}/${place}`];
  const there = folders.filter((folder) => namesOf(join(root, folder)).length > 0);
  for (const folder of there) {
    for (const name of namesOf(join(root, folder))) {
      const known = name === 'option.json' || PARTS.some((part) => part === name);
      if (!known) problems.push(`${folder}/${name}: an option holds only option.json, files/, merge/ and slots/`);
    }
  }
  const sources = there.map((folder) => `${folder}/option.json`).filter((source) => existsSync(join(root, source)));
  const source = sources.at(-1) ?? `${language}/${place}/option.json`;
  if (sources.length === 0) {
    problems.push(`${source}: does not exist`);
    return undefined;
  }
  const contents = sources.map((one) => readJson(root, one, problems));
  if (contents.includes(undefined)) return undefined;
  const content = contents.reduce((under, over) => mergeManifests(under as JsonObject, over as JsonObject));
  const faults = faultsOf(content, manifest, source);
  problems.push(...faults);
  if (faults.length > 0) return undefined;
  const option = { language, kind, ...(content as Manifest) };
  const expected = kind === 'base' ? 'base' : place.slice(kind.length + 1);
  if (option.id !== expected) problems.push(`${source}: "id" must be the folder's name, ${expected}`);
  const [files, merge, slots] = PARTS.map((part) =>
    overlaid(there.map((folder) => readPart(root, folder, part, problems))),
  ) as [SourceFile[], SourceFile[], SourceFile[]];
  return { option, source, files, merge, slots };
}

/** Objects are merged, and lists of environment variables by their names; whatever else the language says counts. */
function mergeManifests(under: JsonObject, over: JsonObject): JsonObject {
  const merged = mergeObjects(under, over);
  if (!Array.isArray(under.env) || !Array.isArray(over.env)) return merged;
  const variables = [...under.env, ...over.env].filter(isObject) as JsonObject[];
  const byName = new Map<Json | undefined, JsonObject>();
  for (const one of variables) byName.set(one.name, { ...byName.get(one.name), ...one });
  return { ...merged, env: [...byName.values()] };
}

/** By path, where a later list goes over an earlier one. */
const overlaid = (lists: readonly SourceFile[][]): SourceFile[] =>
  [...new Map(lists.flat().map((file) => [file.path, file])).values()].sort((a, b) => (a.path < b.path ? -1 : 1));

function readPart(root: string, folder: string, part: (typeof PARTS)[number], problems: string[]): SourceFile[] {
  const files = walk(join(root, folder, part)).map((name): SourceFile => {
    const source = `${folder}/${part}/${name}`;
    const isTemplate = name.endsWith('.hbs');
    const path = (isTemplate ? name.slice(0, -'.hbs'.length) : name).replace(/(^|\/)dot_/g, '$1.');
    const text = normalize(readFileSync(join(root, source), 'utf8'));
    if (/[\0\uFFFD]/.test(text)) problems.push(`${source}: is not UTF-8 text; templates cannot hold binary files`);
    if (part === 'merge' && !path.endsWith('.json')) problems.push(`${source}: only .json and .json.hbs can be merged`);
    return { source, path: PATHS[part](path), text, isTemplate };
  });
  const paths = files.map(({ path }) => path);
  for (const { path, source } of files) {
    if (paths.indexOf(path) !== paths.lastIndexOf(path)) problems.push(`${source}: another file is ${path} too`);
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Where a file of a part goes. */
const PATHS: Readonly<Record<(typeof PARTS)[number], (path: string) => string>> = {
  files: (path) => path,
  // An object for a file that is not JSON is still written as JSON.
  merge: (path) => path.replace(/\.toml\.json$/, '.toml'),
  /** `readme.md` fills the slot `readme`: the ending is for editors. */
  slots: (path) => path.split('.')[0] ?? path,
};

const normalize = (text: string): string => text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');

function readJson(root: string, source: string, problems: string[]): unknown {
  const path = join(root, source);
  if (!existsSync(path)) {
    problems.push(`${source}: does not exist`);
    return undefined;
  }
  try {
    return JSON.parse(normalize(readFileSync(path, 'utf8')));
  } catch (error) {
    problems.push(`${source}: is not JSON: ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
}

/** What is wrong with a value, one line a fault: where, and what would be right. */
function faultsOf(value: unknown, schema: z.ZodType, source: string): string[] {
  const { error } = schema.safeParse(value, { reportInput: true });
  return (error?.issues ?? []).flatMap((issue) => {
    const where = issue.path.reduce<string>(
      (place, key) => place + (typeof key === 'number' ? `[${key}]` : `: "${String(key)}"`),
      source,
    );
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => `${where}: unknown key "${key}"`);
    if (issue.code === 'invalid_key') return issue.issues.map(({ message }) => `${where}: the key ${message}`);
    // JSON has no undefined: the key is not there.
    return issue.input === undefined ? [`${where} is missing`] : [`${where}: ${issue.message}`];
  });
}

function walk(folder: string, prefix = ''): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => name !== '.DS_Store')
    .flatMap((entry) =>
      entry.isDirectory() ? walk(join(folder, entry.name), `${prefix}${entry.name}/`) : [prefix + entry.name],
    )
    .sort();
}

const namesOf = (folder: string): string[] =>
  existsSync(folder) ? readdirSync(folder).filter((name) => name !== '.DS_Store') : [];

const foldersOf = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => name)
        .sort()
    : [];

const byOrder = (a: SourceOption, b: SourceOption): number =>
  a.option.order - b.option.order || (a.option.id < b.option.id ? -1 : 1);
