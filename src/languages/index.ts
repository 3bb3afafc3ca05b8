import type { Language } from './language.ts';
import type { Launch, Launcher } from './launch.ts';
import { python } from './python.ts';
import { typescript } from './typescript.ts';

/** By the id that the language's folder under `templates/` has. */
const LANGUAGES: Readonly<Record<string, Language>> = { typescript, python };

/** The language of a project that does not say in which it is written. */
export const DEFAULT_LANGUAGE = 'typescript';

/** The row of a language; undefined for one that we do not know, such as that of a project of a later version. */
export const findLanguage = (id: string): Language | undefined =>
  Object.hasOwn(LANGUAGES, id) ? LANGUAGES[id] : undefined;

/** The row of a language that the catalogue has. */
export function languageOf(id: string): Language {
  const language = findLanguage(id);
  if (language === undefined) throw new Error(`src/languages/index.ts has no row for the language "${id}".`);
  return language;
}

/** How projects of a language are started; undefined for a language that we do not know. */
export const launcherOf = (id: string): Launcher | undefined => findLanguage(id)?.launcher;

/** How a published package is started; npm's way for a language that we do not know. */
export const publishedLaunch = (language: string, name: string): Launch =>
  (findLanguage(language) ?? typescript).launcher.published(name);
