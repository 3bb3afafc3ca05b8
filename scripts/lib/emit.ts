import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { DETAILS, OF_PARTS } from '../../src/catalog/details.ts';
import { type PackedFile, type PackedOption, type PackIndex, SEPARATOR } from '../../src/plan/unpack.ts';
import { compile } from './compile.ts';
import type { OwnerNotes } from './owner-notes.ts';
import type { SourceLanguage, SourceOption } from './read-templates.ts';
import { replaceFile } from './replace-file.ts';
import { type OptionShapes, shapesOf } from './shapes.ts';

/** Generated files by name: modules, and the packs that they read. */
export type Generated = Readonly<Record<string, string | Uint8Array>>;

export const HEADER = '// Made by scripts/precompile.ts from templates/. Do not edit.\n';

/** All manifests as data: what is offered, which `--help` and the prompts need, and the details apart. */
export function catalogOf(languages: readonly SourceLanguage[], version: string): Generated {
  // Nobody chooses a stub.
  const options = inOrder(languages).flatMap((language) =>
    language.options.map(({ option }) => option).filter(({ kind }) => kind !== 'stub'),
  );
  const partOf = (option: SourceOption['option'], hasDetails: boolean): object => {
    const details: readonly string[] = option.kind === 'part' ? [...DETAILS, ...OF_PARTS] : DETAILS;
    return Object.fromEntries(Object.entries(option).filter(([key]) => details.includes(key) === hasDetails));
  };
  const offers = options.map((option) => partOf(option, false));
  const versions = Object.fromEntries(languages.map(({ language, versions }) => [language, versions]));
  const details = options.map((option) => partOf(option, true));
  const module = [
    HEADER,
    "import type { Offer } from '../catalog/details.ts';\n\n",
    `export const VERSION = ${JSON.stringify(version)};\n\n`,
    `export const OFFERS: readonly Offer[] = ${JSON.stringify(offers, null, 2)};\n\n`,
    'export const FOLDER: string = import.meta.dirname;\n',
  ];
  return {
    'catalog.ts': module.join(''),
    'catalog.br': pack(JSON.stringify({ details, versions })),
  };
}

/** As they are offered: by the order that their bases say. */
function inOrder(languages: readonly SourceLanguage[]): readonly SourceLanguage[] {
  const orderOf = ({ options }: SourceLanguage): number =>
    options.find(({ option }) => option.kind === 'base')?.option.order ?? 0;
  return [...languages].sort((a, b) => orderOf(a) - orderOf(b));
}

/** Says where the templates are: in the package they lie beside the file of the bundle that holds this. */
export const folderModule = (): string => `${HEADER}export const FOLDER: string = import.meta.dirname;\n`;

/** What the changelog says to owners of projects, for `update`. */
export const notesModule = (notes: readonly OwnerNotes[]): string =>
  `${HEADER}export const NOTES: readonly { readonly version: string; readonly text: string }[] = ${JSON.stringify(notes, null, 2)};\n`;

/** The templates of one language, as a pack; faults in them are added to `problems`. */
export function templatesOf(language: SourceLanguage, problems: string[]): Generated {
  const shapes = shapesOf(language, problems);
  const options = language.options.map((source) => packedOption(source, shapes(source), problems));
  const index: PackIndex = {
    slots: [...new Set(options.flatMap(({ slots = [] }) => slots.map(([name]) => name)))],
    places: language.options.map(({ option: { kind, id } }) => `${kind}/${id}`),
  };
  const texts = [index, ...options].map((value) => JSON.stringify(value));
  return { [`templates-${language.language}.br`]: pack(texts.join(SEPARATOR)) };
}

/** As small as Brotli can: packed once, and read on every run. */
function pack(content: string): Uint8Array {
  const text = Buffer.from(content);
  const { BROTLI_PARAM_MODE, BROTLI_MODE_TEXT, BROTLI_PARAM_LGWIN, BROTLI_PARAM_SIZE_HINT } = constants;
  const params = {
    [BROTLI_PARAM_MODE]: BROTLI_MODE_TEXT,
    [BROTLI_PARAM_LGWIN]: 24,
    [BROTLI_PARAM_SIZE_HINT]: text.length,
  };
  return brotliCompressSync(text, { params });
}

function packedOption(source: SourceOption, shapes: OptionShapes, problems: string[]): PackedOption {
  const part = (name: 'files' | 'merge' | 'slots', shape: OptionShapes['files']): PackedOption => {
    const files = source[name].map(({ path, text, isTemplate, source }): PackedFile => {
      return [path, isTemplate ? compile(text, shape, source, problems) : text];
    });
    return files.length === 0 ? {} : { [name]: files };
  };
  return {
    ...part('files', shapes.files),
    ...part('merge', shapes.files),
    ...part('slots', shapes.slots),
    ...lines(source, shapes, problems),
  };
}

/** The texts in `option.json` that say `{{`, by their source. */
function lines({ option, source }: SourceOption, shapes: OptionShapes, problems: string[]): PackedOption {
  const scripts = [option, ...(option.variants ?? [])].flatMap((part) => Object.values(part.scripts ?? {}));
  const texts = new Map([
    ...scripts.map((text) => [text, shapes.scripts] as const),
    ...(option.nextSteps ?? []).map((text) => [text, shapes.files] as const),
  ]);
  const entries = [...texts]
    .filter(([text]) => text.includes('{{'))
    .map(([text, shape]) => [text, compile(text, shape, source, problems)] as const);
  return entries.length === 0 ? {} : { lines: Object.fromEntries(entries) };
}

/** Writes generated files into a folder that holds nothing else of their kind, and removes others. */
export function writeGenerated(folder: string, files: Generated): void {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) {
    if (/\.(ts|br)$/.test(name) && files[name] === undefined) rmSync(join(folder, name));
  }
  for (const [name, content] of Object.entries(files)) replaceFile(join(folder, name), content);
}
