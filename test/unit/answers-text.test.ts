import { describe, expect, it } from 'vitest';
import { listOf, nearest, show } from '../../src/base/text.ts';

describe('nearest', () => {
  const ids = ['stdio', 'http', 'both', 'github-actions', 'claude-desktop'];
  it.each([
    ['stido', 'stdio'],
    ['HTTP', 'http'],
    ['htp', 'http'],
    ['github', 'github-actions'],
    ['claude-destkop', 'claude-desktop'],
    ['carrier-pigeon', undefined],
    ['', undefined],
  ])('%j is near %j', (word, expected) => {
    expect(nearest(word, ids)).toBe(expected);
  });
});

describe('show', () => {
  it('quotes, shortens and disarms', () => {
    expect(show('a "b"')).toBe('"a "b""');
    expect(show('x'.repeat(100))).toHaveLength(63);
    expect(show('\u001b[31m\u009b\u202e\u200b')).toMatch(/^"[ -~]+"$/);
  });
});

describe('listOf', () => {
  it('reads as a sentence', () => {
    expect([listOf([]), listOf(['a']), listOf(['a', 'b']), listOf(['a', 'b', 'c'], 'and')]).toEqual([
      '',
      'a',
      'a or b',
      'a, b and c',
    ]);
  });
});
