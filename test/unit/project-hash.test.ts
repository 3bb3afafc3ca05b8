import { expect, test } from 'vitest';
import { fnv1a64 } from '../../src/base/hash.ts';

/** Vectors published with the algorithm. */
test.each([
  ['', 'cbf29ce484222325'],
  ['a', 'af63dc4c8601ec8c'],
  ['foobar', '85944171f73967e8'],
])('fnv1a64(%j) is %s', (text, hash) => {
  expect(fnv1a64(text)).toBe(hash);
});

test('is about bytes, not about UTF-16 units', () => {
  expect(fnv1a64('é')).not.toBe(fnv1a64('\u00c3'));
  expect(fnv1a64('x'.repeat(100_000))).toMatch(/^[0-9a-f]{16}$/);
});
