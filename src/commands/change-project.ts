import { join } from 'node:path';
import type { ProjectAnswers } from '../base/answers.ts';
import type { Context } from '../base/context.ts';
import { unifiedDiff } from '../base/diff.ts';
import { conflictError } from '../base/errors.ts';
import { freeName, isInside, lookInside, readRegular, textIn } from '../base/inside.ts';
import type { ApiPart } from '../base/plan.ts';
import { firstOf } from '../base/text.ts';
import { planProject } from '../plan/plan.ts';
import { type ProjectRecord, RECORD_FILE } from '../plan/record.ts';
import { Repository } from '../project/repository.ts';
import { applyEdits, type Edit } from '../project/stage.ts';
import type { Unmerged } from '../project/stage-journal.ts';
import type { Changed, ChangedFile } from '../report/change.ts';
import { type Bases, findBases } from './change-base.ts';
import { decide, type Fate, needsBase, readStates } from './change-files.ts';
import { apiIn } from './project-api.ts';

export interface ChangeRequest {
  /** Absolute. */
  readonly dir: string;
  /** How the project was made. */
  readonly record: ProjectRecord;
  /** What it is to be now. */
  readonly answers: ProjectAnswers;
  /** What the project is to have of an API; absent: what it has. */
  readonly api?: ApiPart | undefined;
  /** Also where git has changes that are not committed. */
  readonly force?: boolean | undefined;
  /** Decides everything and writes nothing. */
  readonly dryRun?: boolean | undefined;
  /** Refuses with `dryRun`, too, what could not be written: for a command that does something else before. */
  readonly strict?: boolean | undefined;
  /** Edits of files that are in no record. */
  readonly also?: readonly Edit[] | undefined;
  /** What the recorded version itself makes of the recorded answers. */
  readonly fetched?: Bases | undefined;
}

/**
 * Brings a project to what this version makes of `answers`, merged with what its owner has made of it: the one door for
 * everything that changes a project. All of it is done, or nothing.
 *
 * @throws CliError `dirty` (conflict) where git has changes that are not committed; what `applyEdits` throws
 */
export async function changeProject(request: ChangeRequest, context: Context): Promise<Changed> {
  const { dir, record, answers, fetched, force = false, dryRun = false, strict = !dryRun } = request;
  const { env, signal, version } = context;
  const before = await apiIn(dir, record);
  const plan = await planProject(answers, request.api ?? before);
  const around = await Repository.around(dir, env, signal);
  // A project that git ignores, or knows nothing of yet, has nothing to fall back upon.
  const repository = (await around?.tracks(RECORD_FILE)) ? around : undefined;
  const states = readStates(dir, record, plan.files);
  const wanted = states.filter(needsBase).map(({ path }) => path);
  const bases = await findBases(wanted, { record, repository, fetched, api: before });
  const labels = { ours: 'yours', base: `create-mcp-mason ${record.version}`, theirs: `create-mcp-mason ${version}` };
  const fates = decide(states, bases, labels);
  const draft = new Draft(dir, repository !== undefined);
  for (const fate of fates) draft.add(fate);
  for (const edit of request.also ?? []) draft.addOther(edit);
  draft.addRecord(plan.files.find(({ path }) => path === RECORD_FILE)?.text ?? '');
  const changed: Changed = {
    files: draft.files,
    diff: draft.diff(),
    conflicts: fates.reduce((sum, { conflicts }) => sum + conflicts, 0),
    inGit: repository !== undefined,
    withoutBase: wanted.filter((path) => !bases.has(path)),
    dependenciesChanged: draft.files.some(({ path, action }) => MANIFESTS.includes(path) && action !== 'keep'),
  };
  if (draft.edits.length === 0) return changed;
  if (repository !== undefined && !force && strict) await refuseDirty(repository, fates);
  if (dryRun) return changed;
  const unmerged = repository === undefined ? [] : await keepStages(repository, fates, bases);
  await applyEdits(dir, draft.edits, {
    signal,
    unmerged,
    tellGit: async (list) => repository?.markUnmerged(list),
  });
  return changed;
}

const MANIFESTS: readonly string[] = ['package.json', 'pyproject.toml'];

/** The edits that follow from what was decided. */
class Draft {
  readonly edits: Edit[] = [];
  readonly files: ChangedFile[] = [];
  readonly #dir: string;
  readonly #inGit: boolean;

  constructor(dir: string, inGit: boolean) {
    this.#dir = dir;
    this.#inGit = inGit;
  }

  add(fate: Fate): void {
    const { path, action, conflicts, note, state } = fate;
    const beside = this.#besideOf(fate);
    if (action !== 'keep' || note !== undefined) {
      this.files.push({ path, action, conflicts, ...(note && { note }), ...(beside && { beside }) });
    }
    if (action === 'keep') return;
    if (action === 'conflict' && !hasMarkers(fate, this.#inGit)) {
      if (beside !== undefined) this.edits.push({ path: beside, was: undefined, text: fate.theirs ?? '' });
      return;
    }
    const was = state.ours.is === 'text' ? state.ours.bytes : undefined;
    const text = action === 'delete' ? undefined : (fate.text ?? '');
    this.edits.push({ path, was, text, mode: state.theirs?.mode });
  }

  addOther(edit: Edit): void {
    this.edits.push(edit);
    this.files.push({ path: edit.path, action: 'merge', conflicts: 0 });
  }

  /** The record comes last: as long as it is the old one, the change has not been made. */
  addRecord(text: string): void {
    const was = readRegular(join(this.#dir, RECORD_FILE), 16 * 1024 * 1024);
    if (was?.toString('utf8') !== text) this.edits.push({ path: RECORD_FILE, was, text });
  }

  diff(): string {
    return this.edits
      .filter(({ path }) => path !== RECORD_FILE)
      .map(({ path, was, text }) => unifiedDiff(path, was && textIn(was), text))
      .join('');
  }

  #besideOf(fate: Fate): string | undefined {
    if (fate.action !== 'conflict' || hasMarkers(fate, this.#inGit)) return undefined;
    const name = freeName(this.#dir, fate.path);
    return isInside(name) && lookInside(this.#dir, name) === 'missing' ? name : undefined;
  }
}

/** Conflict markers are only for files that git keeps the old version of, and that are texts. */
const hasMarkers = ({ text, state }: Fate, inGit: boolean): boolean =>
  inGit && text !== undefined && state.ours.is === 'text';

async function refuseDirty(repository: Repository, fates: readonly Fate[]): Promise<void> {
  const { tracked, untracked } = await repository.dirt();
  const replaced = fates.filter(({ action, state }) => action !== 'keep' && state.ours.is !== 'missing');
  const open = [...tracked, ...untracked.filter((path) => replaced.some((fate) => fate.path === path))];
  if (open.length === 0) return;
  throw conflictError(
    'dirty',
    `git has changes here that are not committed:\n${firstOf(open, 20)
      .map((path) => `  ${path}`)
      .join('\n')}`,
    {
      hint: 'Commit or stash them, so that you can go back; or give --force.',
    },
  );
}

/** The versions of files in conflict as blobs, as `git merge` keeps them. */
async function keepStages(repository: Repository, fates: readonly Fate[], bases: Bases): Promise<Unmerged[]> {
  const unmerged: Unmerged[] = [];
  for (const fate of fates) {
    const { state, path, theirs } = fate;
    if (fate.action !== 'conflict' || !hasMarkers(fate, true) || state.ours.is !== 'text') continue;
    const base = bases.get(path);
    const stages = [
      base === undefined ? null : await repository.keep(base),
      await repository.keep(state.ours.bytes),
      await repository.keep(theirs ?? ''),
    ];
    unmerged.push({ path, mode: '100644', stages });
  }
  return unmerged;
}
