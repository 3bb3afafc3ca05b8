import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { optionsOf } from '../../../src/catalog/catalog.ts';
import { readRecord } from '../../../src/plan/read-record.ts';
import { descriptionAt } from '../../support/openapi/api.ts';
import { readTree } from '../../support/temp.ts';
import { LANGUAGES, PETS, QUIET, Site } from './site.ts';

/** A server on this machine. */
async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe.each(LANGUAGES)('create --from-openapi in $language', ({ language, data }) => {
  it('makes tools of a description, and tells what they cost and what was left out', async () => {
    const site = new Site();
    const { code, value } = await site.create('--language', language);
    expect(code).toBe(0);
    expect(value).toMatchObject({
      openapi: { mode: 'tools', operations: 5, total: 5, leftOut: [] },
      answers: { tools: [], storage: 'none', openapiMode: 'tools' },
    });
    expect(JSON.parse(site.read(data))).toMatchObject({ operations: { list_pets: { method: 'GET', path: '/pets' } } });
    const { answers, openapi } = readRecord(site.dir);
    expect(answers).toMatchObject({ fromOpenapi: '../pets.yaml', openapiMode: 'tools' });
    expect(Object.keys(openapi?.operations ?? {})).toHaveLength(5);
    expect(value.replay).toMatch(/--from-openapi pets\.yaml --openapi-mode tools/);
  });

  it('is made again from its record, wherever that lies', async () => {
    const site = new Site();
    await site.create('--language', language);
    const { code } = await site.json('q/r', ...QUIET, '--answers', 'p/.mcp-mason.json');
    expect(code).toBe(0);
    expect(readRecord(join(site.cwd, 'q/r')).answers.fromOpenapi).toBe('../../pets.yaml');
  });

  it('gives no operation the name of a tool that is there', async () => {
    const site = new Site(PETS.replace('listPets', 'getWeather'));
    await site.create('--language', language, '--tools', 'weather');
    const { operations } = JSON.parse(site.read(data)) as { operations: object };
    expect(Object.keys(operations)).toContain('get_weather_2');
    expect((await site.json('update', site.dir)).code).toBe(0);
  });

  it('puts no text of a description into code', async () => {
    const site = new Site();
    await site.create('--language', language, '--openapi-mode', 'search');
    const code = Object.entries(readTree(site.dir)).filter(([path]) => !path.endsWith('operations.json'));
    expect(code.filter(([, text]) => /process\.exit\(\)\}|Pets `|pets\.example/.test(String(text)))).toEqual([]);
  });

  it('takes globs, and writes nothing with --dry-run', async () => {
    const site = new Site();
    const { value } = await site.create('--language', language, '--operations', 'tag:photos', '--dry-run');
    expect(value).toMatchObject({ openapi: { operations: 1, total: 5 } });
    expect(existsSync(site.dir)).toBe(false);
  });
});

describe('create --from-openapi', () => {
  const big = (bytes: number) => `openapi: 3.1.0\n#${'x'.repeat(bytes)}`;

  it.each<[string, string, object]>([
    ['a file that is none', '{"name":"x"}', { exit: 2, code: 'openapi-not' }],
    [
      'a broken one',
      'openapi: 3.1.0\npaths: {\n',
      { exit: 2, code: 'openapi-broken', message: expect.stringMatching(/pets\.yaml:\d+:\d+/) },
    ],
    ['one of 50 MB', big(50 * 1024 * 1024), { exit: 2, code: 'openapi-too-large' }],
    ['one without operations', 'openapi: 3.1.0\npaths: {}', { exit: 2, code: 'openapi-no-operations' }],
    ['a reference outside', `openapi: 3.1.0\npaths: { /a: { $ref: ../../x.yaml } }`, { exit: 2 }],
    [
      'a reference to a host',
      `openapi: 3.1.0\npaths: { /a: { $ref: 'https://x.example/y' } }`,
      { exit: 2, code: 'openapi-outside' },
    ],
    ['another version', 'openapi: 5.0.0\npaths: {}', { exit: 2, code: 'openapi-version' }],
  ])('refuses %s, and writes nothing', async (_, text, refusal) => {
    const site = new Site(text);
    expect((await site.create()).value).toMatchObject(refusal);
    expect(existsSync(site.dir)).toBe(false);
  });

  it('refuses what is no file, a file that leads outside, and flags that belong to nothing', async () => {
    const site = new Site(`openapi: 3.1.0\npaths: { /a: { $ref: link.yaml } }`);
    site.file('elsewhere/secret.yaml', 'get: {}');
    mkdirSync(join(site.cwd, 'in'));
    symlinkSync(join(site.cwd, 'elsewhere/secret.yaml'), join(site.cwd, 'link.yaml'));
    expect((await site.create('--dry-run')).value.ok).toBe(true);
    symlinkSync('/etc/hostname', join(site.cwd, 'in', 'link.yaml'));
    site.file('in/pets.yaml', `openapi: 3.1.0\npaths: { /a: { $ref: link.yaml } }`);
    expect((await site.json('q', ...QUIET, '--from-openapi', 'in/pets.yaml')).value).toMatchObject({
      exit: 2,
      code: 'openapi-outside',
    });
    const none = await site.json('q', ...QUIET, '--from-openapi', 'none.yaml');
    expect(none.value).toMatchObject({ exit: 2, code: 'openapi-unreadable' });
    expect((await site.json('q', ...QUIET, '--from-openapi', 'in')).value).toMatchObject({
      exit: 2,
      code: 'openapi-unreadable',
    });
    expect((await site.json('q', ...QUIET, '--operations', 'x')).value).toMatchObject({
      exit: 2,
      code: 'contradiction',
    });
    expect(
      (await site.json('q', ...QUIET, '--from-openapi', 'pets.yaml', '--openapi-mode', 'all')).value,
    ).toMatchObject({ exit: 2, code: 'invalid-openapi-mode' });
    expect((await site.create('--operations', 'nothing')).value).toMatchObject({ exit: 2 });
    expect(readdirSync(site.cwd).filter((name) => name === 'p' || name === 'q')).toEqual([]);
  });

  it('fetches an address, with its files, and never shows its password', async () => {
    const asked: string[] = [];
    const url = await serve((request, response) => {
      asked.push(`${request.url} ${request.headers.authorization ?? ''}`);
      if (request.url === '/v1/api.yaml?v=2&api_key=se%63ret&token=secret%2B')
        response.end(
          `openapi: 3.1.0\nservers: [{ url: /base?api_key=secret }]\npaths: { /a: { $ref: 'paths/a.yaml' } }`,
        );
      else if (request.url === '/v1/paths/a.yaml') response.end('get: { operationId: a }');
      else response.writeHead(404).end();
    });
    const site = new Site();
    const address = `${url.replace('//', '//ada:secret@')}/v1/api.yaml?v=2&api_key=se%63ret&token=secret%2B`;
    const { code, value } = await site.json('p', ...QUIET, '--from-openapi', address);
    expect(code).toBe(0);
    expect(asked).toEqual(
      ['/v1/api.yaml?v=2&api_key=se%63ret&token=secret%2B', '/v1/paths/a.yaml'].map(
        (path) => `${path} Basic ${Buffer.from('ada:secret').toString('base64')}`,
      ),
    );
    expect(JSON.parse(site.read('src/api/operations.json'))).toMatchObject({ server: { url: `${url}/base` } });
    expect(readRecord(site.dir).answers.fromOpenapi).toBe(`${url}/v1/api.yaml?v=2`);
    expect(Object.values(readTree(site.dir)).join('')).not.toContain('secret@');
    expect(JSON.stringify(value)).not.toContain('secret');
  });

  it.each<[string, RequestListener, object]>([
    [
      '404',
      (_, response) => void response.writeHead(404).end(),
      { exit: 1, code: 'openapi-unreachable', message: expect.stringContaining('404') },
    ],
    ['a reset', (request) => void request.socket.destroy(), { exit: 1, code: 'openapi-unreachable' }],
    [
      'endless bytes',
      (_, response) => {
        const more = (): void => {
          while (!response.destroyed && response.write('x'.repeat(65_536)));
        };
        response.on('drain', more);
        more();
      },
      { exit: 2, code: 'openapi-too-large' },
    ],
    ['a page', (_, response) => void response.end('<html><body>hello</body></html>'), { exit: 2 }],
  ])('says so where an address answers with %s', async (_, answer, refusal) => {
    const site = new Site();
    const url = await serve(answer);
    expect((await site.json('p', ...QUIET, '--from-openapi', `${url}/api.json`)).value).toMatchObject(refusal);
    expect(existsSync(site.dir)).toBe(false);
  });
});

describe.each(LANGUAGES)('add openapi in $language', ({ language, data, server }) => {
  it('makes an unedited project what create makes, with its own tool kept', async () => {
    const site = await Site.small(language);
    const { code, value } = await site.add(join(site.cwd, 'pets.yaml'));
    expect([code, value]).toEqual([
      0,
      expect.objectContaining({ kind: 'openapi', openapi: expect.objectContaining({ operations: 5 }) }),
    ]);
    expect(readRecord(site.dir).answers).toMatchObject({ tools: ['greet'], fromOpenapi: '../pets.yaml' });
    const other = new Site();
    await other.create('--language', language, '--preset', 'minimal', '--tools', 'greet');
    const texts = (dir: string) =>
      Object.fromEntries(Object.entries(readTree(dir)).filter(([path]) => !/claude_desktop|mcp-mason/.test(path)));
    expect(texts(site.dir)).toEqual(texts(other.dir));
  });

  it('brings operations up to date, and leaves what its owner has made', async () => {
    const site = await Site.small(language);
    await site.add(join(site.cwd, 'pets.yaml'));
    site.write(server, (text) => `${text}\n${language === 'python' ? '#' : '//'} mine\n`);
    // One that its owner writes by hand.
    site.write(data, (text) =>
      text.replace(/^"show_pet_by_id".*\n/m, '').replace('"title":"Add a pet"', '"title":"Mine"'),
    );
    expect((await site.json('update', site.dir)).code).toBe(0);
    site.file(
      'pets.yaml',
      PETS.replace('summary: List pets', 'summary: List all pets').replace(
        'operationId: deletePet',
        'operationId: removePet',
      ),
    );
    const drift = {
      exit: 1,
      code: 'openapi-drift',
      message: expect.stringMatching(/1 added: remove_pet; 1 removed: delete_pet; 1 changed: list_pets/),
    };
    expect((await site.json('update', site.dir)).value).toMatchObject(drift);
    expect((await site.add()).code).toBe(0);
    const { operations } = JSON.parse(site.read(data)) as { operations: Record<string, { title: string }> };
    expect(operations.create_pet?.title).toBe('Mine');
    expect(operations.list_pets?.title).toBe('List all pets');
    expect(Object.keys(operations).sort()).toEqual(['create_pet', 'list_pets', 'remove_pet', 'upload_photo']);
    expect(site.read(server)).toContain('mine');
    expect((await site.json('update', site.dir)).code).toBe(0);
  });

  it('needs no tool that stands in when another one of the catalogue is added', async () => {
    const site = new Site();
    await site.create('--language', language);
    const { code } = await site.json('add', 'tool', '--from', 'weather', '--dir', site.dir);
    expect(code).toBe(0);
    expect(readRecord(site.dir).answers.tools).toEqual(['weather']);
    expect(Object.keys(readTree(site.dir)).filter((path) => path.includes('greet'))).toEqual([]);
  });

  it('refuses without a description, and for a record that is no good', async () => {
    const site = await Site.small(language);
    expect((await site.add()).value).toMatchObject({ exit: 2, code: 'missing-arguments' });
    expect((await site.add('none.yaml')).value).toMatchObject({ exit: 2, code: 'openapi-unreadable' });
    await site.add(join(site.cwd, 'pets.yaml'));
    site.write(data, () => '{}');
    expect((await site.json('update', site.dir)).value).toMatchObject({ exit: 1, code: 'bad-api' });
  });
});

describe('the tools of the catalogue', () => {
  const tools = optionsOf('typescript', 'tool');

  it.each(tools.map((option) => [option.id, option] as const))('name what %s registers', (id, { vars }) => {
    const folder = join(descriptionAt('../../../templates/typescript/tool'), id, 'files/src/tools');
    const code = readdirSync(folder)
      .map((name) => readFileSync(join(folder, name), 'utf8'))
      .join('\n');
    const registered = [...code.matchAll(/registerTool\(\s*'(\w+)'/g)].map(([, name]) => name);
    expect([...((vars?.tools ?? []) as readonly string[])].sort()).toEqual(registered.sort());
  });
});
