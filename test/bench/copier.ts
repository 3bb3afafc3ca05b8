/**
 * The same edits of the same projects, updated by copier and by us, and judged alike:
 *
 *     npx tsx test/bench/copier.ts [--projects 8] [--seed 1]
 *
 * For copier, the two renders are two tags of a template without variables. `--projects` is how many there are of each
 * scenario of test/support/update-scenarios.ts. It prints the table of docs/updating.md, and each fault above it.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { childEnv, run } from '../support/child.ts';
import { commitAll, git } from '../support/first-edition.ts';
import { writeTree } from '../support/fixture.ts';
import { judge, type Outcome, type Verdict } from '../support/judge-merge.ts';
import { editTree, type Tree, wishes } from '../support/owner-edits.ts';
import { pythonProgram } from '../support/python.ts';
import { readTree } from '../support/temp.ts';
import { changed, SCENARIOS, withoutRecord, writeEdits, writeProject } from '../support/update-scenarios.ts';

type Result = Pick<Outcome, 'result' | 'isTold'>;

const ANSWERS_FILE = '.copier-answers.yml';
const TOOLS = ['copier', 'update'] as const;
const ROWS = [
  ['lost', "lines, files and settings of the owner's that are lost"],
  ['gone', 'edited files taken away, as they are not made any more'],
  ['falseConflicts', 'conflicts where nothing touches'],
  ['missed', 'places that both have changed, and nobody is told'],
  ['unmade', 'changes that nothing was in the way of, not made'],
  ['reprinted', 'files printed anew'],
] as const satisfies readonly (readonly [keyof Verdict, string])[];

const { values } = parseArgs({
  options: { projects: { type: 'string', default: '8' }, seed: { type: 'string', default: '1' } },
});
const work = realpathSync(mkdtempSync(join(tmpdir(), 'mason-copier-')));
const print = (line: string): boolean => process.stdout.write(`${line}\n`);

const python = await pythonProgram('copier>=9.10,<10');
const env = childEnv({ GIT_CONFIG_GLOBAL: join(work, 'gitconfig'), GIT_CONFIG_NOSYSTEM: '1' });
const sums = Object.fromEntries(TOOLS.map((tool) => [tool, {} as Record<string, number>]));
const add = (tool: string, row: string, count: number): void => {
  const sum = sums[tool] ?? {};
  sum[row] = (sum[row] ?? 0) + count;
};

try {
  writeTree(work, { gitconfig: '[user]\n\tname = Ann\n\temail = ann@example.com\n' });
  for (const [number, scenario] of SCENARIOS.entries()) {
    const { made, answers, theirs } = await scenario.load();
    const [base, fresh] = [withoutRecord(made), withoutRecord(theirs)];
    const home = join(work, String(number));
    const pristine = await copied(home, base, fresh);
    const samples = fc.sample(wishes, { numRuns: Number(values.projects), seed: Number(values.seed) });
    for (const [index, list] of samples.entries()) {
      const edited = editTree(base, fresh, list);
      const dirs = TOOLS.map((tool) => join(home, `${tool}-${index}`));
      const [theirDir = '', ourDir = ''] = dirs;
      cpSync(pristine, theirDir, { recursive: true });
      writeEdits(theirDir, { ...edited.tree, [ANSWERS_FILE]: readTree(pristine)[ANSWERS_FILE] ?? '' });
      writeProject(ourDir, made, edited.tree);
      const results = { copier: await updatedByCopier(theirDir), update: await changed(ourDir, answers) };
      for (const tool of TOOLS) {
        const verdict = judge({ base, theirs: fresh, edited, ...results[tool] });
        note(tool, `${scenario.name}, project ${index}`, verdict, results[tool], Object.keys(edited.tree));
      }
      for (const dir of dirs) rmSync(dir, { recursive: true });
    }
  }
  const said = execFileSync(python, ['-m', 'copier', '--version'], { encoding: 'utf8' });
  print(`\ncopier ${/[\d.]+\d/.exec(said)?.[0]}\n`);
  const { projects, lines, apart, touching } = sums.update ?? {};
  print(`${projects} projects, ${lines} lines and settings: ${touching} touch what has changed, ${apart} do not\n`);
  print(`| | ${TOOLS.join(' | ')} |\n|---|---|---|`);
  for (const [row, what] of [...ROWS, ['conflicts', 'files left in conflict'] as const]) {
    print(`| ${what} | ${TOOLS.map((tool) => sums[tool]?.[row] ?? 0).join(' | ')} |`);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** A template with two tags, and a project of the first one. */
async function copied(home: string, base: Tree, fresh: Tree): Promise<string> {
  const [template, project] = [join(home, 'template'), join(home, 'pristine')];
  const own: Tree = {
    'copier.yml': '_subdirectory: template\n',
    'template/{{_copier_conf.answers_file}}.jinja': '{{ _copier_answers|to_nice_yaml }}',
  };
  const inside = (tree: Tree): Tree =>
    Object.fromEntries(Object.entries(tree).map(([path, text]) => [`template/${path}`, text]));
  writeTree(template, { ...own, ...inside(base) });
  git(template, 'init', '--quiet', '--initial-branch=main');
  writeEdits(template, { ...own, ...inside(base) });
  git(template, 'tag', '1.0.0');
  writeEdits(template, { ...own, ...inside(fresh) });
  git(template, 'tag', '2.0.0');
  await copier(home, 'copy', '--vcs-ref', '1.0.0', template, project);
  const { [ANSWERS_FILE]: _, ...files } = readTree(project);
  if (JSON.stringify(Object.entries(files).sort()) !== JSON.stringify(Object.entries(base).sort())) {
    throw new Error('copier does not make the project that was rendered');
  }
  commitAll(project);
  return project;
}

async function copier(cwd: string, command: string, ...args: readonly string[]): Promise<void> {
  const { code, stderr } = await run(python, ['-m', 'copier', command, '--defaults', '--quiet', ...args], { cwd, env });
  if (code !== 0) throw new Error(`copier ${command} ended with ${code}: ${stderr}`);
}

async function updatedByCopier(dir: string): Promise<Result> {
  await copier(dir, 'update', '--vcs-ref', '2.0.0');
  const { [ANSWERS_FILE]: _, ...result } = withoutRecord(readTree(dir));
  const unmerged = git(dir, 'ls-files', '--unmerged', '-z')
    .split('\0')
    .map((line) => line.split('\t')[1]);
  const isTold = (path: string): boolean =>
    unmerged.includes(path) || `${path}.rej` in result || /^<<<<<<< /m.test(result[path] ?? '');
  return { result, isTold };
}

function note(tool: string, where: string, verdict: Verdict, { isTold }: Result, paths: readonly string[]): void {
  for (const [row] of ROWS) {
    add(tool, row, verdict[row].length);
    for (const fault of verdict[row]) print(`${tool}, ${where}, ${row}: ${fault}`);
  }
  add(tool, 'projects', 1);
  add(tool, 'conflicts', paths.filter((path) => isTold(path)).length);
  for (const [key, count] of Object.entries(verdict.asked)) add(tool, key, count);
}
