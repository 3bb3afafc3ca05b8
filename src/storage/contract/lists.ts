import { setTimeout as sleep } from 'node:timers/promises';
import type { Store, StoreEntry } from '../store.ts';
import { byBytes, type ContractCheck, equal, fails, holds, walk } from './check.ts';

const NAMES = ['L/b', 'L/a', 'L/a/b', 'L/a-b', 'L/é', 'L/Z', 'L/\u{1F98A}', 'L/\uFF5E', 'L/%', 'L/_'];
const PATTERNS = ['P%', 'P_', 'P*', 'P[a]', 'P\\'];
const LIFETIME_MS = 1500;
const FAR_CLOCK_MS = 60_000;
const LONG_AGO = '2001-02-03T04:05:06.789Z';

const keysOf = (entries: readonly StoreEntry[]): string[] => entries.map(({ key }) => key);

/** Lists, and entries that end by themselves. */
export const LISTS: readonly ContractCheck[] = [
  {
    name: 'list',
    promise: 'Lists have whole entries, by prefix, in the order of their bytes, page by page, each once.',
    repair:
      'Order by the bytes of the key (COLLATE "C" in PostgreSQL), and go on behind the last key of the page before.',
    async run({ one }, key) {
      const written = await Promise.all([...NAMES, 'L2/x', 'K'].map((name) => one.put(key(name), { name })));
      const inOrder = written.filter((entry) => entry.key.startsWith(key('L/'))).sort((a, b) => byBytes(a.key, b.key));
      equal((await one.list({ prefix: key('L/') })).entries, inOrder, 'A list');
      for (const limit of [3, 1]) {
        equal(keysOf(await walk(one, key('L/'), limit)), keysOf(inOrder), `A walk with the limit ${limit}`);
      }
      const some = ['L/a', 'L/a-b', 'L/a/b'].map(key);
      equal(keysOf((await one.list({ prefix: key('L/a') })).entries), some, 'A list with a prefix inside of a word');
      equal(await one.list({ prefix: key('none/') }), { entries: [] }, 'A list of nothing');
    },
  },
  {
    name: 'list-end',
    promise: 'A page that holds the rest has no cursor.',
    repair: 'Ask for one entry more than the limit, to know whether there is another page.',
    async run({ one }, key) {
      const entries = [];
      for (const name of ['F/1', 'F/2', 'F/3']) entries.push(await one.put(key(name), 1));
      equal(await one.list({ prefix: key('F/'), limit: 3 }), { entries }, 'A page that fits exactly');
    },
  },
  {
    name: 'list-prefix',
    promise: 'A prefix is a text, not a pattern.',
    repair: 'Escape what has a meaning in LIKE, SCAN or a regular expression, or compare ranges of keys.',
    async run({ one }, key) {
      for (const name of [...PATTERNS, 'Pa']) await one.put(key(`${name}/x`), 1);
      for (const name of PATTERNS) {
        const { entries } = await one.list({ prefix: key(name) });
        equal(keysOf(entries), [key(`${name}/x`)], `A list with the prefix ${name}`);
      }
    },
  },
  {
    name: 'list-arguments',
    promise: 'A limit or a cursor that is none is refused.',
    repair: 'Check them first, with the helper for lists in src/storage/store.ts (store.py).',
    async run({ one }, key) {
      const prefix = key('');
      for (const limit of [0, -1, 1001]) await fails(one.list({ prefix, limit }), 'range', `The limit ${limit}`);
      // The bytes of NUL, of half a character, and of a full stop.
      for (const cursor of ['AA', '8J8', 'Lg'])
        await fails(one.list({ prefix, cursor }), 'invalid_key', `The cursor ${cursor}`);
    },
  },
  {
    name: 'walk',
    promise: 'A walk goes on correctly when entries come and go.',
    repair: 'Let the cursor hold the last key of the page, not a position.',
    async run({ one }, key) {
      for (let n = 0; n < 9; n++) await one.put(key(`W/${n}`), n);
      const { next: cursor } = await one.list({ prefix: key('W/'), limit: 4 });
      holds(cursor !== undefined, 'A page of four of nine entries has no cursor.');
      for (const name of ['W/1', 'W/3', 'W/6']) await one.delete(key(name));
      await one.put(key('W/0a'), 1);
      const { entries } = await one.list({ prefix: key('W/'), limit: 9, cursor });
      equal(keysOf(entries), ['W/4', 'W/5', 'W/7', 'W/8'].map(key), 'The second page after changes in the first');
    },
  },
  {
    name: 'walk-concurrent',
    promise: 'A walk sees every entry that lasts, once, whatever others do.',
    repair: 'Let the cursor hold the last key of the page, not a position.',
    async run({ one, other }, key) {
      const names = Array.from({ length: 30 }, (_, n) => key(`C/${String(n).padStart(2, '0')}`));
      await Promise.all(names.map((name) => one.put(name, 1)));
      const lasting = names.filter((_, n) => n % 3 !== 0);
      let isBusy = true;
      const others = churn(other, names, () => isBusy);
      try {
        for (let round = 0; round < 2; round++) {
          const seen = keysOf(await walk(one, key('C/'), 4, () => sleep(2)));
          equal(seen, [...new Set(seen)].sort(byBytes), 'A walk while others write');
          equal(
            lasting.filter((name) => !seen.includes(name)),
            [],
            'What a walk has not seen of what was there all the time',
          );
        }
      } finally {
        isBusy = false;
        await others;
      }
    },
  },
  {
    name: 'expiry',
    promise: 'An entry with a lifetime is absent after it, for every call; a put without one keeps for ever.',
    repair: 'Compare the end of an entry with the clock in every get, put, delete and list.',
    async run({ one }, key) {
      const before = Date.now();
      const brief = await one.put(key('X/brief'), 1, { ttlMs: LIFETIME_MS });
      // By the clock of the backend, which may be another machine's.
      const lifetime = Date.parse(brief.expiresAt ?? '') - before;
      const isNear = Math.abs(lifetime - LIFETIME_MS) < FAR_CLOCK_MS;
      holds(isNear, `put with ttlMs ${LIFETIME_MS} answers expiresAt ${brief.expiresAt ?? 'nowhere'}.`);
      equal(await one.get(key('X/brief')), brief, 'An entry with a lifetime, before its end');
      for (const name of ['X/kept', 'X/created', 'X/deleted']) await one.put(key(name), 1, { ttlMs: LIFETIME_MS });
      const kept = await one.put(key('X/kept'), 2);
      equal(kept.expiresAt, undefined, 'The end of an entry that was put again without a lifetime');
      await sleep(LIFETIME_MS + 200);

      equal(await one.get(key('X/brief')), undefined, 'What get answers for an expired entry');
      equal((await one.list({ prefix: key('X/') })).entries, [kept], 'A list after entries expired');
      const { version } = brief;
      await fails(one.put(key('X/brief'), 2, { ifVersion: version }), 'conflict', 'A put over an expired version');
      // Written once more, so that it is seen again, and removed.
      await one.put(key('X/brief'), 3);
      equal(await one.delete(key('X/deleted')), false, 'What delete answers for an expired entry');
      const created = await one.put(key('X/created'), 3, { ifVersion: null });
      equal(await one.get(key('X/created')), created, 'What was created where an entry had expired');
      equal(await one.get(key('X/kept')), kept, 'An entry that was put again without a lifetime');
    },
  },
  {
    name: 'updated-at',
    promise: 'An entry says when it was written, and a copy when its original was.',
    repair: 'Keep the updatedAt (updated_at) that put is given, which migrate gives, and without one the time of now.',
    async run({ one, other }, key) {
      const copy = await one.put(key('copy'), 1, { updatedAt: LONG_AGO, ttlMs: 60_000 });
      equal(new Date(copy.updatedAt).toISOString(), LONG_AGO, 'The time of a copy');
      equal(await other.get(key('copy')), copy, 'A copy that is read');
      const isOver = Date.parse(copy.expiresAt ?? '') < Date.now();
      holds(!isOver, `A copy ends at ${copy.expiresAt ?? 'no time'}: its lifetime must not begin with its original.`);
      const again = await one.put(key('copy'), 2);
      const isNear = Math.abs(Date.parse(again.updatedAt) - Date.now()) < FAR_CLOCK_MS;
      holds(isNear, `An entry that was written now says ${again.updatedAt}.`);
    },
  },
];

/** Deletes, makes and rewrites entries until told to stop; every third of them comes and goes, the others stay. */
async function churn(store: Store, names: readonly string[], goOn: () => boolean): Promise<void> {
  for (let n = 0; goOn(); n = (n + 1) % names.length) {
    const name = names[n] ?? '';
    // Some stores answer without ever letting a timer run.
    await sleep(0);
    if (n % 3 !== 0) await store.put(name, n);
    else if (!(await store.delete(name))) await store.put(name, n);
    await store.put(`${name}+`, n);
    await store.delete(`${name}+`);
  }
}
