import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventReader } from '../../src/probe/sse.ts';

/** The data of all events of a text that comes in pieces. */
function read(...pieces: readonly string[]): string[] {
  const found: string[] = [];
  const feed = eventReader((data) => found.push(data));
  for (const piece of pieces) feed(piece);
  return found;
}

describe('eventReader', () => {
  it.each([
    ['data: a\n\n', ['a']],
    ['data:a\r\n\r\n', ['a']],
    ['data: a\r\rdata: b\n\n', ['a', 'b']],
    [': comment\nevent: message\nid: 1\ndata: {"x":\ndata: 1}\n\n', ['{"x":\n1}']],
    ['\n\ndata: a\n', []],
    ['data:  two spaces\n\n', [' two spaces']],
  ])('%j', (text, data) => {
    expect(read(text)).toEqual(data);
  });

  it('does not depend on where a text is cut', () => {
    const words = fc.array(fc.constantFrom('data: x', 'data:', ':', '\r', '\n', '\r\n', 'y'), { maxLength: 20 });
    fc.assert(
      fc.property(words, (list) => {
        const text = `${list.join('')}\n\n`;
        expect(read(...text)).toEqual(read(text));
      }),
    );
  });

  it('looks at each piece of a long line once', () => {
    const count = 20_000;
    const piece = 'x'.repeat(1000);
    const [data = ''] = read('data: ', ...Array.from({ length: count }, () => piece), '\n\n');
    expect(data).toHaveLength(count * 1000);
  });
});
