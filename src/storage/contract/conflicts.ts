import type { Store } from '../store.ts';
import { type Bench, type ContractCheck, equal, fails, holds, increment, outcome } from './check.ts';

const ONE_STEP = 'Compare the version in the same step that writes: UPDATE … WHERE version = …, a script, a lock.';

/** Compare-and-set, alone and with others. */
export const CONFLICTS: readonly ContractCheck[] = [
  {
    name: 'new-version',
    promise: 'Every write has a version of its own.',
    repair: 'Draw a new version for each write; a number that starts again after a delete is not enough.',
    async run({ one }, key) {
      const versions = new Set<string>();
      for (let round = 0; round < 4; round++) {
        const { version } = await one.put(key('versions'), 1);
        equal((await one.get(key('versions')))?.version, version, 'The version that get answers after a put');
        versions.add(version);
        if (round === 1) await one.delete(key('versions'));
      }
      equal(versions.size, 4, 'The number of versions of four writes');
    },
  },
  {
    name: 'create-only',
    promise: 'put with ifVersion null creates, and never replaces.',
    repair: ONE_STEP,
    async run({ one, other }, key) {
      await one.put(key('once'), 1, { ifVersion: null });
      await fails(other.put(key('once'), 2, { ifVersion: null }), 'conflict', 'A second put with ifVersion null');
      equal((await one.get(key('once')))?.value, 1, 'The value after a put that was refused');
      await one.delete(key('once'));
      await one.put(key('once'), 3, { ifVersion: null });
    },
  },
  {
    name: 'replace-only',
    promise: 'put with a version replaces that version, and nothing else.',
    repair: ONE_STEP,
    async run({ one, other }, key) {
      const first = await one.put(key('swap'), 1);
      const second = await other.put(key('swap'), 2, { ifVersion: first.version });
      for (const ifVersion of [first.version, 'nonsense', '"nonsense"', '', '0', "' OR 1=1"]) {
        await fails(one.put(key('swap'), 3, { ifVersion }), 'conflict', `A put with the version ${ifVersion}`);
      }
      const { value, version } = (await one.get(key('swap'))) ?? {};
      equal([value, version], [2, second.version], 'The entry after puts that were refused');
      await one.delete(key('swap'));
      await fails(one.put(key('swap'), 4, { ifVersion: second.version }), 'conflict', 'A put over what was deleted');
      equal(await one.get(key('swap')), undefined, 'What get answers after that');
      await one.put(key('swap'), 5);
      await fails(one.put(key('swap'), 6, { ifVersion: second.version }), 'conflict', 'A put over what was made anew');
    },
  },
  {
    name: 'delete',
    promise: 'What is deleted is gone, and only the first delete says so.',
    repair: 'delete answers whether it has removed something.',
    async run({ one, other }, key) {
      await one.put(key('gone'), 1);
      equal(await one.delete(key('gone')), true, 'What delete answers for what is there');
      equal(await other.delete(key('gone')), false, 'What a second delete answers');
      equal(await one.get(key('gone')), undefined, 'What get answers for what was deleted');
    },
  },
  {
    name: 'delete-version',
    promise: 'delete with a version deletes that version, and nothing else.',
    repair: 'Compare the version in the same step that deletes: DELETE … WHERE version = …, a script, a lock.',
    async run({ one, other }, key) {
      const first = await one.put(key('old'), 1);
      const second = await other.put(key('old'), 2);
      for (const ifVersion of [first.version, 'nonsense', '', "' OR 1=1"]) {
        await fails(one.delete(key('old'), { ifVersion }), 'conflict', `A delete with the version ${ifVersion}`);
      }
      equal((await one.get(key('old')))?.value, 2, 'The value after deletes that were refused');
      equal(await one.delete(key('old'), { ifVersion: second.version }), true, 'A delete with the current version');
      equal(await one.get(key('old')), undefined, 'What get answers after that');
      equal(await one.delete(key('old'), { ifVersion: second.version }), false, 'A delete where nothing is there');
    },
  },
  {
    name: 'visible',
    promise: 'A write is seen by everybody at once.',
    repair: 'Keep nothing in memory that another process may have changed, or ask whether it has.',
    async run({ one, other }, key) {
      for (let round = 0; round < 10; round++) {
        const { version } = await one.put(key('shown'), round);
        const seen = await other.get(key('shown'));
        equal([seen?.value, seen?.version], [round, version], 'What another handle reads right after a put');
        await other.delete(key('shown'));
        equal(await one.get(key('shown')), undefined, 'What is read after another handle has deleted it');
      }
    },
  },
  {
    name: 'one-creator',
    promise: 'Of many who create the same key at once, one wins.',
    repair: ONE_STEP,
    async run(bench, key) {
      const puts = Array.from({ length: 12 }, (_, n) => pick(bench, n).put(key('race'), n, { ifVersion: null }));
      const seen = await Promise.all(puts.map(outcome));
      const won = seen.flatMap((one, n) => (one === 'success' ? [n] : []));
      equal(
        [...seen].sort(),
        [...Array(11).fill('conflict'), 'success'],
        'What twelve puts with ifVersion null come to',
      );
      equal((await bench.one.get(key('race')))?.value, won[0], 'The value after a race');
    },
  },
  {
    name: 'one-deleter',
    promise: 'Of a delete and a put of the same version at once, one wins.',
    repair: ONE_STEP,
    async run(bench, key) {
      for (let round = 0; round < 10; round++) {
        const { version: ifVersion } = await bench.one.put(key('duel'), round);
        const remove = () => outcome(bench.one.delete(key('duel'), { ifVersion }));
        const put = () => outcome(bench.other.put(key('duel'), 'kept', { ifVersion }));
        // Whoever begins is often the first, too.
        const begun = round % 2 === 0 ? [remove(), put()] : [put(), remove()].reverse();
        const seen = await Promise.all(begun);
        const there = (await bench.one.get(key('duel')))?.value;
        const isFair = there === 'kept' ? seen[0] === 'conflict' : seen[1] === 'conflict' && there === undefined;
        holds(isFair, `A delete came to ${seen[0]} and a put to ${seen[1]}, but ${JSON.stringify(there)} is there.`);
      }
    },
  },
  {
    name: 'no-lost-update',
    promise: 'No update of concurrent writers is lost.',
    repair: ONE_STEP,
    async run(bench, key) {
      const count = async (writer: number): Promise<void> => {
        for (let n = 0; n < 10; n++) await increment(pick(bench, writer), key('count'));
      };
      await Promise.all([0, 1, 2, 3].map(count));
      equal((await bench.one.get(key('count')))?.value, 40, 'A number that four writers have each raised by ten');
    },
  },
  {
    name: 'apart',
    promise: 'Writes to different keys do not disturb one another.',
    repair: 'Never write more than the entry that was put, unless a lock is held while all is read and written.',
    async run(bench, key) {
      const names = Array.from({ length: 40 }, (_, n) => key(`apart/${n}`));
      await Promise.all(names.map((name, n) => pick(bench, n).put(name, n)));
      const read = await Promise.all(names.map((name) => bench.one.get(name)));
      equal(
        read.map((entry) => entry?.value),
        [...names.keys()],
        'What forty puts at once have written',
      );
    },
  },
];

/** One of the two handles in turn. */
const pick = ({ one, other }: Bench, n: number): Store => (n % 2 === 0 ? one : other);
