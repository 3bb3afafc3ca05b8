import type { ProjectAnswers } from '../base/answers.ts';
import type { ApiPart, Plan } from '../base/plan.ts';
import { catalog } from '../catalog/catalog.ts';
import { VERSION } from '../generated/catalog.ts';

/**
 * Plans a project in memory: the same answers and the same version of this package give the same bytes. What it takes for
 * that is loaded here, so whoever may need a plan imports this file as any other.
 *
 * @param api what the description of `answers.fromOpenapi` has become
 * @throws CliError (usage) for an answer that the catalogue does not have
 */
export async function planProject(answers: ProjectAnswers, api?: ApiPart): Promise<Plan> {
  // An unknown language must be refused by the catalogue, which can list the known ones.
  catalog.optionOf(answers.language, 'base', 'base');
  const { buildPlan, loadTemplates } = await import('./build-plan.ts');
  return buildPlan(answers, { catalog, templates: loadTemplates(answers.language), version: VERSION }, api);
}
