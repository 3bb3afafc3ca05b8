import { brotliDecompressSync } from 'node:zlib';

/** A text that is copied, or a Handlebars template that the build has compiled. */
export type Content = string | TemplateSpecification;

/** One file of an option: its path in the project (or its slot's name) and its content. */
export type CompiledFile = readonly [path: string, content: Content];

/** What the precompiler makes of one option's folder; what is absent is empty. */
export interface CompiledOption {
  readonly files?: readonly CompiledFile[];
  readonly merge?: readonly CompiledFile[];
  readonly slots?: readonly CompiledFile[];
  /** The lines of `nextSteps` and `scripts` that are templates, by their source. */
  readonly lines?: Readonly<Record<string, TemplateSpecification>>;
}

/** All options of one language by `<kind>/<id>`. */
export type CompiledTemplates = Readonly<Record<string, CompiledOption>>;

/**
 * What the precompiler emits: the texts of files and templates as Brotli in Base64, and what is made of them. So they take
 * a quarter of the room in the package, and the few milliseconds to unpack them are spent only when a project is made.
 */
export interface PackedTemplates {
  readonly texts: string;
  readonly options: (texts: readonly string[]) => CompiledTemplates;
}

/** No template holds it, so it separates texts without any escaping. */
export const SEPARATOR = '\0';

export function unpack({ texts, options }: PackedTemplates): CompiledTemplates {
  return options(brotliDecompressSync(Buffer.from(texts, 'base64')).toString().split(SEPARATOR));
}
