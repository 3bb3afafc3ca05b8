import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatJson, type Json, merge, mergeObjects } from '../../src/base/json.ts';

const json = fc.jsonValue() as fc.Arbitrary<Json>;

describe('merge', () => {
  it('merges objects, joins lists without doubles, and lets later values win', () => {
    const under = { a: 1, list: ['x', { y: 1 }], deep: { kept: true, changed: 'old' } };
    const over = { a: 2, list: [{ y: 1 }, 'z'], deep: { changed: 'new' }, added: null };
    expect(merge(under, over)).toEqual({
      a: 2,
      list: ['x', { y: 1 }, 'z'],
      deep: { kept: true, changed: 'new' },
      added: null,
    });
  });

  it('lets the later value win where the kinds differ', () => {
    expect(merge({ a: [1] }, { a: { b: 1 } })).toEqual({ a: { b: 1 } });
    expect(merge({ a: { b: 1 } }, { a: 'text' })).toEqual({ a: 'text' });
  });

  it('keeps the order of the keys that were there', () => {
    expect(Object.keys(mergeObjects({ z: 1, a: 1 }, { b: 1, z: 2 }))).toEqual(['z', 'a', 'b']);
  });

  it('treats __proto__ as any other key', () => {
    const over = JSON.parse('{"__proto__": {"polluted": true}}');
    expect(JSON.stringify(mergeObjects({}, over))).toBe('{"__proto__":{"polluted":true}}');
    expect('polluted' in {}).toBe(false);
  });

  it('changes nothing more when the same is merged again, or into nothing', () => {
    fc.assert(
      fc.property(json, json, (under, over) => {
        // The first time may still bring a list that holds doubles itself.
        const merged = merge(merge(under, over), over);
        expect(merge(merged, over)).toEqual(merged);
      }),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.string(), json), (object) => {
        expect(mergeObjects({}, object)).toEqual(object);
      }),
    );
  });

  it('changes neither of its arguments', () => {
    fc.assert(
      fc.property(json, json, (under, over) => {
        const before = JSON.stringify([under, over]);
        merge(under, over);
        expect(JSON.stringify([under, over])).toBe(before);
      }),
    );
  });
});

describe('formatJson', () => {
  it('ends with one newline and reads back', () => {
    fc.assert(
      fc.property(json, (value) => {
        const text = formatJson(value);
        expect(text).toMatch(/[^\n]\n$/);
        expect(JSON.stringify(JSON.parse(text))).toBe(JSON.stringify(value));
      }),
    );
  });
});
