import { brotliDecompressSync } from 'node:zlib';
import type { Program } from './program.ts';

/** A text that is copied, or a template. */
export type Content = string | Program;

/** One file of an option: its path in the project (or its slot's name) and its content. */
export type PackedFile = readonly [path: string, content: Content];

/** What the precompiler makes of one option's folder; what is absent is empty. */
export interface PackedOption {
  readonly files?: readonly PackedFile[];
  readonly merge?: readonly PackedFile[];
  readonly slots?: readonly PackedFile[];
  /** The lines of `nextSteps` and `scripts` that are templates, by their source. */
  readonly lines?: Readonly<Record<string, Program>>;
}

/** The templates of one language. */
export interface Templates {
  /** The names of all slots that any option fills. */
  readonly slots: readonly string[];
  /** @param place `<kind>/<id>` */
  option(place: string): PackedOption;
}

/** What stands first in a pack: all slots, and which option each of the texts after it is. */
export interface PackIndex {
  readonly slots: readonly string[];
  readonly places: readonly string[];
}

/** JSON escapes it, so it separates texts without any escaping. */
export const SEPARATOR = '\0';

/**
 * Reads the templates of a language.
 *
 * @param pack JSON texts as Brotli; each is parsed when it is asked for, since a project needs few of them
 */
export function unpack(pack: Uint8Array): Templates {
  const [index = '', ...texts] = brotliDecompressSync(pack).toString().split(SEPARATOR);
  const { slots, places } = JSON.parse(index) as PackIndex;
  const options = new Map<string, PackedOption>();
  return {
    slots,
    option(place) {
      const text = texts[places.indexOf(place)];
      const option = options.get(place) ?? (text === undefined ? {} : (JSON.parse(text) as PackedOption));
      options.set(place, option);
      return option;
    },
  };
}
