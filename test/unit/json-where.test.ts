import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonProblem } from '../../src/base/json-where.ts';
import { cut, firstOf, printable, printableJson } from '../../src/base/text.ts';

describe('jsonProblem', () => {
  it.each([
    ['', 1, 1, 'it ends too early'],
    ['{"a": 1', 1, 8, 'it ends too early'],
    ['{a: 1}', 1, 2, 'there is "a" where a key in double quotes or "}" should be'],
    ['{"a": 1,}', 1, 9, 'there is "}" where a key in double quotes should be'],
    ['{"a" 1}', 1, 6, 'there is "1" where ":" should be'],
    ['{\n  "a": tru\n}', 2, 8, 'there is "t" where a value should be'],
    ['[1 2]', 1, 4, 'there is "2" where "," or "]" should be'],
    ['[1,]', 1, 4, 'there is "]" where a value should be'],
    ['[1}', 1, 3, 'there is "}" where "," or "]" should be'],
    ['{} {}', 1, 4, 'there is "{" where the end should be'],
    ["{'a': 1}", 1, 2, 'there is "\'" where a key in double quotes or "}" should be'],
    ['{"a": "x\ny"}', 1, 7, 'there is "\\"" where a value should be'],
    ['01', 1, 2, 'there is "1" where the end should be'],
  ])('%j', (text, line, column, reason) => {
    expect(jsonProblem(text)).toEqual({ line, column, reason });
  });

  it('agrees with the engine on what is JSON', () => {
    const words = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ':',
      ',',
      '"a"',
      '1',
      '-0.5e+3',
      'null',
      'true',
      ' ',
      '\n',
      '"',
      "'",
      '\\',
    );
    const soup = fc.array(words, { maxLength: 12 }).map((list) => list.join(''));
    fc.assert(
      fc.property(fc.oneof(soup, fc.json(), fc.string()), (text) => {
        let isJson = true;
        try {
          JSON.parse(text);
        } catch {
          isJson = false;
        }
        expect(jsonProblem(text) === undefined).toBe(isJson);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('printable', () => {
  it('makes visible what a terminal would obey and what nobody sees', () => {
    expect(printable('a\u001b[31mb\u0007\u009b2J\u202e\u2066\u200b\ufeff\u2028\ud800\u0000\rz')).toBe(
      'a\\u001b[31mb\\u0007\\u009b2J\\u202e\\u2066\\u200b\\ufeff\\u2028\\ud800\\u0000\\u000dz',
    );
    expect(printable('\u{e0041}')).toBe('\\u{e0041}');
  });

  it('leaves what people write', () => {
    const text = 'Grüße\tan 東京 👩‍💻 🏳️‍🌈 🇩🇪 e\u0301\nsecond\r\nthird';
    expect(printable(text)).toBe(text.replace('\r\n', '\n'));
    expect(printable('a\u200db')).toBe('a\\u200db');
  });

  it('leaves the meaning of JSON as it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string({ unit: 'binary' }), (value, text) => {
        const json = JSON.stringify({ value, text, evil: '\u009b\u202e\u{e0041}' });
        const shown = printableJson(json);
        expect(JSON.parse(shown)).toEqual(JSON.parse(json));
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }),
    );
  });
});

describe('cut and firstOf', () => {
  it('cut between characters, and say how much is missing', () => {
    expect(cut('abc', 3)).toBe('abc');
    expect(cut('abcdef', 3)).toBe('abc… (3 more characters)');
    expect(cut('a😀b', 2)).toBe('a… (3 more characters)');
    expect(firstOf(['a', 'b', 'c'], 2)).toEqual(['a', 'b', 'and 1 more']);
    expect(firstOf(['a', 'b'], 2)).toEqual(['a', 'b']);
  });
});
