import fc from 'fast-check';
import { parse } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { mergeFile } from '../../src/merge/merge.ts';

const LABELS = { ours: 'yours', base: 'then', theirs: 'now' };
const merge = (path: string, base: string | undefined, ours: string | undefined, theirs: string | undefined) =>
  mergeFile({ path, base, ours, theirs }, LABELS);

describe('a file in three versions', () => {
  it.each([
    ['a', 'a', 'b', 'replace', 'b'],
    ['a', 'b', 'a', 'keep', undefined],
    ['a', 'b', 'b', 'keep', undefined],
    ['a', undefined, 'b', 'keep', undefined],
    ['a', 'a', undefined, 'delete', undefined],
    ['a', 'b', undefined, 'keep', undefined],
    [undefined, undefined, 'b', 'create', 'b'],
    [undefined, 'b', 'b', 'keep', undefined],
  ] as const)('%s, %s, %s: %s', (base, ours, theirs, action, text) => {
    expect(merge('a.ts', base, ours, theirs)).toMatchObject({ action, conflicts: 0, ...(text && { text }) });
  });

  it('is a conflict as a whole where nobody knows how it was', () => {
    expect(merge('a.ts', undefined, 'mine\n', 'new\n')).toMatchObject({
      action: 'conflict',
      conflicts: 1,
      text: '<<<<<<< yours\nmine\n=======\nnew\n>>>>>>> now\n',
      theirs: 'new\n',
    });
  });

  it('keeps line ends and the byte order mark of its owner', () => {
    expect(merge('a.ts', 'a\nb\nc\nd\n', '\uFEFFA\r\nb\r\nc\r\nd\r\n', 'a\nb\nc\nD\n')).toMatchObject({
      action: 'merge',
      text: '\uFEFFA\r\nb\r\nc\r\nD\r\n',
    });
  });

  it('loses no line of its owner, and has a conflict only where both have changed a place', () => {
    const size = 30;
    const places = fc.uniqueArray(fc.integer({ min: 0, max: size - 1 }), { maxLength: 6 });
    const base = Array.from({ length: size }, (_, at) => `line ${at}`);
    const edited = (at: readonly number[], who: string) =>
      base.map((line, index) => (at.includes(index) ? `${line} of ${who}` : line));
    fc.assert(
      fc.property(places, places, (mine, theirs) => {
        const [ours, fresh] = [edited(mine, 'mine'), edited(theirs, 'theirs')];
        const text = (lines: readonly string[]) => `${lines.join('\n')}\n`;
        const merged = merge('a.ts', text(base), text(ours), text(fresh));
        const result = merged.text ?? text(ours);
        for (const at of mine) expect(result.split('\n')).toContain(`line ${at} of mine`);
        const isApart = mine.every((at) => theirs.every((other) => Math.abs(at - other) > 1));
        if (isApart) {
          expect(merged.conflicts).toBe(0);
          expect(result).toBe(text(base.map((line, at) => (mine.includes(at) ? ours[at] : fresh[at]) ?? line)));
        }
        const isBoth = mine.some((at) => theirs.includes(at));
        if (isBoth) expect(merged.action).toBe('conflict');
        // Once merged, there is nothing more to do.
        expect(merge('a.ts', text(fresh), result, text(fresh)).action).toBe('keep');
      }),
    );
  });
});

describe('JSON', () => {
  const file = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

  it("is merged by key, and has the owner's where both have changed one", () => {
    const base = file({ name: 'a', scripts: { test: 'x', lint: 'l' }, dependencies: { sdk: '^1', zod: '^3' } });
    const ours = file({
      name: 'b',
      scripts: { test: 'mine', lint: 'l' },
      dependencies: { own: '1', sdk: '^1', zod: '^3.9' },
    });
    const theirs = file({ name: 'a', scripts: { test: 'y', build: 'b' }, dependencies: { sdk: '^2', zod: '^4' } });
    const merged = merge('package.json', base, ours, theirs);
    expect(merged).toMatchObject({ action: 'merge', conflicts: 0 });
    expect(JSON.parse(merged.text ?? '')).toEqual({
      name: 'b',
      scripts: { test: 'mine', build: 'b' },
      dependencies: { own: '1', sdk: '^2', zod: '^3.9' },
    });
  });

  it('keeps what it is printed like', () => {
    const merged = merge('a.json', '{"a": 1, "b": 1}', '{\n\t"a": 2,\n\t"b": 1\n}', '{"a": 1, "b": 2}');
    expect(merged.text).toBe('{\n\t"a": 2,\n\t"b": 2\n}');
  });

  it('with comments is merged by lines', () => {
    const merged = merge(
      'tsconfig.json',
      '{\n "a": 1,\n "x": 0,\n "b": 1\n}',
      '{\n // mine\n "a": 1,\n "x": 0,\n "b": 1\n}',
      '{\n "a": 1,\n "x": 0,\n "b": 2\n}',
    );
    expect(merged.text).toBe('{\n // mine\n "a": 1,\n "x": 0,\n "b": 2\n}');
  });
});

describe('TOML', () => {
  const project = (dependencies: readonly string[], more = ''): string =>
    `[project]\nname = "a"\ndependencies = [\n${dependencies.map((one) => `    "${one}",\n`).join('')}]\n${more}`;

  it('has dependencies merged by the name of the package, and no markers', () => {
    const merged = merge(
      'pyproject.toml',
      project(['mcp>=2.0,<3', 'pydantic>=2.1', 'old>=1']),
      project(['mcp>=2.0,<3', 'mine>=7', 'pydantic>=2.9', 'old>=1'], '# my comment\n'),
      project(['mcp>=2.4,<3', 'pydantic>=2.5', 'fresh>=1']),
    );
    expect(merged).toMatchObject({ action: 'merge', conflicts: 0, text: expect.stringContaining('# my comment') });
    const { project: made } = parse(merged.text ?? '') as { project: { dependencies: string[] } };
    expect([...made.dependencies].sort()).toEqual(['fresh>=1', 'mcp>=2.4,<3', 'mine>=7', 'pydantic>=2.9']);
  });
});
