import type { Option } from '../../src/catalog/manifest.ts';
import type { SourceLanguage, SourceOption } from './read-templates.ts';

/** `vars` that code, not only templates, depends on. */
const REQUIRED_VARS: Partial<Record<Option['kind'], string>> = { runtime: 'engines', license: 'spdx' };

/** What is wrong between the manifests of one language. */
export function checkCatalog({ language, options, versions }: SourceLanguage): string[] {
  const runtimes = options.filter(({ option }) => option.kind === 'runtime').map(({ option }) => option.id);
  const used = needsOf(
    options.map(({ option }) => option),
    runtimes,
  );
  const unused = Object.keys(versions).filter((name) => !used.has(name));
  return [
    ...options.flatMap((source) => [
      ...checkIncludes(source, options),
      ...checkNeeds(source, options),
      ...checkParts(source, options),
      ...checkAnswers(source, options),
      ...checkVariants(source, runtimes),
      ...checkVersions(source, runtimes, versions),
      ...checkVars(source),
    ]),
    ...checkRegistrations(options),
    ...unused.map((name) => `${language}/versions.json: no option needs "${name}"`),
  ];
}

function checkIncludes({ option, source }: SourceOption, options: readonly SourceOption[]): string[] {
  return (option.includes ?? []).flatMap((id) => {
    const part = options.find((other) => other.option.kind === option.kind && other.option.id === id)?.option;
    if (part === undefined) return [`${source}: "includes" names "${id}", which is no ${option.kind}`];
    return part.includes === undefined ? [] : [`${source}: "includes" names "${id}", which includes others itself`];
  });
}

function checkNeeds({ option, source }: SourceOption, options: readonly SourceOption[]): string[] {
  const provided = options.flatMap(({ option: { vars, parts = [] } }) => [
    ...parts,
    ...(Array.isArray(vars?.provides) ? vars.provides : []),
  ]);
  return (option.needs ?? [])
    .filter((tag) => !provided.includes(tag))
    .map((tag) => `${source}: "needs" names "${tag}", which nothing provides`);
}

function checkParts({ option, source }: SourceOption, options: readonly SourceOption[]): string[] {
  const parts = options.filter((other) => other.option.kind === 'part').map((other) => other.option.id);
  return (option.parts ?? [])
    .filter((id) => !parts.includes(id))
    .map((id) => `${source}: "parts" names "${id}", which is no part`);
}

/** A preset answers all that it may, and nothing else has answers. */
function checkAnswers({ option, source }: SourceOption, options: readonly SourceOption[]): string[] {
  const { answers, kind } = option;
  if (kind !== 'preset') return answers === undefined ? [] : [`${source}: only a preset has "answers"`];
  if (answers === undefined) return [`${source}: needs "answers"`];
  const named: [Option['kind'], readonly string[]][] = [
    ['transport', [answers.transport]],
    ['storage', [answers.storage]],
    ['tool', listed(answers.tools)],
    ['resource', listed(answers.resources)],
    ['extra', listed(answers.extras)],
  ];
  return named.flatMap(([of, ids]) =>
    ids
      .filter((id) => !options.some((other) => other.option.kind === of && other.option.id === id))
      .map((id) => `${source}: "answers" names "${id}", which is no ${of}`),
  );
}

const listed = (ids: string | readonly string[]): readonly string[] => (typeof ids === 'string' ? [] : ids);

function checkVariants({ option, source }: SourceOption, runtimes: readonly string[]): string[] {
  const named = (option.variants ?? []).flatMap((variant) => variant.runtimes);
  return named
    .filter((id) => !runtimes.includes(id))
    .map((id) => `${source}: "variants" names "${id}", which is no runtime`);
}

function checkVersions(
  { option, source }: SourceOption,
  runtimes: readonly string[],
  versions: SourceLanguage['versions'],
): string[] {
  return [...needsOf([option], runtimes)].flatMap(([name, needing]) => {
    const range = versions[name];
    if (range === undefined) return [`${source}: versions.json has no version of "${name}"`];
    if (typeof range === 'string') return [];
    const without = needing.filter((runtime) => range[runtime] === undefined);
    return without.map((runtime) => `${source}: versions.json has no version of "${name}" for runtime ${runtime}`);
  });
}

/** The packages that options depend on, with the runtimes on which they do. */
export function needsOf(options: readonly Option[], runtimes: readonly string[]): Map<string, string[]> {
  const needs = new Map<string, Set<string>>();
  for (const option of options) {
    for (const part of [{ ...option, runtimes }, ...(option.variants ?? [])]) {
      for (const name of [...(part.dependencies ?? []), ...(part.devDependencies ?? [])]) {
        needs.set(name, new Set([...(needs.get(name) ?? []), ...part.runtimes]));
      }
    }
  }
  return new Map([...needs].map(([name, needing]) => [name, runtimes.filter((runtime) => needing.has(runtime))]));
}

function checkVars({ option, source }: SourceOption): string[] {
  const name = REQUIRED_VARS[option.kind];
  const faults =
    name !== undefined && typeof option.vars?.[name] !== 'string' ? [`${source}: needs "vars.${name}"`] : [];
  const provides = option.vars?.provides;
  return provides === undefined || Array.isArray(provides)
    ? faults
    : [...faults, `${source}: "vars.provides" must be a list`];
}

/** Two options may be chosen together, so what they add to one list must have different names. */
function checkRegistrations(options: readonly SourceOption[]): string[] {
  return (['tools', 'resources', 'prompts'] as const).flatMap((list) => {
    const seen = new Map<string, string>();
    return options.flatMap(({ option, source }) =>
      (option.registers?.[list] ?? []).flatMap(({ name }) => {
        const other = seen.get(name);
        seen.set(name, source);
        return other === undefined ? [] : [`${source}: "${name}" is already among the ${list} of ${other}`];
      }),
    );
  });
}
