import { describe, expect, it } from 'vitest';
import { casesOf } from '../../../src/openapi/cases.ts';
import type { Operation } from '../../../src/openapi/model.ts';
import { toolName } from '../../../src/openapi/names.ts';
import { dataText, partIn, partOf } from '../../../src/openapi/part.ts';
import { compiled, load, parse } from '../../support/openapi/api.ts';

const api = async (text: string) => compiled(await parse(`openapi: 3.1.0\n${text}`));
const operation = async (text: string): Promise<Operation> => {
  const { api: made } = await api(
    `paths: { '/x/{id}': { parameters: [{ name: id, in: path, required: true, schema: { type: string } }], post: { ${text} } } }`,
  );
  return Object.values(made.operations)[0] as Operation;
};

describe('the name of a tool', () => {
  it.each([
    ['createPet', 'create_pet'],
    ['pets/create', 'pets_create'],
    ['HTTPServer.getURL', 'http_server_get_url'],
    ['Crée un été', 'cree_un_ete'],
    ['123', 'get_123'],
    [undefined, 'get_pets_by_id_photos'],
    ['日本', 'get_pets_by_id_photos'],
  ])('%s is %s', (id, expected) => {
    expect(toolName(id, 'GET', '/pets/{id}/photos')).toBe(expected);
  });

  it('has 64 characters at most, and two long ones stay two', async () => {
    const long = 'a_very_long_name_that_goes_on_and_on_and_on_and_on_and_on_and_on_until';
    const { api: made } = await api(
      `paths: { /a: { get: { operationId: ${long}_a }, put: { operationId: ${long}_b } } }`,
    );
    const names = Object.keys(made.operations);
    expect(new Set(names).size).toBe(2);
    for (const name of names) expect(name).toMatch(/^[a-z][a-z0-9_]{1,63}$/);
  });

  it('that another one has gets a number, also those that were not chosen and our own', async () => {
    const text =
      'openapi: 3.1.0\npaths: { /a: { get: { operationId: x } }, /b: { get: { operationId: X } }, /c: { get: { operationId: callOperation } } }';
    const description = await parse(text);
    expect(Object.keys((await compiled(description)).api.operations)).toEqual(['x', 'x_2', 'call_operation_2']);
    expect(Object.keys((await compiled(description, { operations: '/b' })).api.operations)).toEqual(['x_2']);
  });
});

describe('an operation', () => {
  it('takes its arguments where the description has them, with names that vendors take', async () => {
    const { input, send } = await operation(`parameters: [
      { name: 'filter[a]', in: query, style: deepObject, explode: true, schema: { type: object } },
      { name: id, in: query, schema: { type: integer } },
      { name: X-Trace, in: header, schema: { type: string } },
      { name: Authorization, in: header, schema: { type: string } },
      { name: Content-Length, in: header, schema: { type: string } },
      { name: q, in: query, content: { application/json: { schema: { type: object } } } } ]`);
    expect(Object.keys(input.properties)).toEqual(['id', 'filter_a', 'id_2', 'X-Trace', 'q']);
    expect(input.required).toEqual(['id']);
    expect(send?.filter_a).toMatchObject({ in: 'query', name: 'filter[a]', style: 'deepObject', explode: true });
    expect(send?.q).toMatchObject({ json: true });
  });

  it.each([
    ['application/json', 'json'],
    ['application/vnd.x+json; charset=utf-8', 'json'],
    ['application/x-www-form-urlencoded', 'form'],
    ['multipart/form-data', 'multipart'],
    ['text/plain', 'text'],
    ['application/xml', 'text'],
    ['image/png', 'binary'],
    ['*/*', 'json'],
  ])('sends a body of %s as %s', async (type, kind) => {
    const { body } = await operation(`requestBody: { content: { '${type}': { schema: { type: object } } } }`);
    expect(body?.kind).toBe(kind);
  });

  it('says by its method what it does, unless its description does', async () => {
    const { api: made } = await api(
      `paths: { /a: { get: {}, put: {}, delete: {}, post: {}, patch: {}, query: { x-mcp-idempotent: false } } }`,
    );
    const hints = Object.values(made.operations).map(({ method, readOnly, destructive, idempotent }) =>
      [method, readOnly && 'r', destructive && 'd', idempotent && 'i'].filter(Boolean).join(' '),
    );
    expect(hints).toEqual(['GET r i', 'PUT d i', 'POST', 'DELETE d i', 'PATCH d', 'QUERY r']);
  });

  it('asks no model for what a security scheme sends, and for no variable that is not of the API', async () => {
    const { api: made } = await api(`components: { securitySchemes: {
      AWS_SECRET_ACCESS_KEY: { type: apiKey, in: header, name: X-Key }, path: { type: http, scheme: bearer } } }
security: [{ AWS_SECRET_ACCESS_KEY: [] }, { path: [] }]
paths: { /a: { get: { parameters: [{ name: x-key, in: header, schema: { type: string } }] } } }`);
    expect(Object.values(made.operations)[0]?.input.properties).toEqual({});
    expect(JSON.stringify(made.schemes)).toContain('"API_AWS_SECRET_ACCESS_KEY"');
    expect(JSON.stringify(made.schemes)).toContain('"API_PATH_TOKEN"');
  });

  it('that wants to be code arrives as text', async () => {
    const { api: made } = await compiled(await load('pets.yaml'));
    const text = dataText(made);
    const back = JSON.parse(text) as typeof made;
    expect(back.title).toBe(`Pets \`\${x}\` {{y}} */ "quoted"`);
    expect(back.operations.create_pet?.description).toContain(`*/ \`x\` \${process.exit()} {{x}} '''\n""" \\ end`);
  });

  it('with half of a character in a text is mended', async () => {
    const { api: made } = await compiled(
      await parse('{"openapi":"3.0.0","paths":{"/a":{"get":{"summary":"x\\ud800y \\\\ud800"}}}}'),
    );
    expect(Object.values((JSON.parse(dataText(made)) as typeof made).operations)[0]?.title).toBe('x\ufffdy \\ud800');
  });
});

describe('calls for the tests of a project', () => {
  it('are there for operations of another server, and with a short answer where its example is long', async () => {
    const long = { content: { 'application/json': { example: { text: 'x'.repeat(5000) } } } };
    const get = { operationId: 'a', servers: [{ url: 'https://other.example' }], responses: { 201: long } };
    const description = await parse(JSON.stringify({ openapi: '3.0.0', paths: { '/a': { get } } }));
    const cases = JSON.parse(casesOf(await compiled(description), description));
    expect(cases).toEqual([
      { operation: 'a', arguments: {}, method: 'GET', path: '/a', status: 201, answer: { ok: true } },
    ]);
  });
});

describe('calls for the tests of operations that have one path', () => {
  it('expect no more of it than is sent', async () => {
    const post = (operationId: string) => ({ post: { operationId } });
    const paths = { '/#target=a': post('a'), '/b/#target=b': post('b'), '/c/{id}#c': post('c') };
    const description = await parse(JSON.stringify({ openapi: '3.0.0', paths }));
    const cases = JSON.parse(casesOf(await compiled(description), description)) as { path: string }[];
    expect(cases.map(({ path }) => path)).toEqual(['/', '/b/', '/c/']);
  });
});

describe('calls for the tests of a project that has no certificate', () => {
  it.each([
    [[{ tls: [] }], []],
    [[{ tls: [], key: [] }], []],
    [[{ tls: [] }, { key: [] }], ['a']],
    [[{ tls: [] }, {}], ['a']],
    [undefined, ['a']],
  ])('with %j are of %j', async (security, expected) => {
    const securitySchemes = { tls: { type: 'mutualTLS' }, key: { type: 'apiKey', in: 'header', name: 'x' } };
    const paths = { '/a': { get: { operationId: 'a', ...(security && { security }) } } };
    const description = await parse(JSON.stringify({ openapi: '3.1.0', components: { securitySchemes }, paths }));
    const cases = JSON.parse(casesOf(await compiled(description), description)) as { operation: string }[];
    expect(cases.map(({ operation }) => operation)).toEqual(expected);
  });
});

describe('what a project has of it', () => {
  it('can be read again from its files', async () => {
    const result = await compiled(await load('pets.yaml'));
    const part = partOf(result, '[]\n');
    expect(partIn(part.data, part.cases, { hash: part.hash, operations: part.hashes, lines: part.lines })).toEqual(
      part,
    );
    const none = {
      files: false,
      forms: false,
      variables: false,
      schemes: false,
      connection: false,
      client: false,
      certificate: false,
    };
    expect(part.uses).toEqual({ ...none, files: true, forms: true, variables: true, schemes: true });
    const plain = await compiled(await parse('{"openapi":"3.0.0","paths":{"/a":{"get":{}}}}'));
    expect(partOf(plain, '[]\n').uses).toEqual(none);
    expect(part.variables.map(({ name }) => name)).toEqual([
      'API_BASE_URL',
      'API_SERVER_REGION',
      'API_KEY',
      'API_USER_USERNAME',
      'API_USER_PASSWORD',
      'API_FILES',
    ]);
  });

  it.each([
    '',
    '[]',
    '{"operations":{}}',
    '{"server":{"url":""},"operations":{},"schemes":{"x":{"kind":"token","value":"A: evil()"}}}',
  ])('is not taken from anything else: %s', (text) => {
    expect(() => partIn(text, '', { hash: 'fnv1a64-0', operations: {}, lines: {} })).toThrow(/operations of the API/);
  });
});
