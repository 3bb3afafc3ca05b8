import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { asOf, type Registry, startRegistry } from '../support/registry.ts';

const BEFORE = new Date('2026-02-01T00:00:00Z');
const PACKUMENT = {
  name: '@some/thing',
  'dist-tags': { latest: '1.11.0', next: '2.0.0-beta.1', old: '0.9.0' },
  versions: { '0.9.0': {}, '1.2.0': {}, '1.10.0': { bin: 'x' }, '1.11.0': {}, '2.0.0-beta.1': {}, '1.99.0': {} },
  time: {
    created: '2025-01-01T00:00:00.000Z',
    '0.9.0': '2025-01-01T00:00:00.000Z',
    '1.2.0': '2026-01-20T00:00:00.000Z',
    '1.10.0': '2026-01-10T00:00:00.000Z',
    '1.11.0': '2026-02-01T00:00:00.001Z',
    '2.0.0-beta.1': '2026-01-30T00:00:00.000Z',
  },
};

it('a package has the versions of the time, and a latest one among them', () => {
  const { versions, 'dist-tags': tags } = asOf(PACKUMENT, BEFORE);
  expect(Object.keys(versions)).toEqual(['0.9.0', '1.2.0', '1.10.0', '2.0.0-beta.1']);
  expect(versions['1.10.0']).toEqual({ bin: 'x' });
  expect(tags).toEqual({ latest: '1.10.0', next: '2.0.0-beta.1', old: '0.9.0' });
  expect(asOf(PACKUMENT, new Date('2026-03-01')).versions).not.toHaveProperty('1.99.0');
  expect(asOf(PACKUMENT, new Date('2020-01-01'))).toMatchObject({ 'dist-tags': {}, versions: {} });
});

/** With the answers of a source that has one package, and counts what it is asked. */
async function start(): Promise<{ registry: Registry; source: string; requests: string[] }> {
  const requests: string[] = [];
  const server = createServer(({ url = '' }, response) => {
    requests.push(url);
    // The first try fails, as networks do.
    if (requests.length === 1) return response.destroy();
    response.statusCode = decodeURIComponent(url) === '/npm/@some/thing' ? 200 : 404;
    response.end(JSON.stringify(PACKUMENT));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const source = `http://127.0.0.1:${(server.address() as AddressInfo).port}/npm`;
  const registry = await startRegistry(BEFORE, source);
  onTestFinished(() => registry.close());
  return { registry, source, requests };
}

it('the registry asks its source once for each package, however its name is written, and says who was asked for', async () => {
  const { registry, requests } = await start();
  for (const name of ['@some%2fthing', '@some%2Fthing', '@some/thing']) {
    const response = await fetch(registry.url + name);
    expect([response.status, await response.json()]).toMatchObject([200, { 'dist-tags': { latest: '1.10.0' } }]);
  }
  // One that failed, one that did not.
  expect(requests).toHaveLength(2);
  expect((await fetch(`${registry.url}unknown`)).status).toBe(404);
  expect(registry.asked()).toEqual([...Array(3).fill('@some/thing'), 'unknown']);
  expect(registry.asked()).toEqual([]);
});

it('the registry leads to its source for everything else, and is gone when it is closed', async () => {
  const { registry, source } = await start();
  const path = '@some/thing/-/thing-1.2.0.tgz';
  const response = await fetch(registry.url + path, { redirect: 'manual' });
  expect([response.status, response.headers.get('location')]).toEqual([307, `${source}/${path}`]);
  await registry.close();
  await expect(fetch(registry.url)).rejects.toThrow();
});
