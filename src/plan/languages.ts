import type { BaseContext } from './create-context.ts';
import type { JsonObject } from './merge.ts';
import { packageJson } from './package-json.ts';
import { pyproject } from './pyproject.ts';

/** What a language's projects have that no template can say. */
export interface Language {
  /** The file that starts the server, relative to the project: what installing and building leave there. */
  readonly entry: (context: Pick<BaseContext, 'serverName'>) => string;
  /** The file that the language's package manager owns, before options merge into it. */
  readonly manifest: { readonly path: string; readonly of: (context: BaseContext, entry: string) => JsonObject };
}

const LANGUAGES: Readonly<Record<string, Language>> = {
  typescript: { entry: () => 'dist/main.js', manifest: { path: 'package.json', of: packageJson } },
  python: { entry: ({ serverName }) => `.venv/bin/${serverName}`, manifest: { path: 'pyproject.toml', of: pyproject } },
};

export function languageOf(id: string): Language {
  const language = LANGUAGES[id];
  if (language === undefined) throw new Error(`src/plan/languages.ts has no row for the language "${id}".`);
  return language;
}
