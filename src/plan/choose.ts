import type { ProjectAnswers } from '../base/answers.ts';
import { type JsonObject, mergeObjects } from '../base/json.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { EnvVariable, Kind, Option, Variant } from '../catalog/manifest.ts';
import type { ChosenOption } from './context.ts';

/** The options that the answers stand for, each with the variant of the chosen runtime merged in. */
export interface Choice {
  readonly base: ChosenOption;
  readonly runtime: ChosenOption;
  readonly pm: ChosenOption;
  readonly transports: readonly ChosenOption[];
  readonly storage: ChosenOption;
  readonly tools: readonly ChosenOption[];
  readonly extras: readonly ChosenOption[];
  /** All of them in the order in which they contribute; an option that stands for others comes before these. */
  readonly all: readonly ChosenOption[];
}

/**
 * Looks the answers up in the catalogue.
 *
 * The order in which tools and extras were named does not matter: the catalogue's order is used.
 *
 * @throws CliError (usage) for an id that the catalogue does not have
 */
export function choose(answers: ProjectAnswers, catalog: Catalog): Choice {
  const { language } = answers;
  const options = (kind: Kind, ids: readonly string[]): ChosenOption[] => {
    const named = new Set(ids.map((id) => catalog.optionOf(language, kind, id)));
    const ordered = catalog.optionsOf(language, kind).filter((option) => named.has(option));
    const groups = ordered.filter((option) => option.includes !== undefined);
    // In the group's own order: `both` says by it which transport is the default.
    const parts = groups.flatMap(({ includes = [] }) => includes).map((id) => catalog.optionOf(language, kind, id));
    return [...new Set([...groups, ...parts, ...ordered])].map((option) => complete(option, answers.runtime));
  };
  const one = (kind: Kind, id: string): ChosenOption => complete(catalog.optionOf(language, kind, id), answers.runtime);

  const base = one('base', 'base');
  const runtime = one('runtime', answers.runtime);
  const pm = one('pm', answers.pm);
  const storage = one('storage', answers.storage);
  const transports = options('transport', [answers.transport]);
  const tools = options('tool', answers.tools);
  const extras = options('extra', answers.extras);
  const single = ({ kind, id }: ChosenOption): boolean => catalog.optionOf(language, kind, id).includes === undefined;
  return {
    base,
    runtime,
    pm,
    storage,
    transports: transports.filter(single),
    tools: tools.filter(single),
    extras: extras.filter(single),
    all: [base, ...transports, storage, ...tools, ...extras, runtime, pm],
  };
}

function complete(option: Option, runtime: string): ChosenOption {
  const { registers, variants = [] } = option;
  const variant = variants.find(({ runtimes }) => runtimes.includes(runtime));
  return {
    language: option.language,
    kind: option.kind,
    id: option.id,
    title: option.title,
    hint: option.hint,
    registers: {
      tools: registers?.tools ?? [],
      resources: registers?.resources ?? [],
      prompts: registers?.prompts ?? [],
    },
    probe: option.probe,
    nextSteps: option.nextSteps ?? [],
    ...mergeVariant(option, variant),
  };
}

type Varying = Pick<ChosenOption, 'dependencies' | 'devDependencies' | 'scripts' | 'env' | 'vars'>;

function mergeVariant(option: Option, variant: Variant | undefined): Varying {
  return {
    dependencies: [...new Set([...(option.dependencies ?? []), ...(variant?.dependencies ?? [])])],
    devDependencies: [...new Set([...(option.devDependencies ?? []), ...(variant?.devDependencies ?? [])])],
    scripts: { ...option.scripts, ...variant?.scripts },
    env: uniqueByName([...(option.env ?? []), ...(variant?.env ?? [])]),
    vars: mergeObjects((option.vars ?? {}) as JsonObject, (variant?.vars ?? {}) as JsonObject) as Varying['vars'],
  };
}

/** A later definition replaces an earlier one in its place. */
export function uniqueByName(variables: readonly EnvVariable[]): EnvVariable[] {
  return [...new Map(variables.map((variable) => [variable.name, variable])).values()];
}
