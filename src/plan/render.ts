import Handlebars from 'handlebars/runtime.js';
import { LOADERS } from '../generated/templates.ts';
import type { TemplateContext } from './context.ts';
import { HELPERS } from './helpers.ts';

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

/** Loads the templates of one language; they are most of this package's code, so nothing else does. */
export async function loadTemplates(language: string): Promise<CompiledTemplates> {
  const load = LOADERS[language];
  if (load === undefined) throw new Error(`There are no templates for the language "${language}".`);
  return (await load()).templates;
}

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
export function render(content: Content, context: SlotContext, where: string): string {
  if (typeof content === 'string') return content;
  try {
    return handlebars.template(content)(context);
  } catch (error) {
    throw new Error(`The template ${where} failed: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}
