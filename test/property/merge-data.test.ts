import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatToml } from '../../src/base/toml.ts';
import { readPlainJson } from '../../src/configs/formats/json-plain.ts';
import { readPlainToml } from '../../src/configs/formats/toml-plain.ts';
import { mergeFile } from '../../src/merge/merge.ts';
import { rounds } from '../support/tier.ts';

/**
 * Random data in three versions: the owner's is an edited print of the first, with comments, blank lines and another
 * indentation; the third is as we print it.
 */

type Value = number | string | readonly Value[] | { readonly [key: string]: Value };
type Table = { readonly [key: string]: Value };

const key = fc.constantFrom('a', 'b', 'c', 'd', 'e-f', 'mcp');
const leaf = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constantFrom('x', 'mcp>=1', 'mcp>=2', '# no', '// no', ''));
const list = fc.array(leaf, { maxLength: 4 });
const { table } = fc.letrec<{ table: Table }>((tie) => ({
  table: fc.dictionary(key, fc.oneof({ maxDepth: 2 }, leaf, list, tie('table')), { maxKeys: 4 }),
}));

/** The same value with some members of another one. */
const mixed = (under: Value | undefined, over: Value | undefined, pick: () => boolean): Value | undefined => {
  if (!isTable(under) || !isTable(over)) return pick() ? over : under;
  const keys = [...new Set([...Object.keys(under), ...Object.keys(over)])];
  const members = keys.map((name) => [name, mixed(under[name], over[name], pick)] as const);
  return Object.fromEntries(members.filter(([, value]) => value !== undefined)) as Table;
};

const isTable = (value: Value | undefined): value is Table => typeof value === 'object' && !Array.isArray(value);

interface Kind {
  readonly path: string;
  readonly print: (value: Table) => string;
  readonly read: (text: string) => unknown;
  readonly comment: string;
}

const KINDS: readonly Kind[] = [
  { path: 'a.json', print: (value) => `${JSON.stringify(value, null, 2)}\n`, read: readPlainJson, comment: '// mine' },
  { path: 'a.toml', print: formatToml, read: readPlainToml, comment: '# mine' },
];

interface Case {
  readonly base: Table;
  readonly ours: Table;
  readonly theirs: Table;
  readonly text: (kind: Kind) => string;
}

const cases = fc
  .record({
    base: table,
    other: table,
    third: table,
    picks: fc.array(fc.boolean(), { minLength: 9, maxLength: 9 }),
    places: fc.array(fc.nat({ max: 6 }), { minLength: 9, maxLength: 9 }),
    eol: fc.constantFrom('\n', '\r\n'),
    isOpen: fc.boolean(),
  })
  .map(({ base, other, third, picks, places, eol, isOpen }): Case => {
    let picked = 0;
    const pick = (): boolean => picks[picked++ % 9] ?? false;
    const [ours, theirs] = [other, third].map((over) => mixed(base, over, pick) as Table) as [Table, Table];
    const text = ({ print, comment }: Kind): string => {
      const lines = print(ours).replaceAll('  ', '\t').trimEnd().split('\n');
      const wild = lines.flatMap((line, at) => {
        const place = places[at % 9];
        if (place === 0) return [`${comment} above ${at}`, line];
        if (place === 1 && line !== '') return [`${line} ${comment} beside ${at}`];
        return place === 2 ? ['', line] : [line];
      });
      return wild.join(eol) + (isOpen ? '' : eol);
    };
    return { base, ours, theirs, text };
  });

/** What is neither a table nor a list, by its path. */
function leavesOf(value: unknown, path = ''): Map<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return new Map([[path, JSON.stringify(value)]]);
  return new Map(Object.entries(value).flatMap(([name, item]) => [...leavesOf(item, `${path}/${name}`)]));
}

describe.each(KINDS)('three versions of $path', (kind) => {
  it("become one: what one side has changed is so, the owner's stays, with each comment and line end", () => {
    fc.assert(
      fc.property(cases, ({ base, ours, theirs, text }) => {
        const mine = text(kind);
        fc.pre(mine !== kind.print(base));
        const merged = mergeFile(
          { path: kind.path, base: kind.print(base), ours: mine, theirs: kind.print(theirs) },
          { ours: 'yours', base: 'then', theirs: 'now' },
        );
        expect(merged.conflicts, JSON.stringify(mine)).toBe(0);
        const result = merged.text ?? mine;
        for (const comment of mine.match(/(\/\/|#) mine \w+ \d+/g) ?? []) expect(result).toContain(comment);
        if (mine.includes('\n')) {
          const ends = (one: string) => new Set(one.match(/\r?\n/g));
          expect([...ends(mine)]).toEqual(expect.arrayContaining([...ends(result)]));
        }
        const [was, own, fresh, now] = [base, ours, theirs, kind.read(result)].map((value) => leavesOf(value));
        for (const path of new Set([...(own?.keys() ?? []), ...(fresh?.keys() ?? [])])) {
          const [one, two, three] = [was?.get(path), own?.get(path), fresh?.get(path)];
          if (two !== undefined && one !== two && !two.startsWith('[')) expect(now?.get(path), path).toBe(two);
          const isBeside = (other: string) => `${path}/`.startsWith(`${other}/`) || `${other}/`.startsWith(`${path}/`);
          const isSaid = merged.kept?.some((place) => isBeside(`/${place.replaceAll('.', '/')}`));
          const isWithin = [...(own?.keys() ?? [])].some((other) => other !== path && isBeside(other));
          if (one === two && !isWithin && !isSaid) expect(now?.get(path), path).toBe(three);
        }
      }),
      { numRuns: rounds({ standard: 300, full: 3000 }) },
    );
  });
});
