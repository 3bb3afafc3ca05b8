import { describe, expect, it } from 'vitest';
import type { Offer } from '../../src/probe/offer.ts';
import type { Result } from '../../src/probe/rpc.ts';
import { brokenPromises, lostArguments } from '../../src/probe/schema-compare.ts';
import { readSurface, surfaceOf, surfaceText } from '../../src/probe/surface.ts';
import { changesOf, surfaceJudgement } from '../../src/probe/surface-compare.ts';

const offer = (more: Partial<Offer>): Offer => ({
  server: undefined,
  tools: [],
  resources: [],
  templates: [],
  prompts: [],
  ...more,
});
const text = { type: 'string' };
const object = (properties: Result, required: string[] = [], more: Result = {}): Result => ({
  type: 'object',
  properties,
  required,
  ...more,
});
const tool = (name: string, inputSchema: Result, more: Result = {}): Result => ({ name, inputSchema, ...more });

/** `!` before what breaks. */
const changes = (before: Partial<Offer>, after: Partial<Offer>): string[] =>
  changesOf(surfaceOf(offer(before)), surfaceOf(offer(after))).map(
    ({ breaking, where, what }) => `${breaking ? '! ' : ''}${where} ${what}`,
  );

describe('the recorded surface', () => {
  const full = offer({
    tools: [
      tool('b', object({ z: text, a: { type: 'integer', title: 'A', description: 'Number' } }, ['z', 'a']), {
        description: 'Words',
        annotations: { title: 'B', readOnlyHint: true, destructiveHint: false },
        outputSchema: object({ done: { type: 'boolean' } }),
      }),
      tool('a', {
        $schema: 'x',
        ...object({ one: { $ref: '#/$defs/One', description: 'x' } }),
        $defs: { One: { ...text, maxLength: 3 } },
      }),
    ],
    resources: [{ uri: 'x://b', mimeType: 'text/plain' }, { uri: 'x://a' }],
    prompts: [{ name: 'p', arguments: [{ name: 'q' }, { name: 'n', required: true }] }],
  });

  it('is small, sorted and the same every time', () => {
    const file = surfaceText(surfaceOf(full));
    expect(file).toBe(`{
  "tools": {
    "a": {
      "input": { "properties": { "one": { "maxLength": 3, "type": "string" } }, "required": [], "type": "object" },
      "hints": []
    },
    "b": {
      "input": {
        "properties": { "a": { "type": "integer" }, "z": { "type": "string" } },
        "required": ["a", "z"],
        "type": "object"
      },
      "output": { "properties": { "done": { "type": "boolean" } }, "required": [], "type": "object" },
      "hints": ["readOnlyHint"]
    }
  },
  "resources": {
    "x://a": null,
    "x://b": "text/plain"
  },
  "templates": {},
  "prompts": {
    "p": { "n": "required", "q": "optional" }
  }
}
`);
    const shuffled = { ...full, tools: [...full.tools].reverse(), resources: [...full.resources].reverse() };
    expect(surfaceText(surfaceOf(shuffled))).toBe(file);
    expect(surfaceText(readSurface(file))).toBe(file);
    expect(changesOf(readSurface(file), surfaceOf(full))).toEqual([]);
  });

  it.each([
    ['[]', 'it holds no object'],
    ['{', 'JSON'],
    ['{"tools": {}}', '"resources" is no object'],
    ['{"tools": {"a": 1}, "resources": {}, "templates": {}, "prompts": {}}', '"tools.a" is no tool'],
  ])('that is broken is refused: %s', (file, problem) => {
    expect(() => readSurface(file)).toThrow(problem);
  });

  it('takes recursive schemas, and names like those of objects', () => {
    const recursive = {
      ...object({ next: { $ref: '#/$defs/Node' } }),
      $defs: { Node: object({ next: { $ref: '#/$defs/Node' } }) },
    };
    const surface = surfaceOf(offer({ tools: [tool('__proto__', recursive), tool('constructor', object({}))] }));
    expect(Object.keys(surface.tools)).toEqual(['__proto__', 'constructor']);
    expect(changesOf(readSurface(surfaceText(surface)), surface)).toEqual([]);
    expect(changes({}, { tools: [tool('constructor', object({}))] })).toEqual(['tool constructor is new.']);
  });
});

it('a schema may refer to itself in many places', () => {
  const twice = (name: string): Result => object({ a: { $ref: `#/$defs/${name}` }, b: { $ref: `#/$defs/${name}` } });
  const tree = { ...twice('Tree'), $defs: { Tree: twice('Tree') } };
  expect(surfaceText(surfaceOf(offer({ tools: [tool('tree', tree)] }))).length).toBeLessThan(2000);
  // Each refers to the next one twice: a million million in all.
  const $defs = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`D${at}`, twice(`D${at + 1}`)]));
  const laughs = surfaceOf(offer({ tools: [tool('laughs', { ...twice('D0'), $defs })] }));
  expect(surfaceText(laughs).length).toBeLessThan(5_000_000);
  expect(changesOf(laughs, laughs)).toEqual([]);
});

describe('changes', () => {
  const old = { tools: [tool('t', object({ a: text, b: text }, ['a']))] };

  it('of tools', () => {
    expect(changes(old, old)).toEqual([]);
    expect(changes(old, {})).toEqual(['! tool t is gone.']);
    expect(changes({}, old)).toEqual(['tool t is new.']);
    expect(changes(old, { tools: [tool('t', object({ a: text, b: text, c: text }, ['a', 'c']))] })).toEqual([
      '! tool t argument c is required now.',
    ]);
    expect(changes(old, { tools: [tool('t', object({ a: text, b: text, c: text }, ['a']))] })).toEqual([
      'tool t takes c as well.',
    ]);
    expect(changes(old, { tools: [tool('t', object({ a: text }, ['a']))] })).toEqual(['! tool t argument b is gone.']);
    expect(changes(old, { tools: [tool('t', object({ a: { ...text, default: 'x' }, b: text }, ['a']))] })).toEqual([
      'tool t takes other values, or has other defaults.',
    ]);
    expect(
      changes(old, {
        tools: [tool('t', object({ a: text, b: text }, ['a']), { annotations: { destructiveHint: true } })],
      }),
    ).toEqual(['tool t is destructiveHint now.']);
  });

  it('of results: less than promised breaks, more does not', () => {
    const result = (outputSchema?: Result): Partial<Offer> => ({ tools: [tool('t', object({}), { outputSchema })] });
    const before = result(object({ a: text, b: text }, ['a'], { additionalProperties: false }));
    expect(
      changes(before, result(object({ a: text, b: text, c: text }, ['a', 'c'], { additionalProperties: false }))),
    ).toEqual(['tool t describes more of its result.']);
    expect(changes(before, result(object({ a: text, b: text })))).toEqual([
      '! tool t of its result, field a may be missing now.',
    ]);
    expect(changes(before, result(object({ a: { type: ['string', 'null'] }, b: text }, ['a'])))).toEqual([
      expect.stringContaining('! tool t of its result, field a may be {"type":"null"} now.'),
    ]);
    expect(changes(before, result())).toEqual(['! tool t does not describe its result any more.']);
    expect(changes(result(), before)).toEqual(['tool t describes its result now.']);
    expect(brokenPromises(object({ a: { type: 'integer' } }), object({ a: { type: 'number' } }))).toEqual([
      'field a type was integer and is number now',
    ]);
  });

  it('of resources, templates and prompts', () => {
    expect(changes({ resources: [{ uri: 'a', mimeType: 'x' }] }, { resources: [{ uri: 'a' }, { uri: 'b' }] })).toEqual([
      '! resource a was x and is of no type now.',
      'resource b is new.',
    ]);
    expect(changes({ templates: [{ uriTemplate: 'a{b}' }] }, {})).toEqual(['! template a{b} is gone.']);
    const prompt = (...given: Result[]): Partial<Offer> => ({ prompts: [{ name: 'p', arguments: given }] });
    expect(changes(prompt({ name: 'a' }), prompt({ name: 'a', required: true }, { name: 'b' }))).toEqual([
      '! prompt p argument a is required now.',
      'prompt p takes b as well.',
    ]);
    expect(changes(prompt({ name: 'a', required: true }), prompt({ name: 'b', required: true }))).toEqual([
      '! prompt p argument a is gone.',
      '! prompt p argument b is required now.',
    ]);
    expect(changes(prompt({ name: 'a', required: true }), prompt({ name: 'a' }))).toEqual([
      'prompt p argument a is optional now.',
    ]);
  });
});

describe('what arguments lose', () => {
  it.each<[string, unknown, unknown, readonly string[]]>([
    ['another type', { type: 'string' }, { type: 'number' }, ['the arguments: type was string and is number now']],
    ['a number for an integer', { type: 'integer' }, { type: 'number' }, []],
    [
      'an integer for a number',
      { type: 'number' },
      { type: 'integer' },
      ['the arguments: type was number and is integer now'],
    ],
    ['a type for anything', {}, { type: 'string' }, ['the arguments: type was not said and is string now']],
    ['anything for a type', { type: 'string' }, {}, []],
    [
      'null',
      { type: ['string', 'null'] },
      { type: 'string' },
      ['the arguments: the alternative {"type":"null"} is not taken any more'],
    ],
    [
      'null, as Pydantic writes it',
      { anyOf: [{ type: 'string' }, { type: 'null' }] },
      { type: 'string' },
      ['the arguments: the alternative {"type":"null"} is not taken any more'],
    ],
    ['nothing by null', { type: 'string' }, { anyOf: [{ type: 'string' }, { type: 'null' }] }, []],
    ['a value', { enum: ['a', 'b'] }, { enum: ['a'] }, ['the arguments: enum was ["a","b"] and is ["a"] now']],
    ['no value', { enum: ['a'] }, { enum: ['a', 'b'] }, []],
    ['length', { maxLength: 9 }, { maxLength: 8 }, ['the arguments: maxLength was 9 and is 8 now']],
    ['length that was not bounded', {}, { maxLength: 8 }, ['the arguments: maxLength was not said and is 8 now']],
    ['no length', { maxLength: 8, minLength: 2 }, { maxLength: 9, minLength: 1 }, []],
    ['the low end', { minimum: 1 }, { minimum: 2 }, ['the arguments: minimum was 1 and is 2 now']],
    ['what does not match', {}, { pattern: '^a' }, ['the arguments: pattern was not said and is "^a" now']],
    [
      'unknown members',
      object({ a: text }),
      object({ a: text }, [], { additionalProperties: false }),
      ['the arguments: members that are not known are refused now'],
    ],
    [
      'items',
      { type: 'array', items: text },
      { type: 'array', items: { ...text, maxLength: 1 } },
      ['argument [] maxLength was not said and is 1 now'],
    ],
    [
      'a member of a member',
      object({ a: object({ b: text }) }),
      object({ a: object({ b: text }, ['b']) }),
      ['argument a.b is required now'],
    ],
    [
      'what nobody can compare',
      { allOf: [{ type: 'string' }] },
      { allOf: [{ type: 'number' }] },
      [expect.stringContaining('allOf was')],
    ],
  ])('%s', (_, before, after, lost) => {
    expect(lostArguments(before, after)).toEqual(lost);
  });

  it('comes to an end where alternatives are nested', () => {
    const nested = (last: string): Result =>
      Array.from({ length: 11 }).reduce<Result>(
        (inner, _, at) => ({
          anyOf: [
            { type: 'object', properties: { x: inner }, minProperties: at },
            { type: 'array', items: inner },
          ],
        }),
        { type: last },
      );
    const lost = lostArguments(nested('string'), nested('number'));
    expect(lost.length).toBeGreaterThan(0);
  });

  it('comes to an end', () => {
    const deep = (last: Result): Result =>
      Array.from({ length: 500 }).reduce<Result>((inner) => object({ x: inner }), last);
    expect(lostArguments(deep(text), deep({ type: 'number' }))).toEqual([]);
  });
});

describe('the judgement', () => {
  const how = { file: 'surface.json', update: 'check --update' };
  const added = { breaking: false, where: 'tool t', what: 'is new.' };
  const gone = { breaking: true, where: 'tool t', what: 'is gone.' };

  it.each([
    [[], false, true, 'as recorded in surface.json'],
    [[added], false, true, '1 difference to surface.json, none of which may break clients'],
    [[added], true, false, '1 difference to surface.json, none of which may break clients'],
    [[gone, added], false, false, '2 differences to surface.json, 1 of which may break clients'],
  ])('%j, strict: %j', (list, strict, ok, detail) => {
    expect(surfaceJudgement(list, { ...how, strict })).toMatchObject({ name: 'surface', ok, detail });
  });

  it('says of each what to do', () => {
    expect(surfaceJudgement([gone, added], { ...how, strict: false }).findings).toEqual([
      {
        code: 'breaking-change',
        where: 'tool t',
        what: 'is gone.',
        fix: 'Take it back, or agree to it: check --update',
      },
      { code: 'change', where: 'tool t', what: 'is new.', fix: 'Record it: check --update' },
    ]);
  });
});
