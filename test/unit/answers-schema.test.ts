import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { answersSchema } from '../../scripts/lib/answers-schema.ts';
import { OPTIONS } from '../../src/answers/options.ts';
import { resolve } from '../../src/answers/resolve.ts';
import { main } from '../../src/cli.ts';
import { SCENARIOS } from '../golden/scenarios.ts';
import { Workshop } from './create-support.ts';
import { fakeSurroundings, given } from './surroundings.ts';

const FILE = fileURLToPath(new URL('../../schemas/answers.json', import.meta.url));
const validate = new Ajv2020({ strict: true, strictTypes: false }).compile(answersSchema());

describe('schemas/answers.json', () => {
  it('is made from the options table', async () => {
    await expect(`${JSON.stringify(answersSchema(), null, 2)}\n`).toMatchFileSnapshot(FILE);
  });

  it('takes what is recorded, and what is completed', async () => {
    const { answers } = await resolve(given('x', { tools: ['all'], extras: ['all'] }), fakeSurroundings());
    for (const value of [
      {},
      answers,
      ...Object.values(SCENARIOS),
      { $schema: './answers.json', tools: 'none', runtime: 24 },
    ]) {
      expect(validate(value), JSON.stringify(validate.errors)).toBe(true);
    }
  });

  it('takes nothing else', () => {
    for (const value of [
      [],
      { transprot: 'stdio' },
      { transport: 'tape' },
      { tools: ['tape'] },
      { git: 'yes' },
      { name: 1 },
    ]) {
      expect(validate(value)).toBe(false);
    }
    expect(OPTIONS.length).toBeGreaterThan(10);
  });

  it('may be named in the file', async () => {
    const shop = new Workshop();
    shop.file('answers.json', '{"$schema": "https://example.com/answers.json", "transport": "http", "dir": "x"}');
    const context = shop.context();
    expect(await main(['--answers', 'answers.json', '--dry-run', '--json'], context)).toBe(0);
    expect(JSON.parse(context.stdout.text).answers.transport).toBe('http');
  });
});
