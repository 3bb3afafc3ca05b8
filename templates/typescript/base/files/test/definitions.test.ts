import { describe, expect, test } from 'vitest';
import { COMMON_FAILURES } from '../src/errors.js';
import { tools as registered } from '../src/tools/index.js';
import { testApp } from './support/app.js';
import { connect, ERAS } from './support/connect.js';

/*
 * What every tool's definition must fulfil, so that models choose well and every client accepts it; and the surface as it
 * was last agreed on, in test/surface.json. To agree on a new one, run `vitest run --update`: the diff of that file shows
 * what changes for clients.
 */
type Schema = { readonly [keyword: string]: unknown };

/** Keywords that some vendors' clients refuse, or read in a way of their own, in arguments. */
const UNPORTABLE = ['$ref', '$defs', 'oneOf', 'allOf', 'not', 'if', 'patternProperties', 'prefixItems', '$schema'];

const tools = Object.values(registered).map(({ name, config }) => {
  const { '~standard': input } = config.inputSchema;
  const { '~standard': output } = config.outputSchema;
  const target = { target: 'draft-2020-12' } as const;
  return {
    ...config,
    name,
    inputSchema: input.jsonSchema.input(target),
    outputSchema: output.jsonSchema.output(target),
    failures: config._meta['mcp-mason/failures'],
  };
});

describe.each(tools)('$name', (tool) => {
  test('has a portable name, a title, and a description that says what it does', () => {
    expect(tool.name).toMatch(/^[a-z][a-z0-9-]{2,63}$/);
    expect(tool.title).not.toBe('');
    expect(tool.description).toMatch(/^[A-Z].{15,}\.$/s);
  });

  test('describes every argument and every field of its result', () => {
    for (const [path, schema] of [...fields(tool.inputSchema), ...fields(tool.outputSchema)]) {
      expect(schema.description, path).toEqual(expect.any(String));
      expect(path).toMatch(/^(\.[a-z][a-zA-Z0-9]*(\[\])?)+$/);
    }
  });

  test('has coherent annotations', () => {
    const { readOnlyHint, destructiveHint, idempotentHint } = tool.annotations;
    expect(readOnlyHint && destructiveHint, 'what only reads destroys nothing').toBe(false);
    expect(readOnlyHint && !idempotentHint, 'what only reads can be repeated').toBe(false);
  });

  test('uses only schema keywords that every client knows', () => {
    expect(tool.inputSchema.type).toBe('object');
    const keywords = new Set(keywordsOf(tool.inputSchema));
    expect(UNPORTABLE.filter((keyword) => keywords.has(keyword))).toEqual([]);
    // A schema without a type means "anything", which some clients refuse.
    for (const [path, schema] of fields(tool.inputSchema)) expect(schema.type, path).toEqual(expect.any(String));
  });

  test('tells for every failure when it happens and what to do then', () => {
    expect(Object.keys(tool.failures)).toEqual(expect.arrayContaining(Object.keys(COMMON_FAILURES)));
    for (const [reason, { when, recovery }] of Object.entries(tool.failures)) {
      expect(reason).toMatch(/^[a-z][a-z0-9_]*$/);
      expect(when).toMatch(/^[A-Z].+\.$/);
      expect(recovery.split(' ').length, reason).toBeGreaterThan(4);
    }
  });
});

test('the surface is the one that was agreed on', async () => {
  const surface = tools.map(({ name, title, description, annotations, inputSchema, outputSchema }) => [
    name,
    { title, description, annotations, inputSchema, outputSchema },
  ]);
  await expect(`${JSON.stringify(Object.fromEntries(surface), null, 2)}\n`).toMatchFileSnapshot('surface.json');
});

test.each(ERAS)('clients of %s see these very tools', async (era) => {
  const client = await connect(await testApp(), era);
  const listed = (await client.listTools()).tools.map(({ name, inputSchema }) => ({ name, inputSchema }));
  expect(listed).toEqual(tools.map(({ name, inputSchema }) => ({ name, inputSchema })));
});

/** Every property with its path, through objects and arrays. */
function fields(schema: Schema, path = ''): [string, Schema][] {
  const properties = Object.entries((schema.properties ?? {}) as Record<string, Schema>);
  const items = schema.items as Schema | undefined;
  return [
    ...properties.flatMap(([name, property]): [string, Schema][] => [
      [`${path}.${name}`, property],
      ...fields(property, `${path}.${name}`),
    ]),
    ...(items === undefined ? [] : fields(items, `${path}[]`)),
  ];
}

const keywordsOf = (schema: Schema): string[] => [
  ...Object.keys(schema),
  ...fields(schema).flatMap(([, property]) => Object.keys(property)),
];
