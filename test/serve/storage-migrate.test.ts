import { describe, expect, it } from 'vitest';
import { BACKENDS, openPlace } from '../support/store-bridge.ts';
import { dump, expectSame, fill } from '../support/store-entries.ts';
import { IS_FULL, rounds, sample } from '../support/tier.ts';
import { type MigrationRow, useMigration } from '../support/use-migration.ts';

const DURABLE = BACKENDS.filter(({ isDurable }) => isDurable);

/** Every backend to every other one of its language. */
const ROWS: readonly MigrationRow[] = DURABLE.flatMap(({ language, storage: from }) =>
  DURABLE.filter((other) => other.language === language && other.storage !== from).map(({ storage: to }) => ({
    language,
    from,
    to,
  })),
);

const COUNT = rounds({ standard: 60, full: 200 });

// With every backend once as the old and once as the new one, and in the full tier every pair once, in a language that the
// commit chooses; what each does with entries its contract shows.
const valuesOf = ({ language, from, to }: MigrationRow): string[] =>
  IS_FULL ? [`${from} to ${to}`] : [language, `from ${from}`, `to ${to}`];

describe.each(sample(ROWS, valuesOf, { isFull: false }))('a server in $language, from $from to $to', (row) => {
  const move = useMigration(row);

  it('loses nothing, shows nothing secret, and finds all of it there the second time', async () => {
    await fill(move.source(), COUNT);
    const there = await move.run();
    expect(there, there.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining(`${COUNT} copied`) });
    expectSame(await dump(move.target()), await dump(move.source()));

    const again = await move.run('--json');
    expect(again, again.stderr).toMatchObject({ code: 0 });
    expect(JSON.parse(again.stdout)).toMatchObject({
      ok: true,
      entries: { total: COUNT, copied: 0, present: COUNT },
    });
    const said = [there, again].map(({ stdout, stderr }) => stdout + stderr).join('');
    for (const password of move.passwords()) expect(said).not.toContain(password);
    expect(said).not.toContain('\u001B');
  });

  it('replaces what it has copied before, and nothing that somebody has changed', async () => {
    const [source, target] = [await openPlace(move.source()), await openPlace(move.target())];
    await source.put('notes/0', 'newer');
    await source.delete('notes/4');
    const moved = await move.run('--json');
    expect(moved, moved.stdout + moved.stderr).toMatchObject({ code: 0 });
    expect(JSON.parse(moved.stdout).entries).toMatchObject({ replaced: 1, removed: 1, present: COUNT - 2 });
    await target.put('notes/0', 'somebody else');
    const refused = await move.run('--json');
    expect(refused.code).toBe(3);
    expect(JSON.parse(refused.stdout)).toMatchObject({ code: 'target-not-empty', foreign: ['notes/0'] });
    expect((await target.get('notes/0'))?.value).toBe('somebody else');
    await Promise.all([source.end(), target.end()]);
  });
});
