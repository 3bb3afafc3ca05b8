import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { ApiPart } from '../../../src/base/plan.ts';
import { casesOf } from '../../../src/openapi/cases.ts';
import { type Compiled, compile, type Wishes } from '../../../src/openapi/compile.ts';
import { type Description, loadDescription } from '../../../src/openapi/description.ts';
import { partOf } from '../../../src/openapi/part.ts';

/** Where a description of these tests lies. */
export const descriptionAt = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** One of the descriptions in this folder. */
export const load = (name: string): Promise<Description> =>
  loadDescription(name, (file) => readFile(descriptionAt(file), 'utf8'));

/** A description from a text. */
export const parse = (text: string, files: Readonly<Record<string, string>> = {}): Promise<Description> =>
  loadDescription('api.yaml', async (name) => {
    const found = name === 'api.yaml' ? text : files[name];
    if (found === undefined) throw new Error(`There is no ${name}.`);
    return found;
  });

/** Compiled with every wish at its default. */
export const compiled = (description: Description, wishes: Partial<Wishes> = {}): Promise<Compiled> =>
  compile(description, { source: 'api.yaml', operations: '', mode: 'auto', ...wishes });

/** What a project gets of a description in this folder. */
export async function apiOf(name: string): Promise<ApiPart> {
  const description = await load(name);
  const result = await compiled(description);
  return partOf(result, casesOf(result, description));
}
