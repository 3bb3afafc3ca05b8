import fc from 'fast-check';
import { parse, stringify } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { clientOf } from '../../src/clients/registry.ts';
import { undone } from '../../src/configs/edit.ts';
import { TextError } from '../../src/configs/formats/format.ts';
import { toml } from '../../src/configs/formats/toml.ts';
import { rounds } from '../support/tier.ts';
import { roundTrip } from './round-trip.ts';

/**
 * Entries that are items of a list, `[[mcp_servers]]`. Texts are printed from random values, so the test knows what they
 * mean and whose each comment is; edited ones are read by smol-toml.
 */
const NAME = 'my-server';
const SPOT = { path: ['mcp_servers'], name: NAME, by: 'name' };
const CLIENT = clientOf('mistral-vibe');

type Table = Readonly<Record<string, unknown>>;
interface Item {
  readonly name: string | undefined;
  readonly pairs: Table;
  readonly env: Table | undefined;
}

const FAKE = '\n[[mcp_servers]]\nname = "my-server"\n\n[mcp_servers.env]\n';
const text = fc.oneof(
  fc.constantFrom(FAKE, '# no', ']]', "'''", '"""', 'a, b', '\\', '{', ''),
  fc.string({ maxLength: 8 }),
);
const leaf = fc.oneof(text, fc.integer(), fc.boolean(), fc.array(text, { maxLength: 3 }));
const key = fc
  .oneof(fc.constantFrom('a', 'é', '', 'a.b', '#', ']', 'mcp_servers2', '"', 'NAME'), fc.string({ maxLength: 4 }))
  .filter((word) => !['name', 'env', 'mcp_servers', '__proto__'].includes(word));
const table = fc.dictionary(key, leaf, { maxKeys: 3 });
const item = fc.record<Item>({
  name: fc.option(fc.string({ maxLength: 4 }), { nil: undefined }),
  pairs: table,
  env: fc.option(table, { nil: undefined }),
});
const entry = fc
  .tuple(table, fc.option(table, { nil: undefined }))
  .map(([pairs, env]) => tableOf({ name: NAME, pairs, env }));

/** The names of the items differ, but for those without one. */
const items = fc.uniqueArray(item, { maxLength: 4, selector: ({ name }) => name ?? {} });

interface Config {
  readonly root: Table;
  readonly others: readonly Table[];
  readonly items: readonly Item[];
  readonly seed: number;
  readonly eol: string;
}

const config = fc.record<Config>({
  root: table,
  others: fc.array(table, { maxLength: 3 }),
  items,
  seed: fc.nat(),
  eol: fc.constantFrom('\n', '\r\n'),
});

const tableOf = ({ name, pairs, env }: Item): Table => ({
  ...(name !== undefined && { name }),
  ...pairs,
  ...(env && { env }),
});

const meaning = ({ root, others }: Config, list: readonly unknown[]): Table => ({
  ...root,
  ...Object.fromEntries(others.map((other, index) => [`other${index}`, other])),
  ...(list.length > 0 && { mcp_servers: list }),
});

interface Comment {
  readonly tag: string;
  /** The item with which it goes, by its place. */
  readonly owner: number | undefined;
}

/** The text of a config, in one of many ways, with comments. */
function print({ root, others, items, seed, eol }: Config): { text: string; comments: Comment[] } {
  let state = seed | 1;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 8) % limit;
  };
  const comments: Comment[] = [];
  const comment = (owner: number | undefined): string => {
    comments.push({ tag: `<${comments.length}>`, owner });
    return `# [[mcp_servers]] "${comments.at(-1)?.tag}`;
  };
  const rest = (owner: number | undefined): string => (below(4) === 0 ? ` ${comment(owner)}` : '');
  const pairs = (values: Table, owner: number | undefined): string[] =>
    Object.entries(values).map(([name, value]) => stringify({ [name]: value }).trimEnd() + rest(owner));
  const block = (header: string, values: Table, owner: number | undefined) => ({
    owner,
    lines: [header + rest(owner), ...pairs(values, owner), ...(below(4) === 0 ? [comment(owner), ''] : [])],
  });

  const blocks = items.flatMap(({ name, pairs: values, env }, place) => {
    const header = ['[[mcp_servers]]', '[[ "mcp_servers" ]]', "  [['mcp_servers']]"][below(3)] ?? '';
    const named = name === undefined ? values : below(2) === 0 ? { name, ...values } : { ...values, name };
    return [block(header, named, place), ...(env ? [block('[mcp_servers.env]', env, place)] : [])];
  });
  for (const [index, other] of others.entries()) {
    blocks.splice(below(blocks.length + 1), 0, block(`[other${index}]`, other, undefined));
  }
  /** What stands between two tables of one item goes with it. */
  const between = (place: number): string[] => {
    const [above, own] = [blocks[place - 1]?.owner, blocks[place]?.owner];
    return [[], [''], ['', comment(above === own ? own : undefined), ''], ['', '']][below(4)] ?? [];
  };
  const lines = [...pairs(root, undefined), ...blocks.flatMap((one, place) => [...between(place), ...one.lines])];
  const whole = lines.map((line) => line + eol).join('');
  const used = comments.filter(({ tag }) => whole.includes(tag));
  return { text: below(4) === 0 ? whole.slice(0, -eol.length) : whole, comments: used };
}

/** The same with the list in brackets. */
function printInline({ items, seed, eol, ...config }: Config): string {
  const gap = ['', ' ', `${eol}  `, ` # [${eol}  `][seed % 4] ?? '';
  const texts = items.map((one) => {
    const members = Object.entries(tableOf(one)).map(([name, value]) =>
      value !== null && typeof value === 'object' && !Array.isArray(value)
        ? `${stringify({ [name]: 0 }).split(' = ')[0]} = { ${pairsOf(value).join(', ')} }`
        : stringify({ [name]: value }).trimEnd(),
    );
    return `${gap}{ ${members.join(', ')} }`;
  });
  const list = `mcp_servers = [${texts.join(',')}${gap}]${seed % 3 === 0 ? ' # c' : ''}${eol}`;
  return list + print({ ...config, items: [], seed, eol }).text;
}

const pairsOf = (values: object): string[] =>
  Object.entries(values).map(([name, value]) => stringify({ [name]: value }).trimEnd());

function isInsertion(before: string, after: string): boolean {
  let at = 0;
  while (at < before.length && before[at] === after[at]) at++;
  return after.length >= before.length && after.endsWith(before.slice(at));
}

function isSubsequence(part: string, whole: string): boolean {
  let at = 0;
  for (let index = 0; index < whole.length && at < part.length; index++) if (whole[index] === part[at]) at++;
  return at === part.length;
}

const RUNS = { numRuns: rounds({ standard: 200, full: 600 }) };
const MANY = { numRuns: rounds({ standard: 500, full: 2000 }) };

/** A config in which one item, at some place, has the name. */
const withEntry = fc.tuple(config, item, fc.nat()).map(([some, old, where]) => {
  const place = where % (some.items.length + 1);
  return { some: { ...some, items: some.items.toSpliced(place, 0, { ...old, name: NAME }) }, place };
});

describe('editing an item of a list of tables in TOML', () => {
  it('adds exactly one, in one piece, and takes it out again without a trace', () => {
    fc.assert(
      fc.property(config, entry, (some, added) => {
        const { text } = print(some);
        const edited = toml.set(text, SPOT, added);
        expect(parse(edited)).toEqual(meaning(some, [...some.items.map(tableOf), added]));
        expect(isInsertion(text, edited)).toBe(true);
        expect(toml.get(edited, SPOT)).toEqual(added);
        expect(toml.remove(edited, SPOT)).toBe(text);
        const named = {
          name: NAME,
          entry: { transport: 'stdio', command: '/n', args: ['s'], env: { A: 'b' } },
        } as const;
        expect(roundTrip(CLIENT, toml, named, Buffer.from(text)).toString()).toBe(text);
      }),
      RUNS,
    );
  });

  it('replaces nothing but the one of the name', () => {
    fc.assert(
      fc.property(withEntry, entry, ({ some, place }, fresh) => {
        const { text, comments } = print(some);
        expect(toml.get(text, SPOT)).toEqual(tableOf(some.items[place] as Item));
        const edited = toml.set(text, SPOT, fresh);
        expect(parse(edited)).toEqual(meaning(some, some.items.map(tableOf).with(place, fresh)));
        for (const { tag, owner } of comments) if (owner !== place) expect(edited).toContain(tag);
        expect(toml.set(edited, SPOT, fresh)).toBe(edited);
        expect(toml.remove(edited, SPOT)).toBe(toml.remove(text, SPOT));
      }),
      RUNS,
    );
  });

  it('takes out the one of the name, with its tables and comments and no others', () => {
    fc.assert(
      fc.property(withEntry, ({ some, place }) => {
        const { text, comments } = print(some);
        const edited = toml.remove(text, SPOT);
        expect(parse(edited)).toEqual(meaning(some, some.items.map(tableOf).toSpliced(place, 1)));
        expect(isSubsequence(edited, text)).toBe(true);
        const left = comments.filter(({ tag }) => edited.includes(tag));
        expect(left).toEqual(comments.filter(({ owner }) => owner !== place));
        expect(toml.remove(edited, SPOT)).toBe(edited);
      }),
      RUNS,
    );
  });

  it('does the same in a list in brackets', () => {
    fc.assert(
      fc.property(withEntry, entry, ({ some, place }, fresh) => {
        const [without, values] = [some.items.toSpliced(place, 1), some.items.map(tableOf)];
        const read = (edited: string): unknown => parse(edited).mcp_servers;
        const text = printInline({ ...some, items: without });
        const added = toml.set(text, SPOT, fresh);
        expect(parse(added)).toEqual({ ...meaning(some, [...without.map(tableOf), fresh]) });
        expect(isSubsequence(text, added)).toBe(true);
        expect(undone(toml, added, text, [{ spot: SPOT, value: fresh }])).toBe(text);
        expect(read(toml.remove(added, SPOT))).toEqual(without.map(tableOf));
        const present = printInline(some);
        expect(read(toml.set(present, SPOT, fresh))).toEqual(values.with(place, fresh));
        const removed = toml.remove(present, SPOT);
        expect(read(removed)).toEqual(without.map(tableOf));
        expect(isSubsequence(removed, present)).toBe(true);
      }),
      RUNS,
    );
  });

  it('is refused in a damaged text, or done without loss', () => {
    const damage = fc.tuple(
      fc.oneof(
        config,
        withEntry.map(({ some }) => some),
      ),
      fc.boolean(),
      fc.nat(),
      fc.constantFrom('', '', ',', '}', '{', '"', '#', '\n', '[', ']', '[[', '.', '=', ' '),
    );
    fc.assert(
      fc.property(damage, ([some, inline, position, insert]) => {
        const whole = inline ? printInline(some) : print(some).text;
        const at = position % (whole.length + 1);
        const damaged = whole.slice(0, at) + insert + whole.slice(at + (insert === '' ? 1 : 0));
        const fresh = { name: NAME, command: 'new' };
        const before = attempt(() => parse(damaged));
        const edited = attempt(() => toml.set(damaged, SPOT, fresh), damaged);
        if (before === undefined) expect(edited).toBeUndefined();
        if (edited === undefined || before === undefined) return;
        const list = (before.mcp_servers ?? []) as Table[];
        const place = list.findIndex((one) => one.name === NAME);
        const expected = place < 0 ? [...list, fresh] : list.with(place, fresh);
        expect(parse(edited)).toEqual({ ...before, mcp_servers: expected });
        const { mcp_servers: left = [] } = parse(toml.remove(edited, SPOT));
        expect(left).toEqual(expected.filter((one) => one.name !== NAME));
      }),
      MANY,
    );
  });
});

/** Undefined when the task refuses; the editor may only do that with a place in the text. */
function attempt<T>(task: () => T, whole?: string): T | undefined {
  try {
    return task();
  } catch (error) {
    if (whole === undefined) return undefined;
    if (!(error instanceof TextError)) throw error;
    expect(error.offset).toBeGreaterThanOrEqual(0);
    expect(error.offset).toBeLessThanOrEqual(whole.length);
    return undefined;
  }
}
