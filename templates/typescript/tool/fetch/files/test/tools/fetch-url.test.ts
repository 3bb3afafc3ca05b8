import { describe, expect, test } from 'vitest';
import { isPublic } from '../../src/fetch/addresses.js';
import { toText } from '../../src/fetch/text.js';
import { testApp } from '../support/app.js';
import { callFailing, callOk, connect, ERAS } from '../support/connect.js';
import { localServer } from '../support/local-server.js';

const LOCAL = { FETCH_ALLOW_PRIVATE: 'true' };

describe.each(ERAS)('fetch-url for clients of %s', (era) => {
  test('reads a page as text', async () => {
    const html = '<html><script>evil()</script><h1>Tea &amp; cake</h1><p>At <b>four</b>.</p></html>';
    const url = await localServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(html);
    });
    const client = await connect(await testApp(LOCAL), era);
    expect(await callOk(client, 'fetch-url', { url })).toEqual({
      url: `${url}/`,
      status: 200,
      contentType: 'text/html; charset=utf-8',
      text: 'Tea & cake\n\nAt four.',
      cut: false,
    });
  });

  test('hands out a long page in parts', async () => {
    const text = Array.from({ length: 100 }, (_, n) => `line ${n}`).join('\n');
    const url = await localServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' }).end(text);
    });
    const client = await connect(await testApp(LOCAL), era);
    let read = '';
    let offset: unknown = 0;
    while (offset !== undefined) {
      const part = await callOk(client, 'fetch-url', { url, offset, maxChars: 300 });
      read += part.text;
      offset = part.nextOffset;
    }
    expect(read).toBe(text);
  });

  test('stops reading at the size limit', async () => {
    const url = await localServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' }).end('x'.repeat(10_000));
    });
    const client = await connect(await testApp({ ...LOCAL, FETCH_MAX_BYTES: '2000' }), era);
    const page = await callOk(client, 'fetch-url', { url });
    expect(page).toMatchObject({ cut: true, text: 'x'.repeat(2000) });
  });

  test('follows redirects, but not for ever', async () => {
    const url = await localServer((request, response) => {
      const left = Number(request.url?.slice(1));
      if (left > 0) response.writeHead(302, { location: `/${left - 1}` }).end();
      else response.writeHead(200, { 'content-type': 'text/plain' }).end('there');
    });
    const client = await connect(await testApp(LOCAL), era);
    expect(await callOk(client, 'fetch-url', { url: `${url}/3` })).toMatchObject({ url: `${url}/0`, text: 'there' });
    const failure = await callFailing(client, 'fetch-url', { url: `${url}/9` });
    expect(failure).toMatchObject({ reason: 'too_many_redirects' });
  });

  test.each(['http://127.0.0.1/', 'http://localhost/', 'http://[::1]/', 'http://169.254.169.254/latest', 'http://0/'])(
    'does not reach into its own network: %s',
    async (url) => {
      const client = await connect(await testApp(), era);
      expect(await callFailing(client, 'fetch-url', { url })).toMatchObject({ reason: 'address_not_allowed' });
    },
  );

  test('refuses what is not text', async () => {
    const url = await localServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'image/png' }).end('png');
    });
    const client = await connect(await testApp(LOCAL), era);
    expect(await callFailing(client, 'fetch-url', { url })).toMatchObject({ reason: 'not_text' });
    const bad = await callFailing(client, 'fetch-url', { url: 'file:///etc/passwd' });
    expect(bad).toMatchObject({ reason: 'invalid_arguments' });
  });

  test('does not wait for a server that hangs', async () => {
    const url = await localServer(() => {});
    const client = await connect(await testApp({ ...LOCAL, FETCH_TIMEOUT_MS: '30' }), era);
    expect(await callFailing(client, 'fetch-url', { url })).toMatchObject({ reason: 'unreachable', retryable: true });
  });
});

test.each([
  ['93.184.216.34', true],
  ['2606:2800:220:1::1', true],
  ['10.1.2.3', false],
  ['100.64.0.1', false],
  ['172.31.255.255', false],
  ['192.168.0.1', false],
  ['224.0.0.1', false],
  ['::1', false],
  ['::ffff:127.0.0.1', false],
  ['64:ff9b::7f00:1', false],
  ['fd00::1', false],
  ['fe80::1', false],
  ['2002:7f00:1::', false],
])('isPublic(%s) is %s', (address, expected) => {
  expect(isPublic(address)).toBe(expected);
});

test('reads pages in their own encoding', () => {
  expect(toText(Buffer.from('caf\xe9', 'latin1'), 'text/plain; charset=iso-8859-1')).toBe('café');
  expect(toText(Buffer.from('&#233;&#x1F98A;&unknown;&lt;'), 'text/html')).toBe('é🦊&unknown;<');
});
