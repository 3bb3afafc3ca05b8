import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { usageError } from '../base/errors.ts';
import { FOLDER, OFFERS } from '../generated/catalog.ts';
import { packedIn, withDetails } from './details.ts';
import type { Kind, Option, Versions } from './manifest.ts';

/** What can be generated. */
export interface Catalog {
  /** Ids of the languages, in the order of their bases. */
  languages(): readonly string[];
  /** The options of one kind in the order in which they are offered; empty for an unknown language or kind. */
  optionsOf(language: string, kind: Kind): readonly Option[];
  /**
   * One option.
   *
   * @throws CliError (usage, `unknown-<kind>`) that lists what there is.
   */
  optionOf(language: string, kind: Kind, id: string): Option;
  /**
   * The version range of a package for projects that target `runtime`.
   *
   * @throws Error when `versions.json` does not name it; the build refuses such a catalogue.
   */
  versionOf(language: string, name: string, runtime: string): string;
}

/** Makes a catalogue of options that are already in order, as the precompiler emits them. @internal exported for tests */
export function createCatalog(options: readonly Option[], versionsOf: () => Versions): Catalog {
  const optionsOf = (language: string, kind: Kind): readonly Option[] =>
    options.filter((option) => option.language === language && option.kind === kind);

  return {
    languages: () => [...new Set(options.map(({ language }) => language))],
    optionsOf,
    optionOf(language, kind, id) {
      const known = optionsOf(language, kind);
      const found = known.find((option) => option.id === id);
      if (found !== undefined) return found;
      const ids = known.map((option) => option.id).join(', ') || 'none';
      throw usageError(`unknown-${kind}`, `There is no ${kind} "${id}" for the language "${language}".`, {
        hint: `Choose one of: ${ids}.`,
      });
    },
    versionOf(language, name, runtime) {
      const versions = versionsOf();
      const range = Object.hasOwn(versions[language] ?? {}, name) ? versions[language]?.[name] : undefined;
      const version = typeof range === 'object' ? range[runtime] : range;
      if (version === undefined) {
        throw new Error(`templates/${language}/versions.json has no version of "${name}" for runtime ${runtime}.`);
      }
      return version;
    },
  };
}

const pack = packedIn(() => readFileSync(join(FOLDER, 'catalog.br')));

/** The catalogue that this package was built with. */
export const catalog: Catalog = createCatalog(withDetails(OFFERS, pack), () => pack().versions);

export const { languages, optionsOf, optionOf } = catalog;

/** The names of the tools that a choice registers. */
export const toolsIn = ({ vars }: Option): readonly string[] => (Array.isArray(vars?.tools) ? vars.tools : []);
