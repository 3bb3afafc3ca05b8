import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { SEPARATOR } from '../../src/plan/unpack.ts';
import { compile } from './compile.ts';
import type { Keep } from './keep-texts.ts';
import type { OwnerNotes } from './owner-notes.ts';
import type { SourceLanguage, SourceOption } from './read-templates.ts';
import { replaceFile } from './replace-file.ts';
import { type OptionShapes, shapesOf } from './shapes.ts';

/** Generated files by name: modules, and the texts that they need. */
export type Generated = Readonly<Record<string, string | Uint8Array>>;

export const HEADER = '// Made by scripts/precompile.ts from templates/. Do not edit.\n';

/** All manifests as data: small, since `--help` and the prompts need it. */
export function catalogModule(languages: readonly SourceLanguage[], version: string): string {
  // Nobody chooses a stub.
  const options = languages.flatMap((language) =>
    language.options.map(({ option }) => option).filter(({ kind }) => kind !== 'stub'),
  );
  const versions = Object.fromEntries(languages.map(({ language, versions }) => [language, versions]));
  return [
    HEADER,
    "import type { Option, Versions } from '../catalog/manifest.ts';\n\n",
    `export const VERSION = ${JSON.stringify(version)};\n\n`,
    `export const OPTIONS: readonly Option[] = ${JSON.stringify(options, null, 2)};\n\n`,
    `export const VERSIONS: Versions = ${JSON.stringify(versions, null, 2)};\n`,
  ].join('');
}

/** Says where each language's templates are, so that a bundler splits them off, and their texts, which lie beside it. */
export function loadersModule(languages: readonly SourceLanguage[]): string {
  const loaders = (rest: string) =>
    languages.map(({ language }) => `  ${language}: () => import('./templates-${language}${rest}.ts'),\n`).join('');
  return [
    HEADER,
    "import type { Options } from '../plan/unpack.ts';\n\n",
    'type Loader = () => Promise<{ readonly options: Options }>;\n\n',
    `export const LOADERS: Readonly<Record<string, Loader>> = {\n${loaders('')}};\n\n`,
    `export const STUB_LOADERS: Readonly<Record<string, Loader>> = {\n${loaders('-stubs')}};\n\n`,
    'export const TEXTS_FOLDER: string = import.meta.dirname;\n',
  ].join('');
}

/** What the changelog says to owners of projects, for `update`. */
export const notesModule = (notes: readonly OwnerNotes[]): string =>
  `${HEADER}export const NOTES: readonly { readonly version: string; readonly text: string }[] = ${JSON.stringify(notes, null, 2)};\n`;

/** The templates of one language, and their texts as Brotli; faults in them are added to `problems`. */
export function templatesOf(language: SourceLanguage, problems: string[]): Generated {
  const shapes = shapesOf(language, problems);
  const texts = new Texts();
  const moduleOf = (options: readonly SourceOption[]): string => {
    const entries = options.map((option) => optionEntry(option, shapes(option), texts, problems));
    return [
      HEADER,
      '// @ts-nocheck: compiled templates are JavaScript.\n',
      "import type { Options } from '../plan/unpack.ts';\n\n",
      `export const options: Options = (${TEXTS}) => ({\n${entries.filter((entry) => entry !== '').join('')}});\n`,
    ].join('');
  };
  const isStub = ({ option }: SourceOption): boolean => option.kind === 'stub';
  const name = `templates-${language.language}`;
  // Apart, as making a project does not need them.
  const modules = {
    [`${name}.ts`]: moduleOf(language.options.filter((option) => !isStub(option))),
    [`${name}-stubs.ts`]: moduleOf(language.options.filter(isStub)),
  };
  return { ...modules, [`${name}.br`]: texts.pack() };
}

/** What the emitted code calls the unpacked texts. */
const TEXTS = 't';

/** The texts in files and templates, each once. */
class Texts {
  readonly #numbers = new Map<string, number>();

  /** Keeps a text and returns an expression for it. */
  readonly keep: Keep = (text) => {
    const number = this.#numbers.get(text) ?? this.#numbers.size;
    this.#numbers.set(text, number);
    return `${TEXTS}[${number}]`;
  };

  pack(): Uint8Array {
    return brotliCompressSync([...this.#numbers.keys()].join(SEPARATOR));
  }
}

function optionEntry(source: SourceOption, shapes: OptionShapes, texts: Texts, problems: string[]): string {
  const { kind, id } = source.option;
  const part = (name: 'files' | 'merge' | 'slots', shape: OptionShapes['files']): string => {
    const files = source[name].map((file) => {
      const content = file.isTemplate
        ? compile(file.text, shape, file.source, problems, texts.keep)
        : texts.keep(file.text);
      return `[${JSON.stringify(file.path)}, ${content}],\n`;
    });
    return files.length === 0 ? '' : `${name}: [\n${files.join('')}],\n`;
  };
  const body = [
    part('files', shapes.files),
    part('merge', shapes.files),
    part('slots', shapes.slots),
    lines(source, shapes, problems, texts),
  ].join('');
  return body === '' ? '' : `${JSON.stringify(`${kind}/${id}`)}: {\n${body}},\n`;
}

/** The texts in `option.json` that say `{{`, by their source. */
function lines({ option, source }: SourceOption, shapes: OptionShapes, problems: string[], kept: Texts): string {
  const scripts = [option, ...(option.variants ?? [])].flatMap((part) => Object.values(part.scripts ?? {}));
  const texts = new Map([
    ...scripts.map((text) => [text, shapes.scripts] as const),
    ...(option.nextSteps ?? []).map((text) => [text, shapes.files] as const),
  ]);
  const entries = [...texts]
    .filter(([text]) => text.includes('{{'))
    .map(([text, shape]) => `${JSON.stringify(text)}: ${compile(text, shape, source, problems, kept.keep)},\n`);
  return entries.length === 0 ? '' : `lines: {\n${entries.join('')}},\n`;
}

/** Writes generated files into a folder that holds nothing else of their kind, and removes others. */
export function writeGenerated(folder: string, files: Generated): void {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) {
    if (/\.(ts|br)$/.test(name) && files[name] === undefined) rmSync(join(folder, name));
  }
  for (const [name, content] of Object.entries(files)) replaceFile(join(folder, name), content);
}
