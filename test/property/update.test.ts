import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge } from '../support/judge-merge.ts';
import { editTree, type Tree, wishes } from '../support/owner-edits.ts';
import { withTempDir } from '../support/temp.ts';
import { rounds } from '../support/tier.ts';
import { changed, changedAgain, SCENARIOS, withoutRecord, writeProject } from '../support/update-scenarios.ts';

/** In the full tier, more than 40 edited projects of each language. */
const RUNS = { numRuns: rounds({ standard: 3, full: 20 }) };

/** Edits are drawn, so few may touch what has changed. */
const MANY = expect.toSatisfy((count: number) => count > 2);

describe.each(SCENARIOS)('update of an edited project of $name', ({ load }) => {
  it('loses no line, has conflicts where both have changed a place and nowhere else, and then has nothing to do', async () => {
    const { made, answers, theirs } = await load();
    const [base, fresh] = [withoutRecord(made), withoutRecord(theirs)];
    const total = { lines: 0, apart: 0, touching: 0 };
    await fc.assert(
      fc.asyncProperty(wishes, (list) =>
        withTempDir(async (parent) => {
          const dir = join(parent, 'kept');
          const edited = editTree(base, fresh, list);
          writeProject(dir, made, edited.tree);
          const outcome = { base, theirs: fresh, edited, ...(await changed(dir, answers)) };
          const { asked, ...faults } = judge(outcome);
          for (const [key, count] of Object.entries(asked)) total[key as keyof typeof asked] += count;
          expect(faults).toEqual({ lost: [], gone: [], falseConflicts: [], missed: [], unmade: [], reprinted: [] });
          expect(await changedAgain(dir, answers)).toEqual([]);
        }),
      ),
      RUNS,
    );
    // Of a few edits, none may touch what has changed.
    expect(total.lines).toBeGreaterThan(0);
    if (RUNS.numRuns >= 20) expect(total).toEqual({ lines: expect.any(Number), apart: MANY, touching: MANY });
  }, 600_000);
});

describe('what is asked of an update', () => {
  const text = (...lines: readonly string[]): string => `${lines.join('\n')}\n`;
  const lines = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  const json = (value: unknown): string => text(JSON.stringify(value, null, 2));
  const base = { 'a.txt': text(...lines), 'package.json': json({ x: '1', y: '1' }) };
  const theirs = { 'a.txt': text(...lines.slice(0, 6), 'G'), 'package.json': json({ x: '1', y: '2' }) };
  /** The verdict on a result, where the owner has changed a line of `a.txt` and a setting. */
  const faultsOf = (line: number, tree: Tree, result: Partial<Tree>, told: readonly string[] = []) => {
    const was = lines[line] ?? '';
    const lineEdits = [{ path: 'a.txt', kind: 'change', line, text: `${was} own_0` }] as const;
    const ours = {
      'a.txt': base['a.txt'].replace(`${was}\n`, `${was} own_0\n`),
      'package.json': base['package.json'],
      ...tree,
    };
    const edited = { tree: ours, lineEdits };
    const whole = {
      'a.txt': theirs['a.txt'].replace('b\n', 'b own_0\n'),
      'package.json': theirs['package.json'],
      ...result,
    };
    const isTold = (path: string, setting = ''): boolean => told.includes(path) || told.includes(`${path} ${setting}`);
    const { asked: _, ...faults } = judge({ base, theirs, edited, result: whole as Tree, isTold });
    return Object.entries(faults).flatMap(([name, list]) => (list.length > 0 ? [name] : []));
  };

  it.each([
    ['nothing where all is well', 1, {}, {}, [], []],
    ['a lost line', 1, {}, { 'a.txt': theirs['a.txt'] }, [], ['lost', 'unmade']],
    ['a conflict without a reason', 1, {}, {}, ['a.txt'], ['falseConflicts']],
    ['a conflict that nobody is told of', 6, {}, { 'a.txt': text(...lines.slice(0, 6), 'g own_0') }, [], ['missed']],
    ['none where one is told', 6, {}, { 'a.txt': text(...lines.slice(0, 6), 'g own_0') }, ['a.txt'], []],
    [
      'what the new version has changed, and is not there',
      1,
      {},
      { 'package.json': base['package.json'] },
      [],
      ['unmade'],
    ],
    ['a setting that is lost', 1, { 'package.json': json({ x: 'own', y: '1' }) }, {}, [], ['lost']],
    [
      'a setting that both have',
      1,
      { 'package.json': json({ x: '1', y: 'own' }) },
      { 'package.json': json({ x: '1', y: 'own' }) },
      [],
      ['missed'],
    ],
    [
      'and that is told',
      1,
      { 'package.json': json({ x: '1', y: 'own' }) },
      { 'package.json': json({ x: '1', y: 'own' }) },
      ['package.json y'],
      [],
    ],
    ['another layout', 1, { 'package.json': base['package.json'].replaceAll('  ', '\t') }, {}, [], ['reprinted']],
  ] as const)('is %s', (_, line, tree, result, told, faults) => {
    expect(faultsOf(line, tree, result, told)).toEqual(faults);
  });
});
