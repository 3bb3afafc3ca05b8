import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ProjectAnswers } from '../../src/base/answers.ts';
import { changeProject } from '../../src/commands/change-project.ts';
import { readKnownRecord } from '../../src/commands/known-record.ts';
import { VERSION } from '../../src/generated/catalog.ts';
import { planProject } from '../../src/plan/plan.ts';
import { RECORD_FILE } from '../../src/plan/record.ts';
import { fakeContext, fakeEnv } from './env.ts';
import { commitAll, firstEdition, git } from './first-edition.ts';
import { ANSWERS, writeTree } from './fixture.ts';
import type { Outcome } from './judge-merge.ts';
import type { Tree } from './owner-edits.ts';
import { readTree, withTempDir } from './temp.ts';

/** Changes of projects that are tried with edits of an owner. */
interface Scenario {
  readonly name: string;
  readonly language: string;
  /** The project as it was made, and what it is to be. */
  readonly load: () => Promise<Change>;
}

export interface Change {
  /** All files, with the record. */
  readonly made: Tree;
  readonly answers: ProjectAnswers;
  /** What is made of the answers. */
  readonly theirs: Tree;
}

const context = () => fakeContext({ env: fakeEnv(), version: VERSION });

const planned = async (answers: ProjectAnswers): Promise<Tree> =>
  Object.fromEntries((await planProject(answers)).files.map(({ path, text }) => [path, text]));

const fromFirst = (language: string): Scenario => ({
  name: `${language}: 0.1.0 to this version`,
  language,
  load: () =>
    withTempDir(async (parent) => {
      const dir = firstEdition(language, parent);
      const { answers } = await readKnownRecord(dir, context());
      return { made: readTree(dir), answers, theirs: await planned(answers) };
    }),
});

const LANGUAGES: readonly Pick<ProjectAnswers, 'language' | 'pm' | 'runtime'>[] = [
  { language: 'typescript', pm: 'npm', runtime: '22' },
  { language: 'python', pm: 'uv', runtime: '3.12' },
];

const ofOptions = (
  own: (typeof LANGUAGES)[number],
  name: string,
  from: Partial<ProjectAnswers>,
  to: Partial<ProjectAnswers>,
): Scenario => ({
  name: `${own.language}: ${name}`,
  language: own.language,
  load: async () => {
    const answers: ProjectAnswers = { ...ANSWERS, ...own, name: 'kept', ...from };
    return {
      made: await planned(answers),
      answers: { ...answers, ...to },
      theirs: await planned({ ...answers, ...to }),
    };
  },
});

/** Both languages: from the first edition, and with other options. */
export const SCENARIOS: readonly Scenario[] = LANGUAGES.flatMap((own) => [
  fromFirst(own.language),
  ofOptions(own, 'sqlite to postgres', { storage: 'sqlite' }, { storage: 'postgres' }),
  ofOptions(
    own,
    'with http and docker',
    { extras: ['github-actions'] },
    { transport: 'both', extras: ['github-actions', 'docker'] },
  ),
]);

/** What is judged: the record is no file of the owner's. */
export const withoutRecord = (tree: Tree): Tree =>
  Object.fromEntries(Object.entries(tree).filter(([path]) => path !== RECORD_FILE && !path.startsWith('.git/')));

/** Makes a repository of a project in `dir`, with a commit as it was made and one as its owner has edited it. */
export function writeProject(dir: string, made: Tree, edited: Tree): void {
  mkdirSync(dir, { recursive: true });
  writeTree(dir, made);
  commitAll(dir);
  const kept = Object.entries(made).filter(([path]) => path === RECORD_FILE);
  writeEdits(dir, { ...edited, ...Object.fromEntries(kept) });
}

/** Puts another tree into a repository, and commits it. */
export function writeEdits(dir: string, edited: Tree): void {
  for (const name of readdirSync(dir)) if (name !== '.git') rmSync(join(dir, name), { recursive: true });
  writeTree(dir, edited);
  git(dir, 'add', '--all', '--force');
  git(dir, 'commit', '--quiet', '--allow-empty', '-m', 'edited');
}

/** Changes a project as `update` does, and says what came of it. */
export async function changed(dir: string, answers: ProjectAnswers): Promise<Pick<Outcome, 'result' | 'isTold'>> {
  const record = await readKnownRecord(dir, context());
  const { files } = await changeProject({ dir, record, answers, force: true }, context());
  const isTold: Outcome['isTold'] = (path, setting) => {
    const file = files.find((one) => one.path === path);
    if (file?.action === 'conflict') return true;
    const places = /^Yours stays.*: (.*)\.$/.exec(file?.note ?? '')?.[1]?.split(', ') ?? [];
    if (setting === undefined) return false;
    return places.some((place) => `${setting}.`.startsWith(`${place}.`) || /^and \d+ more$/.test(place));
  };
  return { result: withoutRecord(readTree(dir)), isTold };
}

/** What the same change would do again. */
export async function changedAgain(dir: string, answers: ProjectAnswers): Promise<readonly string[]> {
  const record = await readKnownRecord(dir, context());
  const { files } = await changeProject({ dir, record, answers, dryRun: true }, context());
  return files.map(({ path }) => path);
}
