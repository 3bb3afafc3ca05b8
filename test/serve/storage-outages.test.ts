import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { Bridge } from '../../src/storage/bridge.ts';
import type { Store } from '../../src/storage/store.ts';
import { type ServiceProxy, startProxy } from '../support/proxy.ts';
import { type BackendRow, flagsOf, openPlace, placeIn, SOME_BACKENDS } from '../support/store-bridge.ts';
import { useMade } from '../support/use-made.ts';
import { useService } from '../support/use-service.ts';

type Row = BackendRow & { readonly serviceUrl: string };
const ROWS = SOME_BACKENDS.filter((row): row is Row => row.serviceUrl !== undefined);

/** Longer than any call may take: what is not answered by then hangs. */
const LONGEST_MS = 15_000;

describe.each(ROWS)('the service of $storage, of a server in $language, that', ({ language, storage, serviceUrl }) => {
  const service = useService(storage);
  const project = useMade({ name: 'kept', language, flags: flagsOf({ storage }) });
  const open: Bridge[] = [];
  let proxy: ServiceProxy | undefined;
  afterEach(async () => {
    for (const store of open.splice(0)) store.kill();
    await proxy?.stop();
    proxy = undefined;
  });

  /** The service, by way of something that can stand in its way. */
  async function proxied(): Promise<{ readonly way: ServiceProxy; readonly store: () => Promise<Bridge> }> {
    const settings = service.env();
    const way = await startProxy(settings[serviceUrl] ?? '');
    proxy = way;
    const place = placeIn(project.dir, language, { ...settings, [serviceUrl]: way.url });
    const store = async (): Promise<Bridge> => {
      const opened = await openPlace(place);
      open.push(opened);
      return opened;
    };
    return { way, store };
  }

  it('stops and starts again, makes calls fail at once, and then they go on', async () => {
    const { way, store: openStore } = await proxied();
    const store = await openStore();
    const { version } = await store.put('before', 1);
    const underWay = Array.from({ length: 20 }, (_, n) => store.put(`under-way/${n % 5}`, n));
    await way.stop();
    for (const fate of await settled(underWay)) {
      if (fate.status === 'rejected') expect(fate.reason).toMatchObject({ code: 'unavailable' });
    }
    await expectUnavailable(store);
    await way.start();
    await recovery(store);
    expect(await store.get('before')).toMatchObject({ value: 1, version });
    await store.put('before', 2, { ifVersion: version });
  });

  it('is stuck, makes calls give up, and then they go on', async () => {
    const { way, store: openStore } = await proxied();
    const store = await openStore();
    await store.put('before', 1);
    way.freeze();
    await expectUnavailable(store);
    await way.start();
    await recovery(store);
  });

  it('stops and starts again and again, loses no update', async () => {
    const { way, store: openStore } = await proxied();
    const store = await openStore();
    let acknowledged = 0;
    let isDone = false;
    const writing = (async () => {
      for (let n = 0; !isDone; n++) {
        if (await survives(store.put('last', n))) acknowledged = n;
        // Failing can be so quick that nothing else would get its turn.
        else await sleep(1);
      }
    })();
    for (let outage = 0; outage < 3; outage++) {
      await expect.poll(() => survives(store.get('last')), { timeout: LONGEST_MS }).toBe(true);
      await way.stop();
      await way.start();
    }
    await expect.poll(() => survives(store.get('last')), { timeout: LONGEST_MS }).toBe(true);
    isDone = true;
    await writing;
    // What failed may have been written as well, so it can be later than what was acknowledged last, never earlier.
    expect((await store.get('last'))?.value).toBeGreaterThanOrEqual(acknowledged);
  });

  it('is not there at the start, is named with what to set, and no secret is told', async () => {
    const { way, store } = await proxied();
    await way.stop();
    const error = await store().then(
      () => new Error('It was opened.'),
      (thrown: Error) => thrown,
    );
    expect(error).toMatchObject({ code: 'unavailable', message: expect.stringContaining(serviceUrl) });
    expect(error.message).not.toContain(service.password());
    expect(error.message).not.toContain(way.url);
  });

  it.each(['stop', 'freeze'] as const)('is gone (%s), lets the store be closed all the same', async (how) => {
    const { way, store: openStore } = await proxied();
    const store = await openStore();
    await store.put('before', 1);
    await way[how]();
    await settled([store.get('before'), store.close()]);
    await expect(store.get('before')).rejects.toMatchObject({ code: 'closed' });
  });
});

/** Every call fails, and none hangs. */
async function expectUnavailable(store: Store): Promise<void> {
  const calls = [
    store.get('before'),
    store.put('before', 0, { ifVersion: 'none' }),
    store.put('during', 1),
    store.delete('during'),
    store.list(),
  ];
  for (const fate of await settled(calls)) {
    expect(fate).toMatchObject({ status: 'rejected', reason: { code: 'unavailable' } });
  }
}

async function settled(calls: readonly Promise<unknown>[]): Promise<PromiseSettledResult<unknown>[]> {
  const started = performance.now();
  const fates = await Promise.allSettled(calls);
  expect(performance.now() - started, 'the longest call, in ms').toBeLessThan(LONGEST_MS);
  return fates;
}

/** Tries until the store answers again. */
const recovery = (store: Store): Promise<void> =>
  expect.poll(() => survives(store.put('after', 1)), { timeout: LONGEST_MS, interval: 10 }).toBe(true);

/** Whether a call succeeds. The only way in which it may fail is that the service does not answer. */
async function survives(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: 'unavailable' });
    return false;
  }
}
