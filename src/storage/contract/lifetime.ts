import { setTimeout as sleep } from 'node:timers/promises';
import { isFault, StoreFault } from '../store.ts';
import { type Bench, Broken, type ContractCheck, equal, fails, holds, increment, type OpenStore } from './check.ts';

/** Opening and closing, and processes that end. */
export const LIFETIME: readonly ContractCheck[] = [
  {
    name: 'durable',
    promise: 'Data outlives the process that wrote it.',
    repair: 'Answer a put when the entry is where it will be found after a restart.',
    isForShared: true,
    async run(bench, key) {
      const written = await used(bench, async (store) => {
        await store.put(key('kept-for-long'), 1, { ttlMs: 3_600_000 });
        return store.put(key('kept'), { still: 'here' });
      });
      const { one } = bench;
      equal(await one.get(key('kept')), written, 'What another process has written and left');
      holds((await one.get(key('kept-for-long')))?.expiresAt !== undefined, 'The end of an entry was forgotten.');
      await one.put(key('kept'), 2, { ifVersion: written.version });
    },
  },
  {
    name: 'close',
    promise: 'A store can be closed twice, finishes what is under way, and refuses calls from then on.',
    repair: 'Remember that the store is closed, and throw closed in every other method.',
    async run(bench, key) {
      await used(bench, async (store) => {
        const names = Array.from({ length: 20 }, (_, n) => key(`under-way/${n}`));
        const puts = names.map((name, n) => settled(store.put(name, n)));
        await store.close();
        const fates = await Promise.all(puts);
        await store.close();
        await fails(store.get(key('any')), 'closed', 'get after close');
        await fails(store.put(key('any'), 1), 'closed', 'put after close');
        await fails(store.delete(key('any')), 'closed', 'delete after close');
        await fails(store.list({ prefix: key('') }), 'closed', 'list after close');
        if (!bench.isShared) return;
        for (const [n, isWritten] of fates.entries()) {
          const there = (await bench.one.get(names[n] ?? ''))?.value;
          if (isWritten) equal(there, n, 'What a put has written that succeeded while the store was closed');
        }
      });
    },
  },
  {
    name: 'open-together',
    promise: 'Processes that open the store at once do not disturb one another.',
    repair: 'Make tables, folders and files in such a way that it does no harm when they are made twice.',
    isForShared: true,
    async run(bench, key) {
      const stores = await Promise.all([bench.open(), bench.open()]);
      try {
        const makes = stores.flatMap((store) =>
          Array.from({ length: 10 }, (_, n) => settled(store.put(key(`made/${n}`), n, { ifVersion: null }))),
        );
        const made = (await Promise.all(makes)).filter((isMade) => isMade).length;
        equal(made, 10, 'The number of keys that were made when two processes tried to make each of ten');
      } finally {
        await Promise.all(stores.map((store) => store.end()));
      }
    },
  },
  {
    name: 'killed',
    promise: 'A process that is killed while it writes loses nothing that was acknowledged, and blocks nobody.',
    repair:
      'Let locks end with their process, and write an entry in one step: a transaction, or a file that is renamed.',
    isForShared: true,
    async run(bench, key) {
      const doomed = await bench.open();
      let acknowledged = 0;
      const counting = (async () => {
        for (;;) acknowledged = await increment(doomed, key('count'));
      })().catch((error: unknown) => {
        if (!isFault(error, 'gone')) throw error;
      });
      while (acknowledged < 10) await Promise.race([sleep(5), counting]);
      doomed.kill();
      await counting;
      await bench.one.put(key('after'), 1);
      // The write that was under way may have been done as well.
      const there = Number((await bench.one.get(key('count')))?.value);
      const isKept = there === acknowledged || there === acknowledged + 1;
      holds(isKept, `The last number that was acknowledged is ${acknowledged}, but ${there} is there.`);
      equal(await increment(bench.other, key('count')), there + 1, 'The next number');
    },
  },
];

/** Works with a store in a process of its own, and lets that end. */
async function used<T>(bench: Bench, work: (store: OpenStore) => Promise<T>): Promise<T> {
  const store = await bench.open();
  try {
    return await work(store);
  } finally {
    await store.end();
  }
}

/** Whether a call succeeded; it may only fail as a store does. */
async function settled(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (!(error instanceof StoreFault)) throw error;
    if (error.code !== 'internal') return false;
    throw new Broken(`A call fails with an error that is not a StoreError: ${error.message}`);
  }
}
