import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Handlebars from 'handlebars/runtime.js';
import { FOLDER } from '../generated/templates.ts';
import type { StubContext, TemplateContext } from './context.ts';
import { HELPERS } from './helpers.ts';
import { specificationOf } from './program.ts';
import { type Content, type Templates, unpack } from './unpack.ts';

/**
 * Reads the templates of one language, with those of what `add` makes.
 *
 * @param language one of the catalogue
 */
export const loadTemplates = (language: string): Templates =>
  unpack(readFileSync(join(FOLDER, `templates-${language}.br`)));

const handlebars = Handlebars.create();
for (const [name, helper] of Object.entries(HELPERS)) handlebars.registerHelper(name, helper);

/** What a template may be rendered with: slots are filled last, so they cannot see each other. */
export type SlotContext = Omit<TemplateContext, 'slots'>;

/**
 * Renders one text.
 *
 * @param where names the template in errors
 * @throws Error when the template uses a value that this context does not have; the build's lint and the pairwise tests
 * see to it that users never meet one
 */
export function render(content: Content, context: SlotContext | StubContext, where: string): string {
  if (typeof content === 'string') return content;
  try {
    return handlebars.template(specificationOf(content, Handlebars.COMPILER_REVISION))(context);
  } catch (error) {
    throw new Error(`The template ${where} failed: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}
