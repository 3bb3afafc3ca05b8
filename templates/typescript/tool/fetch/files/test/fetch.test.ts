import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, beforeEach, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { call, clients, config, failure } from './clients.js';

interface Page {
  readonly url: string;
  readonly text: string;
  readonly next?: number;
}

/** A page of the web, on this machine. */
let answer: RequestListener;
const web = createServer((request, response) => answer(request, response)).listen(0, '127.0.0.1');
await once(web, 'listening');
after(() => web.close());
const url = `http://127.0.0.1:${(web.address() as AddressInfo).port}/page`;
beforeEach(() => {
  config.FETCH_ALLOW_PRIVATE = true;
});

const page = (body: string | Buffer, headers = {}) => {
  answer = (_, response) => response.writeHead(200, { 'content-type': 'text/html', ...headers }).end(body);
};

for (const [era, client] of clients) {
  const fetch = (start = 0) => call<Page>(client, 'fetch_url', { url, start });

  test(`a page is text without markup (${era})`, async () => {
    page('<title>T</title><script>a < b</script><p class="a>b">1 &lt; 2 &#x1F600; &constructor;</p>x < y<br>z');
    assert.equal((await fetch()).text, 'T\n\n1 < 2 😀 &constructor;\nx < y\nz');
  });

  test(`a packed page is unpacked (${era})`, async () => {
    page(gzipSync('packed'), { 'content-encoding': 'gzip' });
    assert.equal((await fetch()).text, 'packed');
  });

  test(`a long page comes in parts, cut between characters (${era})`, async () => {
    const text = `a${'😀'.repeat(8000)}`;
    page(text, { 'content-type': 'text/plain' });
    const first = await fetch();
    const second = await fetch(first.next);
    assert.ok(first.text.isWellFormed());
    assert.equal(first.text + second.text, text);
    assert.equal(second.next, undefined);
  });

  test(`a page of broken markup takes no time (${era})`, async () => {
    for (const broken of ['<', '<a ', '<p ', '<!--', "<a b='", '<script>', '&', '</']) {
      page(broken.repeat(1_000_000 / broken.length));
      const start = performance.now();
      await fetch();
      assert.ok(performance.now() - start < 3000, broken);
    }
  });

  test(`an address that is not public is refused (${era})`, async () => {
    config.FETCH_ALLOW_PRIVATE = false;
    for (const host of ['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '169.254.169.254', '0x7f.1']) {
      assert.match(await failure(client, 'fetch_url', { url: `http://${host}/` }), /not a public address/);
    }
  });
}
