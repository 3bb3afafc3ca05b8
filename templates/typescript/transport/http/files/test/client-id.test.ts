import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { clientIdOf } from '../src/transport/client-id.js';

type Request = Parameters<typeof clientIdOf>[0];

/** Who a server takes for the sender, when the address is 127.0.0.1 and this is in the header. */
async function idOf(forwarded: string | undefined, proxies: number, change?: (request: Request) => void) {
  let id = '';
  const server = createServer((request, response) => {
    change?.(request);
    id = clientIdOf(request, proxies);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const headers: Record<string, string> = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  await fetch(`http://127.0.0.1:${port}`, { headers });
  return id;
}

test('is the address, whatever the client claims', async () => {
  expect(await idOf(undefined, 0)).toBe('127.0.0.1');
  expect(await idOf('1.2.3.4', 0)).toBe('127.0.0.1');
});

test('behind proxies is the address that the first of them saw', async () => {
  expect(await idOf('1.2.3.4', 1)).toBe('1.2.3.4');
  expect(await idOf('6.6.6.6, 1.2.3.4', 1)).toBe('1.2.3.4');
  expect(await idOf('6.6.6.6, 1.2.3.4, 10.0.0.1', 2)).toBe('1.2.3.4');
  expect(await idOf(undefined, 1)).toBe('127.0.0.1');
});

test('of IPv6 is the network', async () => {
  expect(await idOf('2001:DB8::1', 1)).toBe('2001:db8:0:0');
  expect(await idOf('2001:db8:0:0:ffff:1:2:3', 1)).toBe('2001:db8:0:0');
  expect(await idOf('::1', 1)).toBe('0:0:0:0');
  expect(await idOf('::ffff:1.2.3.4', 1)).toBe('1.2.3.4');
});

test('is the client that was authenticated, where there is one', async () => {
  const auth = { token: 't', clientId: 'c', scopes: [] };
  const id = await idOf('1.2.3.4', 1, (request) => Object.assign(request, { auth }));
  expect(id).toBe('client c');
});
