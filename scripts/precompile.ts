import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { CLIENTS } from '../src/clients/rows/index.ts';
import { checkCatalog } from './lib/check-catalog.ts';
import { catalogOf, folderModule, type Generated, notesModule, templatesOf, writeGenerated } from './lib/emit.ts';
import { idsModule } from './lib/ids.ts';
import { ownerNotes } from './lib/owner-notes.ts';
import { readTemplates } from './lib/read-templates.ts';

/** The templates, or their manifests, are wrong. One problem a line. */
export class TemplateProblems extends Error {
  override readonly name = 'TemplateProblems';
  constructor(readonly problems: readonly string[]) {
    super(`The templates have ${problems.length} problem(s):\n${problems.map((line) => `  ${line}`).join('\n')}`);
  }
}

/**
 * Turns `templates/` into the catalogue, a module, and a pack a language with its templates.
 * The same tree gives the same bytes.
 *
 * @param root the folder that holds one folder a language
 * @param version of this package
 * @throws TemplateProblems that names everything that is wrong, with file and line
 */
export function precompile(root: string, version: string): Generated {
  const problems: string[] = [];
  const languages = readTemplates(root, problems);
  problems.push(...languages.flatMap(checkCatalog));
  const templates = languages.map((language) => templatesOf(language, problems));
  if (problems.length > 0) throw new TemplateProblems(problems);
  return {
    ...catalogOf(languages, version),
    'templates.ts': folderModule(),
    ...Object.assign({}, ...templates),
  };
}

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
export const GENERATED = join(ROOT, 'src', 'generated');

/** Generates `src/generated/` of this repository. */
export function generate(): void {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  const notes = notesModule(ownerNotes(readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8')));
  const templates = join(ROOT, 'templates');
  const ids = idsModule(
    readTemplates(templates, []),
    CLIENTS.map(({ id }) => id),
  );
  writeGenerated(GENERATED, { ...precompile(templates, version), 'notes.ts': notes, 'ids.ts': ids });
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
