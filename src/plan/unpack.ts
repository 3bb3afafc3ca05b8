import { brotliDecompressSync } from 'node:zlib';

/** A text that is copied, or a Handlebars template that the build has compiled. */
export type Content = string | TemplateSpecification;

/** One file of an option: its path in the project (or its slot's name) and its content. */
type File<C> = readonly [path: string, content: C];

interface OptionFiles<C> {
  readonly files?: readonly File<C>[];
  readonly merge?: readonly File<C>[];
  readonly slots?: readonly File<C>[];
  /** The lines of `nextSteps` and `scripts` that are templates, by their source. */
  readonly lines?: Readonly<Record<string, TemplateSpecification>>;
}

export type CompiledFile = File<Content>;

/** What the precompiler makes of one option's folder; what is absent is empty. */
export type CompiledOption = OptionFiles<Content>;

/** All options of one language by `<kind>/<id>`. */
export type CompiledTemplates = Readonly<Record<string, CompiledOption>>;

/**
 * What the precompiler emits: as `CompiledTemplates`, but texts are numbers of texts in `texts`, which is Brotli in
 * Base64. So they take a quarter of the room in the package, and the 3 ms to unpack them are spent only when a project
 * is made.
 */
export interface PackedTemplates {
  readonly texts: string;
  readonly options: Readonly<Record<string, OptionFiles<number | TemplateSpecification>>>;
}

/** No template holds it, so it separates texts without any escaping. */
export const SEPARATOR = '\0';

export function unpack({ texts: packed, options }: PackedTemplates): CompiledTemplates {
  const texts = brotliDecompressSync(Buffer.from(packed, 'base64')).toString().split(SEPARATOR);
  const unpackFiles = (files: readonly File<number | TemplateSpecification>[] = []): CompiledFile[] =>
    files.map(([path, content]) => [path, typeof content === 'number' ? (texts[content] ?? '') : content]);
  const entries = Object.entries(options).map(([name, { files, merge, slots, lines = {} }]) => [
    name,
    { files: unpackFiles(files), merge: unpackFiles(merge), slots: unpackFiles(slots), lines },
  ]);
  return Object.fromEntries(entries);
}
