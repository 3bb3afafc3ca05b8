import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Handlebars from 'handlebars/runtime.js';
import { LOADERS, STUB_LOADERS, TEXTS_FOLDER } from '../generated/templates.ts';
import type { StubContext, TemplateContext } from './context.ts';
import { HELPERS } from './helpers.ts';
import { type CompiledTemplates, type Content, unpack } from './unpack.ts';

/** Loads the templates of one language; they are most of this package, so nothing else does. */
export const loadTemplates = (language: string): Promise<CompiledTemplates> => loadFrom(LOADERS, language);

/** Loads what `add` makes of one's own. */
export const loadStubs = (language: string): Promise<CompiledTemplates> => loadFrom(STUB_LOADERS, language);

async function loadFrom(loaders: typeof LOADERS, language: string): Promise<CompiledTemplates> {
  const load = loaders[language];
  if (load === undefined) throw new Error(`There are no templates for the language "${language}".`);
  const { options } = await load();
  return unpack(options, readFileSync(join(TEXTS_FOLDER, `templates-${language}.br`)));
}

const handlebars = Handlebars.create();
/** The build takes it out of each template, since it is always that of the runtime. */
const COMPILER = [Handlebars.COMPILER_REVISION];
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
    return handlebars.template({ ...content, compiler: COMPILER })(context);
  } catch (error) {
    throw new Error(`The template ${where} failed: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}
