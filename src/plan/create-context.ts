import { type ProjectAnswers, serverNameOf } from '../base/answers.ts';
import type { Value } from '../base/entry.ts';
import type { ApiPart, ApiUses } from '../base/plan.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { EnvVariable, Registration } from '../catalog/manifest.ts';
import { languageOf } from '../languages/index.ts';
import { commandsOf, lockFileOf } from '../languages/package-managers.ts';
import { distributionNameOf, moduleNameOf } from '../languages/python-names.ts';
import { type Choice, textVar, uniqueByName } from './choose.ts';
import { installButtons } from './client-files.ts';
import type { ChosenOption, Import, Registrations } from './context.ts';
import { ownerOf } from './owner.ts';
import type { SlotContext } from './render.ts';

/** The context without what belongs to one option or needs rendering first. */
export type BaseContext = Omit<SlotContext, 'option'>;

/** Computes what all templates of a project see. `scripts` are as the manifests give them, not yet rendered. */
export function createContext(
  answers: ProjectAnswers,
  choice: Choice,
  { catalog, version }: { readonly catalog: Catalog; readonly version: string },
  api?: ApiPart,
): BaseContext {
  const { preset, license, runtime, pm, storage, transports, tools, resources, extras, all } = choice;
  const serverName = serverNameOf(answers.name);
  const [defaultTransport] = transports;
  if (defaultTransport === undefined) throw new Error(`The transport "${answers.transport}" includes nothing.`);

  const rangesOf = (names: readonly string[]): Record<string, string> => {
    const sorted = [...new Set(names)].sort();
    return Object.fromEntries(sorted.map((name) => [name, catalog.versionOf(answers.language, name, runtime.id)]));
  };
  const env = uniqueByName(all.flatMap((option) => option.env));
  const provides = Object.fromEntries(all.flatMap(providedBy).map((tag) => [tag, true as const]));
  const dependencies = all.flatMap((option) => option.dependencies);
  const devDependencies = all.flatMap((option) => option.devDependencies);

  return {
    name: answers.name,
    serverName,
    description: answers.description,
    summary: summaryOf(answers.description),
    license: license === undefined ? '' : textVar(license, 'spdx'),
    ...ownerOf(answers, serverName),
    masonVersion: version,
    language: answers.language,
    dnsName: dnsNameOf(serverName),
    packageName: moduleNameOf(serverName),
    distributionName: distributionNameOf(serverName),
    preset,
    runtime,
    pm: { ...pm, commands: commandsOf(pm.id, serverName), lockFile: lockFileOf(pm.id) },
    transports,
    transportImports: [...transports].sort((a, b) => (a.id < b.id ? -1 : 1)),
    multipleTransports: transports.length > 1,
    defaultTransport: defaultTransport.id,
    storage,
    tools,
    resources,
    extras,
    options: all,
    env,
    requiredEnv: requiredOf(env),
    installButtons: installButtons({
      language: answers.language,
      name: languageOf(answers.language).publishedName(answers.name),
      serverName,
      isLocal: 'stdio' in provides,
      env: entryEnvOf(env),
    }),
    ...registrations(all),
    scripts: Object.assign({}, ...all.map((option) => option.scripts)),
    dependencies: rangesOf(dependencies),
    devDependencies: rangesOf(devDependencies.filter((name) => !dependencies.includes(name))),
    provides,
    api: { count: String(api?.count ?? 0), ...(api?.uses ?? NO_USES) },
  };
}

const NO_USES: ApiUses = {
  files: false,
  forms: false,
  variables: false,
  schemes: false,
  connection: false,
  client: false,
  certificate: false,
};

/** The tags by which templates ask what is there without naming an option: parts, and what stands in `vars.provides`. */
const providedBy = ({ kind, id, vars }: Pick<ChosenOption, 'kind' | 'id' | 'vars'>): readonly string[] => [
  ...(kind === 'part' ? [id] : []),
  ...(Array.isArray(vars.provides) ? vars.provides : []),
];

/** The environment that a client's entry must carry: what the server does not start without. */
export function entryEnvOf(env: readonly EnvVariable[]): Record<string, Value> {
  return Object.fromEntries(
    requiredOf(env).map(({ name, secret, example }) => [name, secret === true ? { secret: name } : example]),
  );
}

/** The variables without which the server does not start. */
export const requiredOf = (env: readonly EnvVariable[]): readonly EnvVariable[] =>
  env.filter((variable) => variable.required === true);

/** A label has at most 63 characters; some are left for what templates add. */
function dnsNameOf(serverName: string): string {
  const name = serverName.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  const label = /^[a-z]/.test(name) ? name : `mcp-${name.replace(/^-/, '')}`;
  return label.slice(0, 40).replace(/-$/, '');
}

function registrations(options: readonly ChosenOption[]) {
  const of = (list: keyof Registrations): Registration[] => options.flatMap((option) => option.registers[list]);
  const [tools, resources, prompts] = [of('tools'), of('resources'), of('prompts')];
  return {
    toolRegistrations: tools,
    toolImports: importsOf(tools),
    resourceRegistrations: resources,
    resourceImports: importsOf(resources),
    promptRegistrations: prompts,
    promptImports: importsOf(prompts),
  };
}

function importsOf(list: readonly Registration[]): Import[] {
  const modules = [...new Set(list.map(({ module }) => module))].sort();
  return modules.map((module) => {
    const names = list.filter((registration) => registration.module === module).map(({ name }) => name);
    return { module, names: [...new Set(names)].sort() };
  });
}

const LONGEST_SUMMARY = 100;

/** One line, cut between two words. @internal exported for tests */
export function summaryOf(description: string): string {
  const line = description.replace(/\s+/g, ' ').trim();
  if (line.length <= LONGEST_SUMMARY) return line;
  return `${line.slice(0, LONGEST_SUMMARY).replace(/\s?\S*$/u, '') || line.slice(0, LONGEST_SUMMARY - 2).replace(/[\ud800-\udbff]$/, '')}…`;
}
