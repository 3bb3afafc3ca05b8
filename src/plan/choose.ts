import type { ProjectAnswers } from '../base/answers.ts';
import { type JsonObject, mergeObjects } from '../base/json.ts';
import type { ApiPart } from '../base/plan.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { EnvVariable, Kind, Option, Variant } from '../catalog/manifest.ts';
import type { ChosenOption } from './context.ts';

/** The options that the answers stand for, each with the variant of the chosen runtime merged in. */
export interface Choice {
  readonly base: ChosenOption;
  readonly preset: ChosenOption;
  /** None where nobody was asked for it. */
  readonly license: ChosenOption | undefined;
  readonly runtime: ChosenOption;
  readonly pm: ChosenOption;
  readonly transports: readonly ChosenOption[];
  readonly storage: ChosenOption;
  readonly tools: readonly ChosenOption[];
  readonly resources: readonly ChosenOption[];
  readonly extras: readonly ChosenOption[];
  /** All of them in the order in which they contribute; an option that stands for others comes before these. */
  readonly all: readonly ChosenOption[];
}

/**
 * Looks the answers up in the catalogue.
 *
 * The order in which tools and extras were named does not matter: the catalogue's order is used. Parts that the options come
 * with stand before them.
 *
 * @throws CliError (usage) for an id that the catalogue does not have
 */
export function choose(answers: ProjectAnswers, catalog: Catalog, api?: ApiPart): Choice {
  const { language } = answers;
  const chosen = (kind: Kind, ids: readonly string[]): Option[] => {
    const named = new Set(ids.map((id) => catalog.optionOf(language, kind, id)));
    const all = catalog.optionsOf(language, kind);
    const isEmpty = named.size === 0 && api === undefined;
    const ordered = all.filter((option) => (isEmpty ? option.standIn === true : named.has(option)));
    const groups = ordered.filter((option) => option.includes !== undefined);
    // In the group's own order: `both` says by it which transport is the default.
    const parts = groups.flatMap(({ includes = [] }) => includes).map((id) => catalog.optionOf(language, kind, id));
    return [...new Set([...groups, ...parts, ...ordered])];
  };

  const base = chosen('base', ['base']);
  const presets = chosen('preset', [answers.preset]);
  const licenses = answers.license === undefined ? [] : chosen('license', [answers.license]);
  const transports = chosen('transport', [answers.transport]);
  const auths = answers.auth === undefined ? [] : chosen('auth', [answers.auth]);
  const storages = chosen('storage', [answers.storage]);
  const tools = chosen('tool', answers.tools);
  const openapi = api === undefined ? [] : chosen('openapi', [answers.openapiMode ?? '']);
  const resources = chosen('resource', answers.resources);
  const extras = chosen('extra', answers.extras);
  const target = [...chosen('runtime', [answers.runtime]), ...chosen('pm', [answers.pm])];
  const asked = [...transports, ...auths, ...storages, ...tools, ...openapi, ...resources, ...extras, ...target];
  const parts = partsOf([...base, ...presets, ...asked], language, catalog);

  const all = [...base, ...presets, ...licenses, ...parts, ...asked]
    .map((option) => complete(option, answers.runtime))
    .map((option) =>
      api === undefined || option.kind !== 'part' || option.id !== 'api' ? option : withApi(option, api),
    );
  const one = (kind: Kind, id: string): ChosenOption => {
    const found = all.find((option) => option.kind === kind && option.id === id);
    if (found === undefined) throw new Error(`There is no ${kind} ${id} in the plan.`);
    return found;
  };
  /** Without those that only stand for others. */
  const several = (kind: Kind): ChosenOption[] =>
    all.filter((option) => option.kind === kind && catalog.optionOf(language, kind, option.id).includes === undefined);
  return {
    base: one('base', 'base'),
    preset: one('preset', answers.preset),
    license: all.find(({ kind }) => kind === 'license'),
    runtime: one('runtime', answers.runtime),
    pm: one('pm', answers.pm),
    storage: one('storage', answers.storage),
    transports: several('transport'),
    tools: several('tool'),
    resources: several('resource'),
    extras: several('extra'),
    all,
  };
}

/** The parts that options come with, and that parts come with, in the catalogue's order. */
function partsOf(options: readonly Option[], language: string, catalog: Pick<Catalog, 'optionOf' | 'optionsOf'>) {
  const found = new Set<Option>();
  const add = ({ parts = [] }: Option): void => {
    for (const part of parts.map((id) => catalog.optionOf(language, 'part', id))) {
      if (found.has(part)) continue;
      found.add(part);
      add(part);
    }
  };
  for (const option of options) add(option);
  return catalog.optionsOf(language, 'part').filter((part) => found.has(part));
}

/** The settings that a description makes necessary; `vars.<kind>Schema` says what a language validates each kind with. */
function withApi(option: ChosenOption, { variables }: ApiPart): ChosenOption {
  const env = variables.map(({ name, description, example, kind, required }): EnvVariable => {
    const schema = option.vars[`${kind}Schema`];
    if (typeof schema !== 'string') throw new Error(`${option.language}/part/api needs "vars.${kind}Schema".`);
    return {
      name,
      description,
      schema,
      example,
      ...(kind === 'secret' && { secret: true }),
      ...(required && { required }),
    };
  });
  const secrets = env.some(({ secret }) => secret === true) ? ['secrets'] : [];
  return { ...option, env: [...env, ...option.env], vars: { ...option.vars, provides: secrets } };
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

/** A text among an option's `vars` that code, not only templates, depends on; the build checks that it is there. */
export function textVar(option: ChosenOption, name: string): string {
  const value = option.vars[name];
  if (typeof value === 'string') return value;
  throw new Error(`The ${option.kind} ${option.id} of ${option.language} needs "vars.${name}", a text.`);
}
