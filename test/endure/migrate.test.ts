import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { dump, expectSame, fill } from '../support/store-entries.ts';
import { rounds, sample } from '../support/tier.ts';
import { MOVES, useMigration } from '../support/use-migration.ts';

/** Each time a project is installed anew, which is most of what this costs. */
const INTERRUPTIONS = 3;

/** With so many entries every pair in both languages is moved, for which no tier has the time: docs/testing.md. */
const MANY = process.env.MASON_ENTRIES;
const COUNT = Number(MANY ?? rounds({ standard: 150, full: 400 }));

/** Only to end what hangs: a file store writes all that it has with each of so many entries. */
const MOST_MS = MANY === undefined ? 600_000 : 3_600_000;

/** Else to each backend once, in a language that the commit chooses. */
const ROWS =
  MANY === undefined
    ? sample(
        MOVES.filter(({ from }) => from === 'sqlite'),
        ({ to, language }) => [to, language],
        { isFull: false },
      )
    : MOVES;

describe.each(sample(ROWS, ({ language }) => [language]))('a migration in $language from $from to $to', (row) => {
  const move = useMigration(row);

  it('is completed by the next run, however often it is killed or interrupted', { timeout: MOST_MS }, async () => {
    await fill(move.source(), COUNT);
    for (let round = 0; round < INTERRUPTIONS; round++) {
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
