import { describe, expect, it } from 'vitest';
import { schemaProblems } from '../../src/probe/schema.ts';
import { eventReader } from '../../src/probe/sse.ts';
import { harmlessCall } from '../../src/probe/tools.ts';

describe('schemas of tools', () => {
  it('are fine when every keyword has its shape', () => {
    const schema = {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      properties: {
        type: {
          type: ['string', 'null'],
          minLength: 1,
          pattern: '^\\p{L}+$',
          description: 'a property named like a keyword',
        },
        list: {
          type: 'array',
          items: { $ref: '#/$defs/a~1b' },
          minItems: 0,
          uniqueItems: true,
          prefixItems: [true, {}],
        },
        any: { anyOf: [{ const: 1 }, { enum: [1, 'a', null] }], default: null, examples: [1] },
        number: { type: 'number', minimum: -1.5, exclusiveMaximum: 1e9, multipleOf: 0.1 },
      },
      patternProperties: { '^x-': { type: 'string' } },
      required: ['type'],
      dependentRequired: { list: ['any'] },
      additionalProperties: false,
      'x-vendor': 17,
      $defs: { 'a/b': { type: 'object', if: {}, else: false } },
    };
    expect(schemaProblems(schema)).toEqual([]);
  });

  it.each<[unknown, string]>([
    [undefined, '/: is missing, not an object'],
    [[], '/: is a list, not an object'],
    [{}, '/type: must be "object" at the root'],
    [{ type: 'object', properties: [] }, '/properties: is a list, not an object'],
    [{ type: 'object', properties: { 'a/b': 3 } }, '/properties/a~1b: is 3, not a schema'],
    [{ type: 'object', properties: { a: { type: 'text' } } }, '/properties/a/type: "text" is no type of JSON Schema'],
    [{ type: 'object', properties: { a: { type: [] } } }, '/properties/a/type: [] is no type of JSON Schema'],
    [{ type: 'object', required: ['a', 'a'] }, '/required: is a list, not a list of different texts'],
    [{ type: 'object', minProperties: -1 }, '/minProperties: is -1, not a whole number from 0'],
    [{ type: 'object', allOf: [] }, '/allOf: is not a list of at least one schema'],
    [{ type: 'object', anyOf: [{ not: 'x' }] }, '/anyOf/0/not: is "x", not a schema'],
    [
      { type: 'object', properties: { a: { pattern: '(' } } },
      '/properties/a/pattern: is not a regular expression of ECMA-262 with Unicode',
    ],
    [
      { type: 'object', patternProperties: { '(': {} } },
      '/patternProperties/(: is not a regular expression of ECMA-262 with Unicode',
    ],
    [{ type: 'object', properties: { a: { $ref: '#/$defs/b' } } }, '/properties/a/$ref: #/$defs/b leads nowhere'],
    [{ type: 'object', properties: { a: { enum: 'a' } } }, '/properties/a/enum: is "a", not a list'],
    [{ type: 'object', properties: { a: { items: [{}] } } }, '/properties/a/items: is a list, not a schema'],
    [{ type: 'object', properties: { a: { multipleOf: 0 } } }, '/properties/a/multipleOf: is 0, not a number above 0'],
  ])('%j is told about', (schema, problem) => {
    expect(schemaProblems(schema)).toEqual([problem]);
  });

  it('do not overflow the stack', () => {
    let schema: Record<string, unknown> = { type: 'object' };
    for (let level = 0; level < 5000; level++) schema = { type: 'object', properties: { a: schema } };
    expect(schemaProblems(schema)).toEqual([expect.stringContaining('nested deeper than 64 levels')]);
  });
});

describe('a harmless tool', () => {
  const tool = (name: string, annotations: object | undefined, required?: string[]) => ({
    name,
    inputSchema: { type: 'object', ...(required && { required }) },
    ...(annotations && { annotations }),
  });

  it('reads only, stays at home and needs nothing', () => {
    const harmful = [
      tool('unknown', undefined),
      tool('writes', { readOnlyHint: false }),
      tool('abroad', { readOnlyHint: true, openWorldHint: true }),
      tool('needy', { readOnlyHint: true, openWorldHint: false }, ['id']),
    ];
    expect(harmlessCall(harmful)).toBeUndefined();
    const silent = tool('silent', { readOnlyHint: true });
    const closed = tool('closed', { readOnlyHint: true, openWorldHint: false }, []);
    expect(harmlessCall([...harmful, silent, closed])).toEqual({ tool: 'closed', arguments: {} });
    expect(harmlessCall([...harmful, silent])?.tool).toBe('silent');
  });
});

describe('server-sent events', () => {
  it('are read however they are cut', () => {
    const text =
      ': comment\r\nevent: message\r\ndata: {"a":\r\ndata: 1}\r\n\r\nid: 1\n\ndata:two\n\ndata: three\r\rdata: unfinished';
    for (let size = 1; size <= text.length; size++) {
      const events: string[] = [];
      const feed = eventReader((data) => events.push(data));
      for (let at = 0; at < text.length; at += size) feed(text.slice(at, at + size));
      expect(events).toEqual(['{"a":\n1}', 'two', 'three']);
    }
  });
});
