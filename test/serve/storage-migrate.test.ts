import { describe, expect, it } from 'vitest';
import type { Finished } from '../support/child.ts';
import { openPlace } from '../support/store-bridge.ts';
import { dump, expectSame, fill } from '../support/store-entries.ts';
import { IS_FULL, rounds, sample } from '../support/tier.ts';
import { MOVES, useMigration } from '../support/use-migration.ts';

const COUNT = rounds({ standard: 60, full: 200 });

/** Every backend once as the old one and once as the new one, and each language: the commit chooses. */
const SAMPLE = sample(MOVES, ({ language, from, to }) => [language, `from ${from}`, `to ${to}`], { isFull: false });
/** Every pair once, in a language that the commit chooses; what each does with entries its contract shows. */
const PAIRS = sample(MOVES, ({ from, to }) => [`${from} to ${to}`], {
  isFull: false,
  always: (row) => SAMPLE.includes(row),
});

/** Those that run again, which has less to do with the backends; in the standard tier one a language. */
const AGAIN = sample(SAMPLE, ({ language }) => [language]);

// Each run installs a project, which is most of what these tests cost.
describe.each(IS_FULL ? PAIRS : SAMPLE)('a server in $language, from $from to $to', (row) => {
  const move = useMigration(row);

  function expectNoSecret({ stdout, stderr }: Finished): void {
    for (const password of move.passwords()) expect(stdout + stderr).not.toContain(password);
    expect(stdout + stderr).not.toContain('\u001B');
  }

  it('loses nothing, and shows nothing secret', async () => {
    await fill(move.source(), COUNT);
    const there = await move.run();
    expect(there, there.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining(`${COUNT} copied`) });
    expectSame(await dump(move.target()), await dump(move.source()));
    expectNoSecret(there);
  });

  if (!AGAIN.includes(row)) return;
  it('copies what is new since when it runs again', async () => {
    const source = await openPlace(move.source());
    await source.put('notes/0', 'newer');
    await source.delete('notes/4');
    await source.end();
    const again = await move.run('--json');
    expect(again, again.stdout + again.stderr).toMatchObject({ code: 0 });
    expect(JSON.parse(again.stdout)).toMatchObject({
      ok: true,
      entries: { total: COUNT - 1, copied: 0, replaced: 1, removed: 1, present: COUNT - 2 },
    });
    expectNoSecret(again);
  });

  it('replaces nothing that somebody has changed', async () => {
    const [source, target] = [await openPlace(move.source()), await openPlace(move.target())];
    await source.put('notes/0', 'newest');
    await target.put('notes/0', 'somebody else');
    const refused = await move.run('--json');
    expect(refused.code).toBe(3);
    expect(JSON.parse(refused.stdout)).toMatchObject({ code: 'target-not-empty', foreign: ['notes/0'] });
    expect((await target.get('notes/0'))?.value).toBe('somebody else');
    await Promise.all([source.end(), target.end()]);
  });
});
