import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Bridge } from '../../src/storage/bridge.ts';
import { increment } from '../../src/storage/contract/check.ts';
import { isFault } from '../../src/storage/store.ts';
import { flagsOf, openPlace, placeIn, SOME_BACKENDS } from '../support/store-bridge.ts';
import { rounds } from '../support/tier.ts';
import { useMade } from '../support/use-made.ts';
import { useService } from '../support/use-service.ts';

const DURABLE = SOME_BACKENDS.filter(({ isDurable }) => isDurable);
const KILLS = rounds({ standard: 3, full: 5 });
const WRITERS = 6;

describe.each(DURABLE)('processes with the store $storage in $language', ({ language, storage }) => {
  const service = useService(storage);
  const project = useMade({ name: 'kept', language, flags: flagsOf({ storage }) });

  it(`lose nothing that was acknowledged when they are killed, ${KILLS} times`, async () => {
    const place = placeIn(project.dir, language, service.env());
    /** What was acknowledged, and what was asked for last, by key. */
    const written: Written = { acknowledged: new Map(), asked: new Map() };
    let counted = 0;
    for (let round = 0; round < KILLS; round++) {
      const doomed = await openPlace(place);
      const writing = [
        ...Array.from({ length: WRITERS }, (_, writer) =>
          untilGone(async (n) => {
            const key = `kill/${writer}/${n % 10}`;
            const value = round * 1_000_000 + n;
            written.asked.set(key, value);
            await doomed.put(key, value);
            written.acknowledged.set(key, value);
          }),
        ),
        untilGone(async () => {
          counted = await increment(doomed, 'kill/count');
        }),
      ];
      const before = counted;
      // Not before something was written, and then at any moment.
      while (counted === before) await Promise.race([sleep(5), ...writing]);
      await sleep(Math.random() * 200);
      doomed.kill();
      await Promise.all(writing);
      counted = await verify(await openPlace(place), written, counted);
    }
  });
});

async function untilGone(work: (n: number) => Promise<void>): Promise<void> {
  try {
    for (let n = 0; ; n++) await work(n);
  } catch (error) {
    if (!isFault(error, 'gone')) throw error;
  }
}

interface Written {
  readonly acknowledged: Map<string, number>;
  readonly asked: Map<string, number>;
}

/** Everything that was acknowledged is there, or what was being written at that moment. @returns the count */
async function verify(store: Bridge, { acknowledged, asked }: Written, counted: number): Promise<number> {
  for (const [key, value] of acknowledged) {
    const there = Number((await store.get(key))?.value);
    expect([value, asked.get(key)], key).toContain(there);
    acknowledged.set(key, there);
  }
  const there = Number((await store.get('kill/count'))?.value);
  expect([counted, counted + 1]).toContain(there);
  await store.end();
  return there;
}
