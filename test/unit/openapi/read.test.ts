import { describe, expect, it } from 'vitest';
import { loadDescription } from '../../../src/openapi/description.ts';
import { compiled, parse } from '../../support/openapi/api.ts';

const PATHS = 'paths: { /a: { get: { operationId: a, responses: {} } } }';

describe('a description', () => {
  it.each([
    ['JSON', '{"openapi":"3.0.3","info":{},"paths":{"/a":{"get":{"operationId":"a"}}}}'],
    ['YAML', `openapi: 3.1.0\n${PATHS}`],
    ['YAML in braces', `{openapi: 3.2.0, ${PATHS}}`],
    ['a byte order mark', `\uFEFFopenapi: 3.0.0\n${PATHS}`],
    ['Swagger 2.0', `swagger: '2.0'\nhost: api.example\nschemes: [https]\n${PATHS}`],
    ['Swagger as a number', `swagger: 2.0\nhost: api.example\nschemes: [https]\n${PATHS}`],
  ])('is read as %s', async (_, text) => {
    const { api } = await compiled(await parse(text));
    expect(Object.keys(api.operations)).toEqual(['a']);
  });

  it.each([
    ['{"openapi": "3.0.0",\n "paths": {,}}', 'openapi-broken', 'api.yaml:2:12:'],
    ['openapi: 3.0.0\npaths:\n  /a: [1, 2\n', 'openapi-broken', /api\.yaml:\d+:\d+:/],
    ['openapi: 3.0.0\nopenapi: 3.0.0\n', 'openapi-broken', 'api.yaml:2:'],
    ['just a text', 'openapi-not', 'is no OpenAPI description'],
    ['{"name": "x", "version": "1"}', 'openapi-not', '"name" and "version"'],
    ['', 'openapi-not', 'it holds no object'],
  ])('that is none says where and why: %s', async (text, code, message) => {
    await expect(parse(text)).rejects.toMatchObject({ code, exit: 2, message: expect.stringMatching(message) });
  });

  it('of an unknown version is refused', async () => {
    const description = await parse(`openapi: 4.0.0\n${PATHS}`);
    await expect(compiled(description)).rejects.toMatchObject({ code: 'openapi-version', exit: 2 });
  });

  it('without operations is refused, and so is one of which none is chosen', async () => {
    const webhooks = 'openapi: 3.1.0\nwebhooks: { x: { post: {} } }';
    await expect(compiled(await parse(webhooks))).rejects.toMatchObject({ code: 'openapi-no-operations', exit: 2 });
    const description = await parse(`openapi: 3.1.0\n${PATHS}`);
    const none = compiled(description, { operations: 'b*' });
    await expect(none).rejects.toMatchObject({ message: expect.stringContaining('none of the 1 operation') });
  });

  it('may have several files, whose references are each their own', async () => {
    const description = await parse(
      `openapi: 3.1.0
paths:
  /pets: { $ref: 'paths/pets.yaml' }
components: { schemas: { Id: { type: integer } } }`,
      {
        'paths/pets.yaml': `get:
  operationId: pets
  parameters:
    - $ref: '../common.yaml#/limit'
    - { name: id, in: query, schema: { $ref: '../api.yaml#/components/schemas/Id' } }`,
        'common.yaml': `limit: { name: limit, in: query, schema: { $ref: '#/size' } }\nsize: { type: integer, maximum: 9 }`,
      },
    );
    const { api } = await compiled(description);
    expect(api.operations.pets?.input.properties).toMatchObject({
      limit: { type: 'integer', maximum: 9 },
      id: { type: 'integer' },
    });
  });

  it('asks for files by names from its own folder', async () => {
    const asked: string[] = [];
    const text = `openapi: 3.1.0\npaths: { /a: { $ref: '../../etc/x.yaml#/a' }, /b: { $ref: 'https://evil.example/x' } }`;
    await loadDescription('api.yaml', async (name) => {
      asked.push(name);
      return name === 'api.yaml' ? text : '{}';
    });
    expect(asked.sort()).toEqual(['../../etc/x.yaml', 'api.yaml', 'https://evil.example/x']);
  });

  it('with references that lead nowhere leaves out what it must, and says so', async () => {
    const description = await parse(`openapi: 3.1.0
paths:
  /a: { get: { operationId: a, parameters: [{ $ref: '#/components/parameters/None' }] } }
  /b: { get: { operationId: b, parameters: [{ name: x, in: query, schema: { $ref: '#/nowhere' } }] } }
  /c: { $ref: '#/components/pathItems/None' }`);
    const { api, leftOut } = await compiled(description);
    expect(Object.keys(api.operations)).toEqual(['b']);
    expect(leftOut.map(({ where }) => where)).toEqual(['/c', 'GET /a: parameters', 'GET /a']);
  });
});
