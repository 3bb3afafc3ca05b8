import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readTree } from '../../support/temp.ts';
import { LANGUAGES, PETS, Site } from './site.ts';

describe.each(LANGUAGES)('two tools of one name in $language', ({ language, data }) => {
  it('refuses an operation with the name of a tool of the project, and writes nothing', async () => {
    const site = await Site.small(language);
    const own = { typescript: 'src/tools/list-pets.ts', python: 'src/p/tools/list_pets.py' }[language] ?? '';
    await site.json('add', 'tool', 'list_pets', '--dir', site.dir);
    const before = readTree(site.dir);
    const { value } = await site.add(join(site.cwd, 'pets.yaml'));
    expect(value).toMatchObject({
      exit: 3,
      code: 'name-taken',
      message: expect.stringContaining(`list_pets in ${own}`),
    });
    expect(value.hint).toContain(`--operations '!list_pets'`);
    expect(readTree(site.dir)).toEqual(before);
    // What is searched has no tool of that name. That both add to one place of the server is another matter.
    for (const flags of [
      ['--openapi-mode', 'search'],
      ['--operations', '!list_pets'],
    ]) {
      const other = await site.add(join(site.cwd, 'pets.yaml'), ...flags, '--dry-run');
      expect(other.value.code).not.toBe('name-taken');
    }
  });

  it('refuses a search where the project has a tool of that name', async () => {
    const site = await Site.small(language);
    await site.json('add', 'tool', 'call_operation', '--dir', site.dir);
    const search = [join(site.cwd, 'pets.yaml'), '--openapi-mode', 'search'];
    expect((await site.add(...search)).value).toMatchObject({ exit: 3, code: 'name-taken' });
    expect((await site.add(search[0] ?? '', '--dry-run')).value.code).not.toBe('name-taken');
    const searched = new Site();
    await searched.create('--language', language, '--openapi-mode', 'search');
    expect((await searched.add()).code).toBe(0);
    expect((await searched.add('--openapi-mode', 'tools')).code).toBe(0);
  });

  it('refuses a tool with the name of an operation, until its line is gone', async () => {
    const site = new Site(PETS.replace('deletePet', 'getWeather'));
    await site.create('--language', language);
    const before = readTree(site.dir);
    const tools = [
      ['add', 'tool', 'list_pets', '--dir', site.dir],
      ['add', 'tool', '--from', 'weather', '--dir', site.dir],
    ];
    for (const args of tools) {
      const { value } = await site.json(...args);
      expect(value).toMatchObject({ exit: 3, code: 'name-taken', message: expect.stringContaining(data) });
    }
    expect(readTree(site.dir)).toEqual(before);
    site.write(data, (text) => text.replace(/^"(list_pets|get_weather)".*\n/gm, ''));
    for (const args of tools) expect((await site.json(...args)).value.code).not.toBe('name-taken');
    // It is left out when the operations are made anew.
    expect((await site.add()).value.code).not.toBe('name-taken');
    expect(Object.keys(JSON.parse(site.read(data)).operations)).not.toContain('list_pets');
  });
});
