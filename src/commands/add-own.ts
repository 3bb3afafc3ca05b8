import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { serverNameOf } from '../base/answers.ts';
import type { Context } from '../base/context.ts';
import { unifiedDiff } from '../base/diff.ts';
import { type CliError, conflictError } from '../base/errors.ts';
import { ownCommand } from '../base/own-command.ts';
import { targetOf } from '../base/paths.ts';
import { lineEndOf, printable, quote } from '../base/text.ts';
import { commandsOf } from '../languages/package-managers.ts';
import type { OwnKind, OwnNames, Registrar, Sign } from '../languages/registrar.ts';
import type { ProjectRecord } from '../plan/record.ts';
import { moduleOf, planStub } from '../plan/stub.ts';
import { applyChanges, type Change } from '../project/apply.ts';
import { hasConflict, previewFiles } from '../project/changes.ts';
import { type AddOutcome, addReport } from '../report/add.ts';
import type { Report } from '../report/report.ts';
import { type AddFlags, checkTemplate, textsOf, uriOf, wordsOf } from './add-names.ts';
import { readKnownRecord } from './known-record.ts';
import { ownersOf, pathsIn, readText, registrarOf } from './project-sources.ts';
import { recoverProject } from './recover-project.ts';
import { refuseOperations } from './same-names.ts';

export interface AddOwnArgs {
  readonly kind: OwnKind;
  readonly name: string;
  readonly flags: AddFlags;
}

/**
 * Adds a stub of somebody's own, its test, and the line that registers it.
 *
 * @throws {CliError} exit 2 for a bad name, or where there is no project; 3 for what is there already; 1 where nothing can
 * be written
 */
export async function addOwn({ kind, name, flags }: AddOwnArgs, context: Context): Promise<Report> {
  const dir = targetOf(flags.dir ?? '.', context.env);
  await recoverProject(dir, context);
  const record = await readKnownRecord(dir, context);
  const { answers } = record;
  const registrar = await registrarOf(answers.language);
  const words = wordsOf(kind, name, registrar);
  checkTemplate(kind, flags.template);
  const texts = textsOf(kind, words, flags);
  const uri = uriOf(words, flags.template);
  const project = new Project(dir, registrar, moduleOf(answers));
  const names = project.namesFor(kind, words);
  if (kind === 'tool') await refuseOperations([names.name], dir, record);
  const { clients, helpers } = registrar.signs;
  const facts = { hasClients: project.has(clients), hasHelpers: helpers !== undefined && project.has(helpers) };
  const planned = await planStub(answers, { names, words, ...texts, uri, ...facts });
  const index = project.index();
  const lineEnd = lineEndOf(index.text ?? '\n');
  const created = planned
    .filter(({ path }) => !project.holds(path))
    .map(({ path, text }): Change => ({ path, text: text.replaceAll('\n', lineEnd) }));
  if (hasConflict(previewFiles(dir, created, 'skip'))) throw taken('A folder that it needs leads out of the project.');
  const registered = project.register(names, index);
  const changes: readonly Change[] = [
    ...created,
    ...('text' in registered ? [{ path: index.path, text: registered.text, before: index.text }] : []),
  ];
  const isWritten = 'text' in registered && flags.dryRun !== true;
  if (isWritten) await applyChanges(dir, changes, context.signal);
  const { test } = registrar.places(names, project.module);
  const outcome: AddOutcome = {
    version: context.version,
    dryRun: flags.dryRun === true,
    project: { name: serverNameOf(answers.name), dir },
    kind,
    name: names.name,
    files: changes.map(({ path, text, before }) => ({
      path,
      text,
      action: before === undefined ? 'create' : 'change',
    })),
    register: { path: index.path, lines: registrar.lines(names, project.module) },
    diff: isWritten ? '' : changes.map(({ path, text, before }) => unifiedDiff(path, before, text)).join(''),
    next: nextSteps({ record, names, uri, test, dir }, context),
    failure: 'text' in registered ? undefined : unregistered(index.path, registered.reason),
  };
  return addReport(outcome, context);
}

const unregistered = (path: string, reason: string): CliError =>
  conflictError('not-registered', `${path} cannot be edited safely: ${reason}.`, {
    hint: 'Make the files below, and add the lines by hand.',
  });

const taken = (message: string): CliError =>
  conflictError('name-taken', message, { hint: 'Nothing was written. Choose another name.' });

interface Index {
  readonly path: string;
  readonly text: string | undefined;
}

/** The files of a project, as they are now. Links are not followed. */
class Project {
  /** Small letters, as some file systems see them. */
  readonly #paths: ReadonlyMap<string, string>;

  constructor(
    readonly dir: string,
    readonly registrar: Registrar,
    readonly module: string,
  ) {
    this.#paths = new Map(pathsIn(dir).map((path) => [path.toLowerCase(), path]));
  }

  holds(path: string): boolean {
    return (
      this.#paths.has(path.toLowerCase()) || lstatSync(join(this.dir, path), { throwIfNoEntry: false }) !== undefined
    );
  }

  has({ path, pattern }: Sign): boolean {
    return pattern.test(readText(this.dir, path) ?? '');
  }

  index(): Index {
    const path = this.registrar.index(this.module);
    return { path, text: readText(this.dir, path) };
  }

  /** @throws CliError (conflict) `name-taken` */
  namesFor(kind: OwnKind, words: readonly string[]): OwnNames {
    const [plain, ...others] = this.registrar.candidates(kind, words);
    if (plain === undefined) throw new Error(`Nothing can be called ${words.join(' ')}.`);
    const { source } = this.#placesOf(plain);
    if (this.holds(source)) throw taken(`${source} is there already.`);
    const module = source.replace(/\/[^/]*(\.\w+)$/, '$1');
    if (module.endsWith('.py') && this.holds(module)) throw taken(`${module} would be hidden by a folder of its name.`);
    const owner = ownersOf(this.dir, this.registrar, kind, [plain.name]).get(plain.name);
    if (owner !== undefined) throw taken(`${printable(owner)} registers a ${kind} ${plain.name} already.`);
    const index = this.index().text ?? '';
    const isFree = (names: OwnNames): boolean =>
      Object.values(this.#placesOf(names)).every((path) => !this.holds(path)) && !this.registrar.isTaken(index, names);
    const free = [plain, ...others].find(isFree);
    if (free === undefined) throw taken(`Files or names of the code are called ${words.join(' ')} already.`);
    return free;
  }

  register(names: OwnNames, { text }: Index) {
    if (text === undefined) return { reason: 'it is not there, or it is no text file of a usual size' };
    const { width } = this.registrar.signs;
    const [, widest = '120'] = (width && readText(this.dir, width.path)?.match(width.pattern)) ?? [];
    return this.registrar.register(text, names, this.module, Number(widest));
  }

  #placesOf(names: OwnNames) {
    return this.registrar.places(names, this.module);
  }
}

interface Done {
  readonly record: ProjectRecord;
  readonly names: OwnNames;
  readonly uri: string;
  readonly test: string;
  readonly dir: string;
}

/** How to run the new test, and how to use the new thing. */
function nextSteps({ record: { answers }, names, uri, test, dir }: Done, { env }: Context): readonly string[] {
  const { exec, build } = commandsOf(answers.pm, serverNameOf(answers.name));
  const runner = test.endsWith('.py') ? 'pytest' : 'tsx';
  const example = uri.replace(/\{\w+\}/, '1');
  const call: Readonly<Record<OwnKind, readonly string[]>> = {
    tool: [names.name, '{"text":"hello"}'],
    resource: ['--read', example],
    prompt: ['--prompt', names.name, '--arg', 'topic=tea'],
  };
  const words = call[names.kind].map((word) => quote(word, env.platform)).join(' ');
  return [
    ...(dir === env.cwd ? [] : [`cd ${quote(dir, env.platform)}`]),
    `${exec} ${runner} ${test}`,
    ...(build === undefined ? [] : [build]),
    `${ownCommand(env)} call ${words}`,
  ];
}
