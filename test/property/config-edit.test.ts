import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clientOf } from '../../src/clients/registry.ts';
import { json, jsonc } from '../../src/configs/formats/json.ts';
import { rounds } from '../support/tier.ts';
import { roundTrip } from './round-trip.ts';

/**
 * Random configs are printed from random values by a printer that inserts white space, comments and trailing commas at
 * random, so the test knows what a text means without parsing it. The edited text is read by the JavaScript engine
 * itself: JSON with comments and trailing commas is an expression of the language.
 */
const NAME = 'my-server';
const PATH = ['mcpServers'];
const SPOT = { path: PATH, name: NAME };
const ENTRY = {
  command: '/usr/bin/node',
  args: ['/srv/a b/dist/main.js', 'stdio'],
  env: { 'Ünï"\\': 'line\nbreak {}[],:' },
};

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const key = fc.oneof(
  fc.constantFrom('a', 'command', 'mcpServers2', '{', '"', '\\', '//', '/*', 'mcp servers', 'é', '1', '\u2028', ''),
  fc.string({ maxLength: 6 }).filter((text) => ![...PATH, NAME, '__proto__'].includes(text)),
);
const leaf: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(
    null,
    true,
    false,
    0,
    -1,
    1e300,
    '{"mcpServers":{}}',
    '// no comment',
    '/* no */',
    ',}',
    '\u00a0',
  ),
  fc.string({ maxLength: 12 }),
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

interface Style {
  readonly eol: string;
  readonly indent: string;
  readonly seed: number;
  readonly minified: boolean;
  readonly lenient: boolean;
}

const style = fc.record<Style>({
  eol: fc.constantFrom('\n', '\r\n', '\r'),
  indent: fc.constantFrom('  ', '    ', '\t', ' ', '   '),
  seed: fc.integer(),
  minified: fc.boolean(),
  lenient: fc.boolean(),
});

/** A document that may have a table of servers, with other keys around it. */
const document = fc
  .tuple(table, fc.option(table, { nil: undefined }), fc.nat(), style)
  .map(([root, servers, position, look]) => {
    const members = Object.entries(root);
    if (servers !== undefined) members.splice(position % (members.length + 1), 0, ['mcpServers', servers]);
    // Integer-like keys would change their order in an object, so the printer gets the members.
    return { members, servers, look, text: print(members, look) };
  });

function print(members: [string, Json][], look: Style): string {
  let state = look.seed | 1;
  const random = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 8) % below;
  };
  const comment = (line: boolean): string => {
    const body = ['x', '"mcpServers": {', '}', ' , ', '', '\u00a0', '// **'][random(7)] ?? '';
    return line ? `//${body}${look.eol}` : `/*${body}${random(2) === 0 ? look.eol : ''}*/`;
  };
  const space = (level: number): string => {
    let text = look.minified ? '' : look.eol + look.indent.repeat(level);
    if (random(6) === 0) text = [' ', '', '\t', look.eol][random(4)] ?? '';
    if (look.lenient && random(5) === 0)
      text += comment(random(2) === 0) + (random(2) === 0 ? look.indent.repeat(level) : '');
    return text;
  };
  const list = (open: string, close: string, items: ((level: number) => string)[], level: number): string => {
    if (items.length === 0) return open + (random(3) === 0 ? space(level) : '') + close;
    const trailing = look.lenient && random(4) === 0 ? `${space(level)},` : '';
    const inner = items
      .map((item) => space(level + 1) + item(level + 1))
      .join(random(8) === 0 ? `${space(level)},` : ',');
    return open + inner + trailing + space(level) + close;
  };
  const printed = (item: Json, level: number): string => {
    if (Array.isArray(item))
      return list(
        '[',
        ']',
        item.map((inner) => (deep) => printed(inner, deep)),
        level,
      );
    if (typeof item !== 'object' || item === null) return JSON.stringify(item);
    return object(Object.entries(item), level);
  };
  const object = (entries: [string, Json][], level: number): string =>
    list(
      '{',
      '}',
      entries.map(
        ([name, item]) =>
          (deep) =>
            `${quoted(name)}:${gap()}${printed(item, deep)}`,
      ),
      level,
    );
  const gap = (): string => (look.minified ? '' : (['', ' ', '  '][random(3)] ?? ''));
  /** The same key, sometimes spelt with escapes. */
  const quoted = (name: string): string =>
    random(10) === 0 && /^[a-z]/i.test(name)
      ? `"\\u${name.charCodeAt(0).toString(16).padStart(4, '0')}${JSON.stringify(name.slice(1)).slice(1)}`
      : JSON.stringify(name);
  return (
    (random(4) === 0 ? space(0) : '') +
    object(members, 0) +
    (random(2) === 0 ? look.eol : '') +
    (random(8) === 0 ? space(0) : '')
  );
}

/** Members in order, as the engine reads them; a later duplicate wins, as in JSON. */
const evaluate = (text: string): unknown => new Function(`return (${text}\n)`)();

const isSubsequence = (part: string, whole: string): boolean => {
  let at = 0;
  for (let index = 0; index < whole.length && at < part.length; index++) if (whole[index] === part[at]) at++;
  return at === part.length;
};

const RUNS = { numRuns: rounds({ standard: 200, full: 700 }) };
const MANY = { numRuns: rounds({ standard: 500, full: 2000 }) };

describe('editing JSON with comments', () => {
  it('adds exactly one entry and keeps every character', () => {
    fc.assert(
      fc.property(document, ({ members, servers, text }) => {
        const edited = jsonc.set(text, SPOT, ENTRY);
        expect(evaluate(edited)).toEqual({ ...Object.fromEntries(members), mcpServers: { ...servers, [NAME]: ENTRY } });
        expect(isSubsequence(text, edited)).toBe(true);
        expect(jsonc.get(edited, SPOT)).toEqual(ENTRY);
      }),
      MANY,
    );
  });

  it('takes the entry out again without a trace', () => {
    fc.assert(
      fc.property(document, ({ members, servers, text }) => {
        const edited = jsonc.set(text, SPOT, ENTRY);
        const client = { ...clientOf('cursor'), format: 'jsonc' } as const;
        const entry = { transport: 'stdio', ...ENTRY } as const;
        for (const bytes of [Buffer.from(text), Buffer.from(`\uFEFF${text}`)]) {
          expect(roundTrip(client, jsonc, { name: NAME, entry }, bytes).equals(bytes)).toBe(true);
        }
        const alone = jsonc.remove(edited, SPOT);
        expect(evaluate(alone)).toEqual({ ...Object.fromEntries(members), mcpServers: { ...servers } });
        // Blank tables and missing ones look the same once the entry is in, so only the backup can tell them apart.
        if (servers !== undefined && Object.keys(servers).length > 0) expect(alone).toBe(text);
      }),
      MANY,
    );
  });

  it('replaces nothing but the value of the entry', () => {
    fc.assert(
      fc.property(document, value, ({ members, servers, text }, other) => {
        const first = jsonc.set(text, SPOT, ENTRY);
        const second = jsonc.set(first, SPOT, other);
        expect(evaluate(second)).toEqual({ ...Object.fromEntries(members), mcpServers: { ...servers, [NAME]: other } });
        expect(jsonc.remove(second, SPOT)).toBe(jsonc.remove(first, SPOT));
      }),
      RUNS,
    );
  });

  it('takes any entry out and leaves the others as they were', () => {
    fc.assert(
      fc.property(document, fc.nat(), ({ members, servers, text }, pick) => {
        const names = Object.keys(servers ?? {});
        fc.pre(names.length > 0);
        const name = names[pick % names.length] ?? '';
        const rest = Object.fromEntries(Object.entries(servers ?? {}).filter(([other]) => other !== name));
        const edited = jsonc.remove(text, { path: PATH, name });
        expect(evaluate(edited)).toEqual({ ...Object.fromEntries(members), mcpServers: rest });
        expect(isSubsequence(edited, text)).toBe(true);
      }),
      RUNS,
    );
  });

  it('reads a document as the engine does', () => {
    fc.assert(
      fc.property(document, ({ members, text }) => {
        expect(jsonc.read(text)).toEqual(Object.fromEntries(members));
      }),
      RUNS,
    );
  });
});

describe('editing strict JSON', () => {
  it('keeps strict JSON strict', () => {
    fc.assert(
      fc.property(document, ({ members, servers, look, text }) => {
        fc.pre(!look.lenient);
        const edited = json.set(text, SPOT, ENTRY);
        expect(JSON.parse(edited)).toEqual({
          ...Object.fromEntries(members),
          mcpServers: { ...servers, [NAME]: ENTRY },
        });
      }),
      RUNS,
    );
  });

  it('accepts what JSON.parse accepts, and nothing else', () => {
    const damage = fc.tuple(
      document,
      fc.nat(),
      fc.constantFrom('', ',', '}', '{', '"', ':', '\\', '/', '0', '\u0001', 'x', '\n'),
    );
    fc.assert(
      fc.property(damage, ([{ text }, position, insert]) => {
        const at = position % (text.length + 1);
        const damaged = text.slice(0, at) + insert + text.slice(at + (insert === '' ? 1 : 0));
        const parsed = attempt(() => JSON.parse(damaged));
        const edited = attempt(() => json.set(damaged, SPOT, ENTRY));
        if (damaged.trim() === '') return;
        if (parsed === undefined) expect(edited).toBeUndefined();
        else if (edited !== undefined) expect(JSON.parse(edited)).toMatchObject({ mcpServers: { [NAME]: ENTRY } });
      }),
      MANY,
    );
  });
});

function attempt<T>(task: () => T): T | undefined {
  try {
    return task();
  } catch {
    return undefined;
  }
}
