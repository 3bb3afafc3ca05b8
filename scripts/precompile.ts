import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { checkCatalog } from './lib/check-catalog.ts';
import { catalogModule, loadersModule, type Modules, templatesModule, writeModules } from './lib/emit.ts';
import { readTemplates } from './lib/read-templates.ts';

/** The templates, or their manifests, are wrong. One problem a line. */
export class TemplateProblems extends Error {
  override readonly name = 'TemplateProblems';
  constructor(readonly problems: readonly string[]) {
    super(`The templates have ${problems.length} problem(s):\n${problems.map((line) => `  ${line}`).join('\n')}`);
  }
}

/**
 * Turns `templates/` into modules: the catalogue as data, and each language's files as strings and compiled templates.
 * The same tree gives the same bytes.
 *
 * @param root the folder that holds one folder a language
 * @param version of this package
 * @throws TemplateProblems that names everything that is wrong, with file and line
 */
export function precompile(root: string, version: string): Modules {
  const problems: string[] = [];
  const languages = readTemplates(root, problems);
  problems.push(...languages.flatMap(checkCatalog));
  const templates = languages.map((language) => [
    `templates-${language.language}.ts`,
    templatesModule(language, problems),
  ]);
  if (problems.length > 0) throw new TemplateProblems(problems);
  return {
    'catalog.ts': catalogModule(languages, version),
    'templates.ts': loadersModule(languages),
    ...Object.fromEntries(templates),
  };
}

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Generates `src/generated/` of this repository. */
export function generate(): void {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  writeModules(join(ROOT, 'src', 'generated'), precompile(join(ROOT, 'templates'), version));
}

const isMain = process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href;
if (isMain) {
  try {
    generate();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
}
