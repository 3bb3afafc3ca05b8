import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CliError } from '../../../src/base/errors.ts';
import { type Bridge, type BridgeLimits, openBridge } from '../../../src/storage/bridge.ts';
import { proveStore } from '../../../src/storage/contract/prove.ts';
import { StoreFault } from '../../../src/storage/store.ts';
import { storeEnv, storePlace, storeProject } from './store-project.ts';

interface Opening {
  readonly dir?: string;
  readonly mode?: string;
  readonly limits?: Partial<BridgeLimits>;
  readonly signal?: AbortSignal;
}

async function open({ dir = storeProject(), mode = '', limits, signal }: Opening = {}): Promise<Bridge> {
  const options = { env: storeEnv(), signal: signal ?? new AbortController().signal };
  const all = { open: 30_000, request: 30_000, close: 5_000, ...limits };
  const bridge = await openBridge(storePlace(dir, { MODE: mode }), { ...options, limits: all });
  onTestFinished(() => bridge.kill());
  return bridge;
}

const failed = async (promise: Promise<unknown>): Promise<Error> =>
  promise.then(
    () => new Error('It succeeded.'),
    (error: Error) => error,
  );

describe('the bridge to the store of a project', () => {
  it('opens it in its own process, uses it and closes it', async () => {
    const store = await open();
    const put = await store.put('notes/1', { title: 'naïve 🦊' }, { ttlMs: 60_000 });
    expect(put).toMatchObject({ key: 'notes/1', value: { title: 'naïve 🦊' } });
    expect(await store.get('notes/1')).toEqual(put);
    expect(await store.get('notes/2')).toBeUndefined();
    expect(await store.list({ prefix: 'notes/' })).toEqual({ entries: [put] });
    const { value: _, ...bare } = put;
    expect(await store.listKeys()).toEqual({ entries: [bare] });
    expect(await store.delete('notes/1', { ifVersion: put.version })).toBe(true);
    expect(await store.delete('notes/1')).toBe(false);
    await store.close();
    expect(await failed(store.get('notes/1'))).toMatchObject({ code: 'closed' });
    await store.end();
  });

  it('hands the errors of the store on, and tells others from them', async () => {
    const store = await open({ mode: 'typo' });
    expect(await failed(store.get('../x'))).toMatchObject({ name: 'StoreFault', code: 'invalid_key' });
    expect(await failed(store.list({ limit: 0 }))).toMatchObject({ code: 'range' });
    expect(await failed(store.put('x', 1))).toMatchObject({
      code: 'internal',
      message: 'undefined is not a function',
    });
  });

  it('keeps many calls apart', async () => {
    const store = await open();
    const keys = Array.from({ length: 50 }, (_, n) => `key/${n}`);
    await Promise.all(keys.map((key) => store.put(key, key)));
    const read = await Promise.all(keys.map((key) => store.get(key)));
    expect(read.map((entry) => entry?.value)).toEqual(keys);
  });

  it('hears nothing of what else the project prints', async () => {
    const store = await open({ mode: 'noisy' });
    expect(await store.get('nothing')).toBeUndefined();
    await store.put('large', 'x'.repeat(1_000_000));
    expect(String((await store.get('large'))?.value)).toHaveLength(1_000_000);
  });

  it('says why it cannot be opened, and nothing that a terminal obeys', async () => {
    const error = await failed(open({ mode: 'refuse' }));
    expect(error).toBeInstanceOf(StoreFault);
    expect(error).toMatchObject({ code: 'unavailable', message: 'Set DATABASE_URL.' });
  });

  it('shows the last words of a project that exits', async () => {
    const { message } = await failed(open({ mode: 'exit' }));
    expect(message).toBe(
      'The process in the project exited with code 1 before it opened its store. It said:\nFILE_PATH: expected a path\\u0007',
    );
  });

  it('shows no secret of the project', async () => {
    const place = storePlace(storeProject(), { MODE: 'refuse', API_TOKEN: 'DATABASE' });
    const options = { env: storeEnv(), signal: new AbortController().signal };
    expect((await failed(openBridge(place, options))).message).toBe('Set ***_URL.');
  });

  it('says what is missing in an app without a store', async () => {
    expect((await failed(open({ mode: 'empty' }))).message).toContain('openApp() returns has no store');
  });

  it('says so when there is no such program', async () => {
    const place = {
      ...storePlace(storeProject()),
      machine: { ...storeEnv({ nodePath: '/no/such/node' }), uvPath: undefined },
    };
    const options = { env: storeEnv(), signal: new AbortController().signal };
    expect((await failed(openBridge(place, options))).message).toMatch(/could not be started \(spawn \/no\/such\/node/);
  });

  it('waits for nobody for ever', async () => {
    expect(await failed(open({ mode: 'silent', limits: { open: 1000 } }))).toMatchObject({ code: 'gone' });
    const store = await open({ mode: 'stuck', limits: { request: 300 } });
    expect((await failed(store.put('x', 1))).message).toContain('has not answered put within 0.3 s');
  });

  it('notices that its process has been killed', async () => {
    const store = await open({ mode: 'stuck' });
    const putting = failed(store.put('x', 1));
    store.kill();
    expect(await putting).toMatchObject({ code: 'gone', message: expect.stringContaining('was ended by SIGKILL') });
    expect((await failed(store.get('x'))).message).toContain('was ended by SIGKILL before it answered get');
  });

  it('stops when the run is cancelled', async () => {
    const controller = new AbortController();
    const opening = failed(open({ mode: 'silent', signal: controller.signal }));
    await sleep(50);
    controller.abort();
    expect(await opening).toBeInstanceOf(CliError);
    expect(await failed(open({ signal: controller.signal }))).toMatchObject({ code: 'cancelled' });
  });

  it('proves a store by the contract, and leaves nothing behind', async () => {
    const dir = storeProject();
    const { isShared, steps } = await proveStore({
      open: () => open({ dir }),
      promisesShared: true,
    });
    expect(steps.filter(({ ok }) => !ok)).toEqual([]);
    expect(isShared).toBe(true);
    expect(JSON.parse(readFileSync(join(dir, 'data', 'store.json'), 'utf8'))).toEqual({});
  });
});
