import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LANGUAGES, type Language } from '../property/matrix-rows.ts';
import { type Made, made } from '../support/made.ts';
import { CLIENTS, type Connected, connectClient, type ToolResult } from '../support/mcp-clients.ts';
import { descriptionAt } from '../support/openapi/api.ts';
import { behaviour, CREDENTIALS, styleName } from '../support/openapi/behaviour.ts';
import { type Asked, type Mock, startMock } from '../support/openapi/mock.ts';
import { BARE_ENV } from '../support/server.ts';
import { sample } from '../support/tier.ts';
import { OUTCOMES, STYLE_ROWS } from './openapi-rows.ts';

/** In the standard tier every style once, and some of what goes wrong. */
const styles = sample(STYLE_ROWS, ([place, style, explode]) => [`${place} ${style} ${explode}`]);
const outcomes = sample(OUTCOMES, ([, { isError, tries, type }]) => [`${isError} ${tries} ${type}`], { more: 8 });

/** One mock of an API, and the same calls in both languages. */
describe.each(LANGUAGES)('a server made from a description in %s', (language: Language) => {
  let folder: string;
  let mock: Mock;
  let project: Made;
  let client: Connected;
  const env = (): Record<string, string> => ({
    ...BARE_ENV,
    ...CREDENTIALS,
    API_TIMEOUT_MS: '5000',
    API_MAX_BYTES: '20000',
    API_FILES: join(folder, 'files'),
    API_CERTIFICATE_CERT_FILE: descriptionAt('tls/client.pem'),
    API_CERTIFICATE_KEY_FILE: descriptionAt('tls/client.key'),
    API_CERTIFICATE_CA_FILE: descriptionAt('tls/ca.pem'),
  });
  const connect = (more: Readonly<Record<string, string>> = {}, kind: (typeof CLIENTS)[number] = CLIENTS[0]) => {
    const [command, ...args] = project.start;
    return connectClient(kind, { command, args, env: { ...env(), ...more } });
  };

  beforeAll(async () => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'mason-openapi-')));
    mkdirSync(join(folder, 'files'));
    writeFileSync(join(folder, 'files', 'cat.png'), 'PNG');
    writeFileSync(join(folder, 'secret.txt'), 'SECRET');
    mock = await startMock();
    const path = join(folder, 'api.json');
    writeFileSync(path, JSON.stringify(behaviour(mock.url, mock.tlsUrl)));
    project = await made({ name: 'behaves', language, flags: ['--from-openapi', path, '--openapi-mode', 'tools'] });
    client = await connect();
  });
  afterAll(async () => {
    await client?.close();
    mock?.close();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  /** Calls a tool that must succeed, and tells what the API was asked. */
  async function asked(name: string, args: object = {}, by: Connected = client): Promise<Asked> {
    const before = mock.asked.length;
    const result = await by.call(name, args);
    expect(result.isError ?? false, JSON.stringify(result.content)).toBe(false);
    expect(mock.asked.length).toBe(before + 1);
    return mock.asked.at(-1) as Asked;
  }
  const failing = async (name: string, args: object = {}, by: Connected = client): Promise<string> => {
    const result = await by.call(name, args);
    expect(result.isError, JSON.stringify(result.content)).toBe(true);
    return textIn(result);
  };

  it('lists every operation, for every client', async () => {
    for (const kind of CLIENTS) {
      const other = await connect({}, kind);
      const { tools } = await other.listTools();
      expect(tools.map(({ name }) => name)).toEqual(expect.arrayContaining(['typed', 'body_json', 'status_404']));
      const typed = tools.find(({ name }) => name === 'typed');
      expect(typed?.annotations).toMatchObject({ readOnlyHint: true, destructiveHint: false, openWorldHint: true });
      await other.close();
    }
  });

  it.each(styles)('writes %s %s, explode %s, %s', async (place, style, explode, _, value, expected) => {
    const name = styleName(place, style, explode);
    const { url, headers } = await asked(name, { color: value });
    const rest = url.slice(`/v1/${name}`.length);
    const written = {
      path: rest.slice(1),
      query: rest.replace(/^\?/, ''),
      header: headers.color,
      cookie: headers.cookie,
    }[place];
    expect(written ?? '').toBe(expected);
  });

  it('writes what a description reserves, JSON in a query, and a whole query', async () => {
    expect((await asked('reserved', { color: 'a/b?c=d:e f&g#h' })).url).toBe(
      '/v1/reserved?color=a/b?c=d:e%20f%26g%23h',
    );
    expect((await asked('content', { filter: { a: [1, 'ü'] } })).url).toBe(
      '/v1/content?filter=%7B%22a%22%3A%5B1%2C%22%C3%BC%22%5D%7D',
    );
    expect((await asked('whole_query', { all: { a: 1, b: 'x y' } })).url).toBe('/v1/whole?a=1&b=x%20y');
  });

  it('takes arguments as clients send them, and refuses others by name', async () => {
    expect((await asked('typed', { id: '42', flag: 'true', list: '["a","b"]', kind: null })).url).toBe(
      '/v1/typed/42?flag=true&list=a&list=b',
    );
    expect(await failing('typed', { id: 1, lits: [] })).toMatch(/lits/);
    expect(await failing('typed', {})).toMatch(/id/);
    expect(await failing('typed', { id: 'x' })).toMatch(/id/);
    expect(await failing('typed', { id: 1, kind: 'c' })).toMatch(/kind/);
  });

  it('leaves the path of an operation to nobody', async () => {
    expect((await asked('named', { name: '../a/?#%2e\\' })).url).toBe('/v1/named/..%2Fa%2F%3F%23%252e%5C');
    for (const name of ['..', '.', '']) expect(await failing('named', { name })).toMatch(/path|empty/);
    expect(await failing('header_simple_joined', { color: 'a\r\nx-other: 1' })).toMatch(/odd characters/);
  });

  it('goes to the server that settings name', async () => {
    const other = await connect({ API_SERVER_VERSION: 'v2' });
    expect((await asked('typed', { id: 1 }, other)).url).toBe('/v2/typed/1');
    await other.close();
    const third = await connect({ API_SERVER_VERSION: 'v3' });
    expect(await failing('typed', { id: 1 }, third)).toMatch(/API_SERVER_VERSION is none of v1, v2/);
    await third.close();
    const fourth = await connect({ API_BASE_URL: `${mock.url}/else/` });
    expect((await asked('typed', { id: 1 }, fourth)).url).toBe('/else/typed/1');
    await fourth.close();
  });

  it.each([
    ['body_json', { a: 'ü', b: null }, 'application/json', '{"a":"ü","b":null}'],
    ['body_vendor', [1, 2], 'application/vnd.pets+json', '[1,2]'],
    ['body_text', 'Grüße\n', 'text/plain', 'Grüße\n'],
    ['body_xml', '<a/>', 'application/xml', '<a/>'],
    ['body_binary', { base64: 'AAH/' }, 'application/octet-stream', '\x00\x01\xff'],
    ['body_binary', { path: 'cat.png' }, 'application/octet-stream', 'PNG'],
    [
      'body_form',
      { name: 'a b&c', tags: ['x', 'y,z'], point: { x: 1 }, deep: { a: { b: 2 } } },
      'application/x-www-form-urlencoded',
      'name=a%20b%26c&tags=x&tags=y%2Cz&point=%7B%22x%22%3A1%7D&deep%5Ba%5D%5Bb%5D=2',
    ],
  ])('sends %s', async (name, body, type, expected) => {
    const { headers, body: sent } = await asked(name, { body });
    expect(headers['content-type']).toBe(type);
    expect(sent).toBe(name === 'body_binary' ? expected : Buffer.from(expected).toString('latin1'));
  });

  it('sends forms with files', async () => {
    const { headers, body } = await asked('body_multipart', {
      body: {
        name: 'Rex "R"',
        tags: ['a', 'b'],
        point: { x: 1 },
        photo: { path: 'cat.png' },
        more: [{ base64: 'AA==', name: 'a".bin' }, { base64: 'AQ==' }],
      },
    });
    const [type, boundary = ''] = String(headers['content-type']).split(';boundary=');
    expect(type).toBe('multipart/form-data');
    const parts = body.split(`--${boundary}`).slice(1, -1);
    expect(
      parts.map((part) =>
        part
          .trim()
          .split('\r\n')
          .map((line) => line.trim()),
      ),
    ).toEqual([
      ['content-disposition: form-data; name="name"', '', 'Rex "R"'],
      ['content-disposition: form-data; name="tags"', '', 'a'],
      ['content-disposition: form-data; name="tags"', '', 'b'],
      ['content-disposition: form-data; name="point"', 'content-type: application/json', '', '{"x":1}'],
      ['content-disposition: form-data; name="photo"; filename="cat.png"', 'content-type: image/png', '', 'PNG'],
      [
        'content-disposition: form-data; name="more"; filename="a%22.bin"',
        'content-type: application/octet-stream',
        '',
        '\0',
      ],
      [
        'content-disposition: form-data; name="more"; filename="file"',
        'content-type: application/octet-stream',
        '',
        '\x01',
      ],
    ]);
    expect(body.endsWith(`--${boundary}--\r\n`)).toBe(true);
  });

  it('sends no file from elsewhere', async () => {
    for (const path of ['../secret.txt', join(folder, 'secret.txt'), 'none.png', '.']) {
      expect(await failing('body_binary', { body: { path } })).toMatch(/no file .* in API_FILES/);
    }
    expect(await failing('body_binary', { body: {} })).toMatch(/path or base64/);
    const other = await connect({ API_FILES: '' });
    expect(await failing('body_binary', { body: { path: 'cat.png' } }, other)).toMatch(/set API_FILES/);
    await other.close();
  });

  it('sends credentials of every kind, each where it belongs', async () => {
    expect((await asked('secured_header_key')).headers['x-key']).toBe('header-secret');
    expect((await asked('secured_query_key')).url).toBe('/v1/secured/query_key?key=query%20secret%26');
    expect((await asked('secured_cookie_key')).headers.cookie).toBe('session=cookie-secret');
    const basic = Buffer.from('ada:pass:wörd').toString('base64');
    expect((await asked('secured_basic')).headers.authorization).toBe(`Basic ${basic}`);
    expect((await asked('secured_bearer')).headers.authorization).toBe('Bearer bearer-secret');
    expect((await asked('secured_digest')).headers.authorization).toBe('GNAP gnap-secret');
    expect((await asked('secured_certificate')).url).toBe('/secured/certificate');
    const { headers } = await asked('secured_either');
    expect([headers['x-key'], headers.authorization]).toEqual(['header-secret', `Basic ${basic}`]);
    expect((await asked('secured_optional')).headers['x-unset']).toBeUndefined();
    expect(await failing('secured_unset')).toMatch(/set API_UNSET/);
    expect((await asked('typed', { id: 1 })).headers.authorization).toBeUndefined();
  });

  it('gets access tokens, keeps them, and gets new ones when they are taken back', async () => {
    const tokens = async () => String((await asked('secured_client')).headers.authorization);
    const first = await tokens();
    expect(await tokens()).toBe(first);
    mock.revokeTokens();
    const before = mock.asked.length;
    const result = await client.call('secured_client', {});
    expect(result.isError ?? false).toBe(false);
    expect(mock.asked.length).toBe(before + 2);
    const other = await connect({ API_CLIENT_CLIENT_SECRET: 'wrong' });
    const reason = await failing('secured_client', {}, other);
    expect(reason).toMatch(/No access token: the token service answers 400.*client id and secret/);
    expect(reason).not.toContain('wrong');
    await other.close();
    const third = await connect({ API_CLIENT_TOKEN: 'given' });
    expect(await failing('secured_client', {}, third)).toMatch(/401.*API_CLIENT_TOKEN/);
    await third.close();
  });

  it.each(outcomes)('answers %s as it should', async (name, { text, isError = false, tries = 1, structured, type }) => {
    const before = mock.asked.length;
    const result = await client.call(name, {});
    expect(textIn(result)).toMatch(text);
    expect(result.isError ?? false).toBe(isError);
    expect(result.structuredContent).toEqual(structured);
    if (type !== undefined) expect(result.content[0]?.type).toBe(type);
    expect(mock.asked.length - before).toBe(tries);
    expect(JSON.stringify(result)).not.toMatch(/header-secret|at .*\(.*:\d+:\d+\)|Traceback/);
    expect(mock.strangers).toEqual([]);
  });
});

const textIn = ({ content }: ToolResult): string => content.map(({ text }) => text ?? '').join('\n');
