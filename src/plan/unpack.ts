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

/** What the precompiler emits as code: all options of a language, given the texts that are in them. */
export type Options = (texts: readonly string[]) => CompiledTemplates;

/** No template holds it, so it separates texts without any escaping. */
export const SEPARATOR = '\0';

/**
 * Puts the texts of a language into its options.
 *
 * @param texts as Brotli, which takes a quarter of the room in the package; the few milliseconds to unpack them are spent
 * only when a project is made
 */
export const unpack = (options: Options, texts: Uint8Array): CompiledTemplates =>
  options(brotliDecompressSync(texts).toString().split(SEPARATOR));
