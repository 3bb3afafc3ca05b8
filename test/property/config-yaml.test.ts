import fc from 'fast-check';
import { CORE_SCHEMA, loadAll, YAML11_SCHEMA } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { undone } from '../../src/configs/edit.ts';
import { type Spot, TextError } from '../../src/configs/formats/format.ts';
import { yaml } from '../../src/configs/formats/yaml.ts';
import { rounds } from '../support/tier.ts';
import { isEmpty, type Json, printYaml, type Style } from './yaml-printer.ts';

/**
 * Random configs are printed from random values, so the test knows what a text means without parsing it. The edited text
 * is read by js-yaml, which has no part in where and what the editor writes.
 */
const NAME = 'my-server';
const ENTRY = {
  name: NAME,
  command: '/usr/bin/node',
  args: ['/srv/a b/dist/main.js', 'stdio', '-y', '1.10', 'no'],
  env: { 'Ünï"\\': 'line\nbreak {}[],: # |' },
};

const FAKES = [
  'extensions:\n  my-server:\n    fake: 1\n',
  'mcpServers:\n- name: my-server\n  x: |\n    y',
  '  deep\n\nshallow # no comment\n"\n',
  'kept\n\n\n',
  '- a\n- b: {\n',
  '# no comment\n\n  # none\n',
];
const key = fc.oneof(
  fc.constantFrom('a', 'command', 'extensions2', '{', '"', "'", ': ', '#', '- x', 'é', '1', '~', 'two words', '<<', ''),
  fc.string({ maxLength: 6 }).filter((text) => !['extensions', 'mcpServers', NAME, '__proto__'].includes(text)),
);
const leaf: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(
    null,
    true,
    false,
    0,
    -1,
    1e300,
    'a: b',
    'x #y',
    '- z',
    'some plain words',
    "it's",
    'yes',
    '*a',
  ),
  fc.constantFrom(...FAKES),
  fc.string({ maxLength: 12 }),
  fc.string({ maxLength: 8, unit: 'grapheme' }),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Object.is(number, -0)),
);
const { value } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    leaf,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(key, tie('value'), { maxKeys: 3 }) as fc.Arbitrary<Json>,
  ),
}));
const table = fc.dictionary(key, value, { maxKeys: 4 }) as fc.Arbitrary<Record<string, Json>>;

/** Items with a name among others without; the names differ. */
const list = fc.tuple(table, fc.array(value, { maxLength: 2 }), fc.nat()).map(([named, others, position]) => {
  const items = Object.entries(named).map(([name, member]): Json => ({ x: member, name }));
  items.splice(position % (items.length + 1), 0, ...others.filter((other) => nameOf(other) === undefined));
  return items;
});

const style = fc.record<Style>({
  eol: fc.constantFrom('\n', '\n', '\r\n', '\r'),
  seed: fc.integer(),
  anchors: fc.boolean(),
});

const plainStyle = style.map((look): Style => ({ ...look, anchors: false }));

/** A document that may have a table of servers, a mapping or a list, with other members around it. */
const documentOf = (looks: fc.Arbitrary<Style>) =>
  fc
    .tuple(table, fc.option(fc.oneof(table, list), { nil: undefined }), fc.boolean(), fc.nat(), looks)
    .map(([root, servers, listed, position, look]) => {
      const isList = servers === undefined ? listed : Array.isArray(servers);
      const spot: Spot = isList
        ? { path: ['mcpServers'], name: NAME, by: 'name' }
        : { path: ['extensions'], name: NAME };
      const members = Object.entries(root);
      const [tableKey = ''] = spot.path;
      if (servers !== undefined) members.splice(position % (members.length + 1), 0, [tableKey, servers]);
      return { members, servers, spot, ...printYaml(members, tableKey, look) };
    })
    .filter(({ cutOff }) => !cutOff);

const document = documentOf(style);
type Document = typeof document extends fc.Arbitrary<infer T> ? T : never;

const nameOf = (item: Json | undefined): Json | undefined =>
  typeof item === 'object' && item !== null && !Array.isArray(item) && Object.hasOwn(item, 'name')
    ? item.name
    : undefined;

/** The meaning of a document with another table. */
const meaning = ({ members, spot }: Document, servers: unknown): unknown => ({
  ...Object.fromEntries(members),
  [spot.path[0] ?? '']: servers,
});

/** The table with the entry in it. */
function withEntry({ servers }: Document, spot: Spot, entry: unknown): unknown {
  if (spot.by === undefined) return { ...(servers as object | undefined), [spot.name]: entry };
  const items = Array.isArray(servers) ? servers : [];
  const index = items.findIndex((item) => nameOf(item) === spot.name);
  return index < 0 ? [...items, entry] : items.with(index, entry as Json);
}

function withoutEntry(servers: Document['servers'], { name, by }: Spot): unknown {
  if (Array.isArray(servers)) return servers.filter((item) => nameOf(item) !== name);
  return by === undefined
    ? Object.fromEntries(Object.entries(servers ?? {}).filter(([other]) => other !== name))
    : (servers ?? []);
}

/** The one document of a text. */
function load(text: string): unknown {
  const documents = loadAll(text, { schema: CORE_SCHEMA });
  expect(documents.length).toBeLessThan(2);
  return documents[0];
}

/** Whether one cut into `whole` leaves `part`. */
function isCutOut(part: string, whole: string): boolean {
  let start = 0;
  while (start < part.length && part[start] === whole[start]) start++;
  return whole.endsWith(part.slice(start)) && whole.length >= part.length;
}

const RUNS = { numRuns: rounds({ standard: 200, full: 500 }) };
const MANY = { numRuns: rounds({ standard: 500, full: 2000 }) };

describe('editing YAML', () => {
  it('adds exactly one entry in one place and keeps every other character', () => {
    fc.assert(
      fc.property(document, (doc) => {
        const { spot, text, bare } = doc;
        const edited = yaml.set(text, spot, ENTRY);
        expect(load(edited)).toEqual(meaning(doc, withEntry(doc, spot, ENTRY)));
        // White space alone is a file without content.
        if (bare.trim() !== '') expect(isCutOut(bare, edited)).toBe(true);
        expect(yaml.get(text, spot)).toBeUndefined();
        expect(yaml.get(edited, spot)).toEqual(ENTRY);
      }),
      RUNS,
    );
  });

  it('takes the entry out again without a trace', () => {
    fc.assert(
      fc.property(document, (doc) => {
        const { spot, text, servers } = doc;
        const edited = yaml.set(text, spot, ENTRY);
        expect(undone(yaml, edited, text, [{ spot: spot, value: yaml.get(edited, spot) }])).toBe(text);
        const alone = yaml.remove(edited, spot);
        expect(load(alone)).toEqual(meaning(doc, servers ?? (spot.by === undefined ? {} : [])));
        // Empty tables in their spellings look the same once the entry is in, so only the backup can tell them apart.
        if (servers !== undefined && !isEmpty(servers)) expect(alone).toBe(text);
      }),
      RUNS,
    );
  });

  it('replaces nothing but the value of the entry', () => {
    fc.assert(
      fc.property(document, value, ({ ...doc }, other) => {
        const { spot, text } = doc;
        const entry = spot.by === undefined ? other : { name: NAME, other };
        const first = yaml.set(text, spot, ENTRY);
        const second = yaml.set(first, spot, entry);
        expect(load(second)).toEqual(meaning(doc, withEntry(doc, spot, entry)));
        expect(yaml.remove(second, spot)).toBe(yaml.remove(first, spot));
        expect(yaml.set(second, spot, ENTRY)).toBe(first);
      }),
      RUNS,
    );
  });

  it('replaces and removes any entry and leaves the others as they were', () => {
    fc.assert(
      fc.property(documentOf(plainStyle), fc.nat(), (doc, pick) => {
        const { servers, text, members } = doc;
        const named = Array.isArray(servers) ? servers.map(nameOf) : Object.keys(servers ?? {});
        const names = named.filter((name) => typeof name === 'string');
        fc.pre(names.length > 0);
        const spot = { ...doc.spot, name: names[pick % names.length] ?? '' };
        const entry = { ...ENTRY, name: spot.name };
        expect(load(yaml.set(text, spot, entry))).toEqual(meaning(doc, withEntry(doc, spot, entry)));
        const edited = yaml.remove(text, spot);
        expect(load(edited)).toEqual(meaning(doc, withoutEntry(servers, spot)));
        if (Object.keys(servers ?? {}).length > 1) expect(isCutOut(edited, text)).toBe(true);
        expect(load(text)).toEqual(Object.fromEntries(members));
      }),
      RUNS,
    );
  });
});

describe('editing damaged YAML', () => {
  const snippets = [
    '',
    '\n',
    ' ',
    '  ',
    '\t',
    '#',
    ' #',
    ':',
    ': ',
    '- ',
    '"',
    "'",
    '|',
    '>',
    '&a ',
    '*a',
    '!x ',
    '? ',
  ];
  const damage = fc.tuple(
    document,
    fc.constantFrom('insert', 'delete', 'swap', 'shift'),
    fc.nat(),
    fc.nat(),
    fc.constantFrom(
      ...snippets,
      '[',
      ']',
      '{',
      '}',
      ',',
      '~',
      '---\n',
      '...\n',
      '\r',
      '%',
      '\u2028',
      '\u0085',
      '@',
      '\0',
    ),
  );

  it('is refused, or keeps all that js-yaml reads', () => {
    fc.assert(
      fc.property(damage, ([{ text, spot }, kind, first, second, insert]) => {
        const damaged = damagedText(text, kind, first, second, insert);
        const before = attempt(() => yaml.read(damaged));
        const edited = attempt(() => yaml.set(damaged, spot, ENTRY));
        if (before instanceof TextError) expect(edited).toBeInstanceOf(TextError);
        if (edited instanceof TextError) expectWithin(edited, damaged);
        else expect(yaml.read(edited as string)).toEqual(added(before, spot));
      }),
      MANY,
    );
  });

  function damagedText(text: string, kind: string, first: number, second: number, insert: string): string {
    const at = first % (text.length + 1);
    if (kind === 'insert') return text.slice(0, at) + insert + text.slice(at);
    if (kind === 'delete') return text.slice(0, at) + text.slice(at + 1 + (second % 3));
    const lines = text.split(/(?<=\n)/);
    const [a, b] = [first % lines.length, second % lines.length];
    if (kind === 'shift') return lines.with(a, `${' '.repeat(second % 4)}${lines[a]?.trimStart() ?? ''}`).join('');
    return lines
      .with(a, lines[b] ?? '')
      .with(b, lines[a] ?? '')
      .join('');
  }

  /** What was read, with the entry in its table. */
  function added(before: unknown, { path, by }: Spot): unknown {
    const root = (before ?? {}) as Record<string, unknown>;
    const tableKey = path[0] ?? '';
    const servers = root[tableKey] ?? undefined;
    if (by === undefined) return { ...root, [tableKey]: { ...(servers as object | undefined), [NAME]: ENTRY } };
    const items = (servers ?? []) as Json[];
    const index = items.findIndex((item) => nameOf(item) === NAME);
    return { ...root, [tableKey]: index < 0 ? [...items, ENTRY] : items.with(index, ENTRY) };
  }

  function expectWithin({ offset, reason }: TextError, text: string): void {
    expect(offset).toBeGreaterThanOrEqual(0);
    expect(offset).toBeLessThanOrEqual(text.length);
    expect(reason).not.toBe('');
  }

  function attempt<T>(task: () => T): T | TextError {
    try {
      return task();
    } catch (error) {
      if (error instanceof TextError) return error;
      throw error;
    }
  }
});

describe('printing YAML', () => {
  const anyText = fc.string({ maxLength: 12, unit: 'binary' });
  const words = fc.constantFrom(
    'yes',
    'No',
    'y',
    '~',
    'null',
    '0x1',
    '1e3',
    '1_000',
    '12:30',
    '2020-01-01',
    '.inf',
    '=',
    '<<',
  );
  const { deep } = fc.letrec<{ deep: Json }>((tie) => ({
    deep: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      leaf,
      words,
      anyText,
      fc.array(tie('deep'), { maxLength: 3 }),
      fc.dictionary(fc.oneof(key, words, anyText), tie('deep'), { maxKeys: 3 }) as fc.Arbitrary<Json>,
    ),
  }));

  it.each([
    ['1.1', YAML11_SCHEMA],
    ['1.2', CORE_SCHEMA],
  ])('makes what YAML %s reads as the value', (_, schema) => {
    fc.assert(
      fc.property(fc.dictionary(fc.oneof(key, anyText), deep, { maxKeys: 4 }), fc.boolean(), (entry, listed) => {
        const spot: Spot = { path: ['a', 'b'], name: NAME, ...(listed && { by: 'name' }) };
        const text = yaml.snippet(spot, listed ? { name: NAME, entry } : entry);
        const expected = { a: { b: listed ? [{ name: NAME, entry }] : { [NAME]: entry } } };
        expect(loadAll(text, { schema })).toEqual([expected]);
        expect(text).toMatch(/[^\n]\n$/);
      }),
      RUNS,
    );
  });
});
