import { NO_AUTH, type ProjectAnswers, serverNameOf } from '../base/answers.ts';
import type { Context } from '../base/context.ts';
import type { Env } from '../base/env.ts';
import { CliError, conflictError, usageError } from '../base/errors.ts';
import { ownCommand } from '../base/own-command.ts';
import { targetOf } from '../base/paths.ts';
import { listOf, nearest, quote, show } from '../base/text.ts';
import { optionsOf, toolsIn } from '../catalog/catalog.ts';
import type { Kind, Option } from '../catalog/manifest.ts';
import { commandsOf, setUpCommands } from '../languages/package-managers.ts';
import { planProject } from '../plan/plan.ts';
import type { ProjectRecord } from '../plan/record.ts';
import { gitFacts } from '../project/git-facts.ts';
import { changeReport } from '../report/change.ts';
import type { Report } from '../report/report.ts';
import type { AddFlags } from './add-names.ts';
import { changeProject } from './change-project.ts';
import { judged, readKnownRecord } from './known-record.ts';
import { apiIn } from './project-api.ts';
import { recoverProject } from './recover-project.ts';
import { refuseOperations } from './same-names.ts';
import { isDurable } from './store-places.ts';

/** Kinds of the catalogue that a project can get after it was made, with the answer that each belongs to. */
const ANSWERS = {
  tool: 'tools',
  resource: 'resources',
  extra: 'extras',
  storage: 'storage',
  transport: 'transport',
  auth: 'auth',
} as const;
type CatalogueKind = keyof typeof ANSWERS;

export interface AddFromArgs {
  readonly kind: string;
  /** The id in the catalogue. */
  readonly id: string;
  readonly flags: AddFlags;
}

/**
 * Adds a thing of the catalogue: the project becomes what this version makes of its answers with that one more, merged with
 * what its owner has made of it.
 *
 * @throws {CliError} exit 2 for what the catalogue does not have, or what does not go together; 3 for what is there already,
 * and when git has changes that are not committed; what `changeProject` throws
 */
export async function addFromCatalogue({ kind, id, flags }: AddFromArgs, context: Context): Promise<Report> {
  const { env, version } = context;
  const dir = targetOf(flags.dir ?? '.', env);
  await recoverProject(dir, context);
  const record = await readKnownRecord(dir, context);
  const own = ownCommand(env);
  if (!isCatalogueKind(kind)) {
    throw usageError('unknown-kind', `The catalogue has no ${kind} that could be added.`, {
      hint: `Make one of your own: ${own} add ${kind} <name>`,
    });
  }
  const option = optionFor(kind, id, record.answers.language);
  if (kind === 'tool') await refuseOperations(toolsIn(option), dir, record);
  const known = kind === 'extra' ? keptWhere(record.answers, dir, context) : record.answers;
  const answers = await fitting(answersWith(kind, option, known, own), version);
  const { dryRun = false, force } = flags;
  const changed = await changeProject({ dir, record, answers, force, dryRun }, context);
  const outcome = {
    version,
    dryRun,
    project: { name: serverNameOf(answers.name), dir },
    title: `${kind} ${id}`,
    json: { kind, added: id },
    changed,
    next: dryRun ? [] : await nextOf(record, answers, dir, changed.dependenciesChanged, context),
  };
  return changeReport(outcome, context);
}

/** A project is often made before it has a repository, and what publishes it names one. */
function keptWhere(answers: ProjectAnswers, dir: string, { env }: Context): ProjectAnswers {
  if (answers.license === undefined || answers.repository) return answers;
  const { repository } = gitFacts(dir, env);
  return repository === '' ? answers : { ...answers, repository };
}

const isCatalogueKind = (kind: string): kind is CatalogueKind => Object.hasOwn(ANSWERS, kind);

function optionFor(kind: CatalogueKind, id: string, language: string): Option {
  const options = optionsOf(language, kind as Kind).filter(({ standIn }) => standIn !== true);
  const found = options.find((option) => option.id === id);
  if (found !== undefined) return found;
  const ids = options.map((option) => option.id);
  const meant = nearest(id, ids);
  throw usageError(`unknown-${kind}`, `The catalogue has no ${kind} ${show(id)}.`, {
    hint: `${meant === undefined ? '' : `Did you mean ${meant}? `}There are ${listOf(ids, 'and')}.`,
  });
}

/** The answers of the project with one thing more. */
function answersWith(kind: CatalogueKind, option: Option, answers: ProjectAnswers, own: string): ProjectAnswers {
  const there = conflictError('there-already', `The project has the ${kind} ${option.id} already.`, {
    hint: `Run ${own} update to bring it to this version's templates.`,
  });
  const { id } = option;
  const { language } = answers;
  switch (kind) {
    case 'storage': {
      if (answers.storage === id) throw there;
      const before = optionsOf(language, 'storage').find((one) => one.id === answers.storage);
      if (before === undefined || !isDurable(before)) return { ...answers, storage: id };
      throw usageError('data-elsewhere', `The server keeps its data in ${answers.storage}, and it would stay there.`, {
        hint: `Move data and project together: ${own} migrate --to ${id}`,
      });
    }
    case 'transport': {
      const includesOf = (one: string): readonly string[] =>
        optionsOf(language, 'transport').find((other) => other.id === one)?.includes ?? [one];
      const wanted = new Set([...includesOf(answers.transport), ...includesOf(id)]);
      if (wanted.size === includesOf(answers.transport).length) throw there;
      const both = optionsOf(language, 'transport').find(
        (one) => includesOf(one.id).length === wanted.size && includesOf(one.id).every((each) => wanted.has(each)),
      );
      if (both === undefined) throw new Error(`No transport is ${[...wanted].join(' and ')}.`);
      return { ...answers, transport: both.id };
    }
    case 'auth': {
      if ((answers.auth ?? NO_AUTH) === id) throw there;
      return { ...answers, auth: id };
    }
    case 'tool':
    case 'resource':
    case 'extra': {
      const key = ANSWERS[kind];
      if (answers[key].includes(id)) throw there;
      return { ...answers, [key]: [...withStandIns(answers, kind), id] };
    }
  }
}

/**
 * What a project has of a kind. What stood in for others has become its owner's own by now; operations of an API need
 * nothing that stands in.
 */
export function withStandIns(answers: ProjectAnswers, kind: 'tool' | 'resource' | 'extra'): readonly string[] {
  const { [ANSWERS[kind]]: chosen, fromOpenapi, language } = answers;
  if (chosen.length > 0 || fromOpenapi !== undefined) return chosen;
  return optionsOf(language, kind)
    .filter(({ standIn }) => standIn === true)
    .map(({ id }) => id);
}

/** @throws CliError (usage) `contradiction` where something that it needs is not there */
async function fitting(answers: ProjectAnswers, version: string): Promise<ProjectAnswers> {
  try {
    return await judged(answers, version);
  } catch (error) {
    if (!(error instanceof CliError) || error.code !== 'contradiction') throw error;
    throw usageError(error.code, error.message, {
      hint: 'Add what it needs first: create-mcp-mason add storage sqlite, or add transport http.',
      cause: error,
    });
  }
}

/** How to go on, with the settings that are new. */
async function nextOf(
  record: ProjectRecord,
  answers: ProjectAnswers,
  dir: string,
  hasNewDependencies: boolean,
  { env }: Context,
): Promise<string[]> {
  const api = await apiIn(dir, record);
  const [before, after] = await Promise.all([planProject(record.answers, api), planProject(answers, api)]);
  const known = new Set(before.required.map(({ name }) => name));
  const settings = after.required
    .filter(({ name }) => !known.has(name))
    .map(({ name, example }) => `# set ${name} in .env, for example to ${example}`);
  return commandsAfter(answers, settings, dir, hasNewDependencies, env);
}

/** The commands for a project that has been changed, and of which nothing was started; `settings` are comments among them. */
export function commandsAfter(
  { pm, name }: Pick<ProjectAnswers, 'pm' | 'name'>,
  settings: readonly string[],
  dir: string,
  hasNewDependencies: boolean,
  env: Env,
): string[] {
  const commands = commandsOf(pm, serverNameOf(name));
  const [install = '', ...build] = setUpCommands(commands);
  return [
    ...(dir === env.cwd ? [] : [`cd ${quote(dir, env.platform)}`]),
    ...settings,
    ...(hasNewDependencies ? [install] : []),
    ...build,
    commands.test,
    `${ownCommand(env)} check`,
  ];
}
