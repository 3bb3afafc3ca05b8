import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Bridge } from '../../src/storage/bridge.ts';
import { increment } from '../../src/storage/contract/check.ts';
import { isFault } from '../../src/storage/store.ts';
import { BACKENDS, flagsOf, openPlace, placeIn } from '../support/store-bridge.ts';
import { dump, expectSame, fill } from '../support/store-entries.ts';
import { rounds, sample } from '../support/tier.ts';
import { useMade } from '../support/use-made.ts';
import { type MigrationRow, useMigration } from '../support/use-migration.ts';
import { useService } from '../support/use-service.ts';

const DURABLE = BACKENDS.filter(({ isDurable }) => isDurable);
const KILLS = rounds({ standard: 3, full: 12 });
/** Each time a project is installed anew. */
const MIGRATIONS_KILLED = rounds({ standard: 3, full: 6 });
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

const MOVES: readonly MigrationRow[] = DURABLE.filter(({ storage }) => storage !== 'sqlite').map(
  ({ language, storage }) => ({ language, from: 'sqlite', to: storage }),
);

describe.each(sample(MOVES, ({ language }) => [language]))('a migration in $language from $from to $to', (row) => {
  const move = useMigration(row);
  const COUNT = rounds({ standard: 150, full: 400 });

  it(`is completed by the next run, however often it is killed or interrupted`, async () => {
    await fill(move.source(), COUNT);
    for (let round = 0; round < MIGRATIONS_KILLED; round++) {
      const running = move.start();
      // When all is installed and copying begins, at any moment.
      await running.until(({ stderr }) => stderr.includes('✓ Installed'));
      await sleep(Math.random() * 2500);
      if (round % 2 === 0) await running.stop();
      else {
        running.kill('SIGINT');
        const { code, stderr } = await running.finished;
        if (code !== 0) expect({ code, stderr }).toMatchObject({ code: 130, stderr: expect.stringContaining('safe') });
      }
    }
    const done = await move.run();
    expect(done, done.stdout + done.stderr).toMatchObject({ code: 0 });
    // What a killed run had just sent may arrive later: the entry by which it looks at a place, which expires in a minute.
    const copies = (await dump(move.target())).filter(({ key }) => !key.startsWith('mason-migrate/'));
    expectSame(copies, await dump(move.source()));
  });
});
