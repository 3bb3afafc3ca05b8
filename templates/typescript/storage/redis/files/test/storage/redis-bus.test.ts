import type { ServerEvent } from '@modelcontextprotocol/server';
import { expect, onTestFinished, test, vi } from 'vitest';
import { parseConfig } from '../../src/config.js';
import { createLog } from '../../src/log.js';
import { openBus } from '../../src/storage/redis-bus.js';
import { testEnvironment } from '../support/app.js';
import { startProxy, unproxied } from '../support/proxy.js';

/** A bus of an instance, and what its clients hear. */
async function instance(environment: Record<string, string>) {
  const config = parseConfig({ ...environment, LOG_LEVEL: 'error' });
  const bus = await openBus(config, createLog(config));
  onTestFinished(() => bus.close());
  const heard: ServerEvent[] = [];
  bus.subscribe((event) => heard.push(event));
  return { bus, heard };
}

const updated = (id: number | string): ServerEvent => ({ kind: 'resource_updated', uri: `note://${id}` });
const hundred = Array.from({ length: 100 }, (_, n) => updated(n));

test('carries every change to the other instance, in order, and tells its own clients once', async () => {
  const environment = testEnvironment();
  const [here, there] = [await instance(environment), await instance(environment)];
  for (const event of hundred) here.bus.publish(event);
  expect(here.heard).toEqual(hundred);
  await vi.waitFor(() => expect(there.heard).toHaveLength(100), { timeout: 10_000 });
  expect(there.heard).toEqual(hundred);
  expect(here.heard).toHaveLength(100);
});

test('keeps servers with different namespaces apart', async () => {
  const [here, there] = [await instance(testEnvironment()), await instance(testEnvironment())];
  here.bus.publish(updated(1));
  there.bus.publish(updated(2));
  await vi.waitFor(() => expect(there.heard).toContainEqual(updated(2)));
  expect(there.heard).not.toContainEqual(updated(1));
});

test('resumes by itself when the connection was lost', async ({ skip }) => {
  const environment = testEnvironment();
  const address = environment.REDIS_URL ?? '';
  const reason = unproxied(address);
  if (reason !== undefined) skip(reason);
  const proxy = await startProxy(address);
  onTestFinished(() => proxy.stop());
  const [here, there] = [await instance(environment), await instance({ ...environment, REDIS_URL: proxy.url })];

  await proxy.stop();
  here.bus.publish(updated(1));
  there.bus.publish(updated(2));
  // Its own clients hear at once; the other instance does not.
  expect(there.heard).toEqual([updated(2)]);

  await proxy.start();
  const started = performance.now();
  // What was lost meanwhile cannot be known, so clients are told to look again.
  await vi.waitFor(() => expect(there.heard).toContainEqual({ kind: 'resources_list_changed' }), { timeout: 10_000 });
  process.stderr.write(`change events: resumed after ${Math.round(performance.now() - started)} ms\n`);
  here.bus.publish(updated(3));
  there.bus.publish(updated(4));
  await vi.waitFor(() => expect(there.heard).toContainEqual(updated(3)), { timeout: 10_000 });
  await vi.waitFor(() => expect(here.heard).toContainEqual(updated(4)), { timeout: 10_000 });
  expect(here.heard).not.toContainEqual(updated(2));
});
