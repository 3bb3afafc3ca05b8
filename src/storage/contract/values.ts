import type { Json } from '../../base/json.ts';
import { type ContractCheck, equal, fails, holds } from './check.ts';

const NESTED = { a: { b: [null] }, constructor: 2, text: 'C:\\u0000 \\ud800 literal', '': ' ' };
const NUMBERS = [0, -1.5, 1e300, 5e-324, 2 ** 53 - 1, 0.1];
const KINDS: readonly Json[] = [null, true, false, ...NUMBERS, '', 'x', '123', [], {}, [1, [2, [3]]], NESTED];
const ODD_KEYS = ['a b+c%20&=?#', '__proto__', `o'x\\"y\``, '%s $1 ?', '{a}:*'];
const TEXTS = ['naïve', '日本語/キー', '🦊/🇬🇧', 'עברית', ...ODD_KEYS];
const CONTROLS = 'a\u2028b\u2029c\ud83e\udd8a\t\r\n"\u0001';
const SIMILAR = ['a', 'A', 'a/b', 'a:b', 'a-b', 'a b', 'a/B', 'ä', 'a.', 'a.b', 'a/b.json'];
const LONGEST_KEY = 512;
const BAD_KEYS = ['/', 'a//b', '../x', 'a/.', 'a\n', 'e\u0301', '\ud800', '\u{10FFFF}', 'k'.repeat(LONGEST_KEY)];
const BAD_VALUES: readonly Json[] = ['\u0000', '\ud800', { deep: ['\u0000'] }, { '\udfff': 1 }];
/** For stores that do not say their limit: no backend takes less than the first, nor more than the second. */
const SMALL_LIMIT = 16 * 1024;
const PORT_LIMIT = 1024 * 1024;

/** What can be kept, and what is refused. */
export const VALUES: readonly ContractCheck[] = [
  {
    name: 'absent',
    promise: 'What was never written is not there.',
    repair: 'get answers undefined (None) and delete answers false for a key that was never written.',
    async run({ one }, key) {
      equal(await one.get(key('nothing')), undefined, 'What get answers for a key that was never written');
      equal(await one.delete(key('nothing')), false, 'What delete answers for a key that was never written');
    },
  },
  {
    name: 'json',
    promise: 'Every kind of JSON is read back as it was written.',
    repair: 'Keep the text of the JSON, and parse that when it is read.',
    async run({ one, other }, key) {
      for (const value of KINDS) {
        const written = await one.put(key('kind'), value);
        equal(written.value, value, 'The value that put answers');
        equal(written.key, key('kind'), 'The key that put answers');
        equal(await other.get(key('kind')), written, 'What get answers for what put has answered');
      }
    },
  },
  {
    name: 'member-order',
    promise: 'The members of an object keep their order.',
    repair: 'Keep the text of the JSON: a column of the type json, or text, not jsonb.',
    async run({ one }, key) {
      await one.put(key('order'), { z: 1, a: 2, m: { y: 1, b: 2 } });
      const read = JSON.stringify((await one.get(key('order')))?.value);
      equal(read, '{"z":1,"a":2,"m":{"y":1,"b":2}}', 'An object that was written with its members in this order');
    },
  },
  {
    name: 'unicode',
    promise: 'Keys and values hold any text.',
    repair: 'Encode as UTF-8, and pass keys as parameters, never as a part of a statement, pattern or path.',
    async run({ one }, key) {
      for (const text of TEXTS) await one.put(key(text), { text });
      for (const text of TEXTS) equal((await one.get(key(text)))?.value, { text }, `The value of the key ${text}`);
      await one.put(key('controls'), CONTROLS);
      equal((await one.get(key('controls')))?.value, CONTROLS, 'A text with line separators and control characters');
    },
  },
  {
    name: 'similar-keys',
    promise: 'Keys that are nearly the same are different.',
    repair: 'Compare keys by their bytes: no collation, no file names that ignore case.',
    async run({ one }, key) {
      for (const name of SIMILAR) await one.put(key(name), name);
      for (const name of SIMILAR) equal((await one.get(key(name)))?.value, name, `The value of the key ${name}`);
    },
  },
  {
    name: 'limits',
    promise: 'A value of 16 KiB and a key of 512 bytes are kept; a value over the limit is refused.',
    repair:
      'Throw too_large before anything is written when the JSON is larger than 1 MiB, or what the backend can hold.',
    async run({ one }, key) {
      const limit = one.maxValueBytes ?? SMALL_LIMIT;
      const large = 'é'.repeat(Math.floor((limit - 2) / 2));
      await one.put(key('large'), large);
      const tooLarge = one.maxValueBytes === undefined ? PORT_LIMIT : limit;
      await fails(one.put(key('large'), 'x'.repeat(tooLarge - 1)), 'too_large', `A value of ${tooLarge + 1} bytes`);
      holds((await one.get(key('large')))?.value === large, `A value of ${limit} bytes is not read back.`);
      const start = key('');
      const longest = `${start}${'k'.repeat(LONGEST_KEY - Buffer.byteLength(start))}`;
      await one.put(longest, 'the longest key');
      equal((await one.get(longest))?.value, 'the longest key', `The value of a key of ${LONGEST_KEY} bytes`);
    },
  },
  {
    name: 'bad-keys',
    promise: 'A key that not every backend could hold is refused.',
    repair: 'Check the key first in get, put and delete, with the helper in src/storage/store.ts (store.py).',
    async run({ one }, key) {
      for (const bad of [...BAD_KEYS.map(key), '']) {
        // Reading first: what a store takes there should not be written.
        for (const call of [() => one.get(bad), () => one.delete(bad), () => one.put(bad, 1)]) {
          await fails(call(), 'invalid_key', `A call with the key ${JSON.stringify(bad.slice(0, 80))}`);
        }
      }
    },
  },
  {
    name: 'bad-values',
    promise: 'A value that not every backend could hold is refused.',
    repair: 'Write the text that the helper in src/storage/store.ts (store.py) makes of a value.',
    async run({ one }, key) {
      for (const bad of BAD_VALUES) {
        await fails(one.put(key('bad'), bad), 'invalid_value', `A put of ${JSON.stringify(bad)}`);
      }
      equal(await one.get(key('bad')), undefined, 'What get answers after a value was refused');
    },
  },
];
