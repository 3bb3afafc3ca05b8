import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { portable } from '../../../src/openapi/schema.ts';
import { argumentFindings } from '../../../src/probe/lint-schema.ts';
import { parse } from '../../support/openapi/api.ts';

/** A schema of a description, as models get it. */
async function portableOf(schema: string, others = ''): Promise<unknown> {
  const description = await parse(`openapi: 3.1.0\npaths: {}\ncomponents:\n  schemas:\n    X: ${schema}\n${others}`);
  return portable({ $ref: '#/components/schemas/X' }, description);
}

describe('a schema', () => {
  it.each([
    ['{ type: string, nullable: true }', { anyOf: [{ type: 'string' }, { type: 'null' }] }],
    ['{ type: [string, "null"], maxLength: 3 }', { anyOf: [{ type: 'string', maxLength: 3 }, { type: 'null' }] }],
    ['{ type: [string, integer] }', { anyOf: [{ type: 'string' }, { type: 'integer' }] }],
    ['{ enum: [a, b, null] }', { anyOf: [{ type: 'string', enum: ['a', 'b'] }, { type: 'null' }] }],
    ['{ const: 3 }', { type: 'integer', enum: [3] }],
    ['{ type: integer, minimum: 1, exclusiveMinimum: true }', { type: 'integer', minimum: 1, exclusiveMinimum: 1 }],
    ['{ type: integer, default: "7" }', { type: 'integer', default: 7 }],
    ['{ type: integer, default: many }', { type: 'integer' }],
    ['{ type: string, pattern: "^(?i)a+$" }', { type: 'string', description: 'Pattern: ^(?i)a+$' }],
    ['{ type: string, format: ip }', { type: 'string' }],
    ['{ type: string, format: date }', { type: 'string', format: 'date' }],
    ['{ type: string, format: byte }', { type: 'string', description: 'As base64.' }],
    ['{ type: number, multipleOf: 0.01 }', { type: 'number', description: 'A multiple of 0.01.' }],
    ['{ type: array }', { type: 'array', items: {} }],
    ['{ properties: { a: { type: string, readOnly: true } }, required: [a] }', { type: 'object' }],
    [
      '{ type: object, unevaluatedProperties: false, additionalProperties: { type: integer } }',
      { type: 'object', additionalProperties: { type: 'integer' } },
    ],
    [
      '{ oneOf: [{ type: string }, { type: "null" }], description: D }',
      { description: 'D', anyOf: [{ type: 'string' }, { type: 'null' }] },
    ],
    ['{ anyOf: [{ const: a }, { enum: [b, c] }] }', { type: 'string', enum: ['a', 'b', 'c'] }],
    ['{ oneOf: [{ type: string }, { type: string }] }', { type: 'string' }],
    ['{}', {}],
    ['true', {}],
  ])('%s', async (given, expected) => {
    expect(await portableOf(given)).toEqual(expected);
  });

  it('joins allOf, with what stands beside it', async () => {
    const schema = await portableOf(
      '{ allOf: [{ $ref: "#/components/schemas/Y" }, { properties: { b: { maxLength: 3 } } }], required: [b] }',
      '    Y: { type: object, properties: { a: { type: integer }, b: { type: string } }, required: [a], additionalProperties: false }',
    );
    expect(schema).toEqual({
      type: 'object',
      properties: { a: { type: 'integer' }, b: { type: 'string', maxLength: 3 } },
      required: ['a', 'b'],
    });
  });

  it('marks alternatives by their discriminator', async () => {
    const schema = await portableOf(
      '{ oneOf: [{ $ref: "#/components/schemas/Cat" }, { $ref: "#/components/schemas/Dog" }], discriminator: { propertyName: kind, mapping: { d: Dog } } }',
      '    Cat: { type: object, properties: { kind: { type: string } } }\n    Dog: { type: object, properties: { bark: { type: boolean } } }',
    );
    expect(schema).toEqual({
      anyOf: [
        { type: 'object', properties: { kind: { type: 'string', enum: ['Cat'] } }, required: ['kind'] },
        {
          type: 'object',
          properties: { bark: { type: 'boolean' }, kind: { type: 'string', enum: ['d'] } },
          required: ['kind'],
        },
      ],
    });
  });

  it('that says what belongs together stays one object', async () => {
    const schema = await portableOf(
      '{ type: object, properties: { a: { type: string }, b: { type: string } }, anyOf: [{ required: [a] }, { required: [b] }] }',
    );
    expect(schema).toEqual({ type: 'object', properties: { a: { type: 'string' }, b: { type: 'string' } } });
  });

  it.each([
    [
      'itself',
      '{ type: object, properties: { child: { $ref: "#/components/schemas/X" }, name: { type: string } } }',
      '',
    ],
    [
      'another one',
      '{ allOf: [{ $ref: "#/components/schemas/Y" }] }',
      '    Y: { properties: { x: { type: array, items: { $ref: "#/components/schemas/X" } } } }',
    ],
    ['itself at once', '{ $ref: "#/components/schemas/X" }', ''],
    ['itself by allOf', '{ allOf: [{ $ref: "#/components/schemas/X" }], properties: { a: { type: string } } }', ''],
    ['itself by oneOf', '{ oneOf: [{ $ref: "#/components/schemas/X" }, { type: string }] }', ''],
  ])('that holds %s ends', async (_, schema, others) => {
    expect(JSON.stringify(await portableOf(schema, others)).length).toBeLessThan(2000);
  });

  it('that would unfold into millions of values is cut where it is deep', async () => {
    const levels = Array.from({ length: 30 }, (_, at) => {
      const next = `{ $ref: "#/components/schemas/L${at + 1}" }`;
      return `    L${at}: { type: object, properties: { a: ${next}, b: ${next}, c: ${next} } }`;
    });
    const started = performance.now();
    const schema = await portableOf(
      '{ $ref: "#/components/schemas/L0" }',
      `${levels.join('\n')}\n    L30: { type: string }`,
    );
    expect(JSON.stringify(schema).length).toBeLessThan(12_001);
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('is one that vendors of every kind take, and validators compile', async () => {
    const schema = await portableOf(
      '{ type: object, properties: { a: { oneOf: [{ type: integer }, { type: object, properties: { x: { not: {}, type: string } } }] } }, patternProperties: { "^x": {} }, if: {}, then: {} }',
    );
    const found = argumentFindings('t', { type: 'object', properties: { body: schema } });
    expect(found.map(({ code }) => code).filter((code) => code !== 'argument-description')).toEqual([]);
    expect(() => new Ajv2020({ strict: true }).compile(schema as object)).not.toThrow();
  });
});
