import { describe, expect, it } from 'vitest';
import { BUDGET } from '../../../src/openapi/compile.ts';
import { compiled, load, parse } from '../../support/openapi/api.ts';

const many = (count: number): string =>
  `openapi: 3.1.0\npaths:\n${Array.from({ length: count }, (_, at) => `  /a${at}: { get: { operationId: a${at}, tags: [t${at % 2}], description: ${'x'.repeat(500)} } }`).join('\n')}`;

describe('the mode', () => {
  it('is a tool each as long as a list of them is no burden', async () => {
    const few = await compiled(await parse(many(20)));
    expect(few).toMatchObject({ mode: 'tools', total: 20 });
    const lots = await compiled(await parse(many(200)));
    expect(lots.mode).toBe('search');
    expect(lots.tokensOfTools).toBeGreaterThan(BUDGET);
    expect(lots.tokens).toBeLessThan(1000);
    expect((await compiled(await parse(many(200)), { mode: 'tools' })).mode).toBe('tools');
    expect((await compiled(await parse(many(20)), { mode: 'search' })).mode).toBe('search');
  });
});

describe('--operations', () => {
  it.each([
    ['listPets', ['list_pets']],
    ['show_pet_by_id', ['show_pet_by_id']],
    ['*pet', ['create_pet', 'delete_pet']],
    ['PETS', ['list_pets', 'create_pet', 'show_pet_by_id', 'delete_pet']],
    ['tag:photos', ['upload_photo']],
    ['get', ['list_pets', 'show_pet_by_id']],
    ['GET /pets/*', ['show_pet_by_id']],
    ['/pets, !post', ['list_pets']],
    ['!tag:pets', ['upload_photo']],
    ['!tag:', ['list_pets', 'create_pet', 'show_pet_by_id', 'delete_pet', 'upload_photo']],
  ])('%s', async (operations, expected) => {
    const { api } = await compiled(await load('pets.yaml'), { operations });
    expect(Object.keys(api.operations)).toEqual(expected);
  });
});

describe('the hash of an operation', () => {
  const text = (answer: string, other = 'x') => `openapi: 3.1.0
paths:
  /a: { get: { operationId: a, responses: { '200': { $ref: '#/components/responses/R' } } } }
  /b: { get: { operationId: b, summary: ${other} } }
components:
  responses: { R: { content: { application/json: { schema: { $ref: '#/components/schemas/S' } } } } }
  schemas: { S: { type: ${answer}, properties: { s: { $ref: '#/components/schemas/S' } } } }`;
  const hashes = async (given: string) => (await compiled(await parse(given))).hashes;

  it('changes with all that it refers to, and with nothing else', async () => {
    const [before, after, other] = await Promise.all([text('string'), text('object'), text('string', 'y')].map(hashes));
    expect(after?.a).not.toBe(before?.a);
    expect(after?.b).toBe(before?.b);
    expect(other?.a).toBe(before?.a);
    expect(other?.b).not.toBe(before?.b);
  });
});
