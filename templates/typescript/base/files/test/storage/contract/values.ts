import { expect, test } from 'vitest';
import type { Json } from '../../../src/storage/store.js';
import { type Backend, freshStore } from './backend.js';
import { expectCode } from './helpers.js';

/** What can be kept, and what is refused. */
export function testValues(backend: Backend): void {
  test('answers undefined for a key that was never written', async () => {
    const store = await freshStore(backend);
    expect(await store.get('nothing')).toBeUndefined();
    expect(await store.delete('nothing')).toBe(false);
  });

  test('reads back every kind of JSON', async () => {
    const store = await freshStore(backend);
    const nested = { a: { b: [null] }, constructor: 2, text: 'C:\\u0000 \\ud800 literal', '': ' ' };
    const numbers = [0, -1.5, 1e300, 5e-324, 2 ** 53 - 1, 0.1];
    const values: Json[] = [null, true, false, ...numbers, '', 'x', '123', [], {}, [1, [2, [3]]], nested];
    for (const value of values) {
      const written = await store.put('kind/key', value);
      expect(written).toMatchObject({ key: 'kind/key', value });
      expect(await store.get('kind/key')).toEqual(written);
    }
  });

  test('keeps the order of the members of an object', async () => {
    const store = await freshStore(backend);
    await store.put('order', { z: 1, a: 2, m: { y: 1, b: 2 } });
    expect(JSON.stringify((await store.get('order'))?.value)).toBe('{"z":1,"a":2,"m":{"y":1,"b":2}}');
  });

  test('keeps unicode in keys and values', async () => {
    const store = await freshStore(backend);
    const odd = ['a b+c%20&=?#', '__proto__', `o'x\\"y\``, '%s $1 ?', '{a}:*'];
    const texts = ['naïve', '日本語/キー', '🦊/🇬🇧', 'עברית', ...odd];
    for (const text of texts) await store.put(text, { text });
    for (const text of texts) expect((await store.get(text))?.value).toEqual({ text });
    const line = 'a\u2028b\u2029c\ud83e\udd8a\t\r\n"\u0001';
    await store.put('controls', line);
    expect((await store.get('controls'))?.value).toBe(line);
  });

  test('tells keys apart that are nearly the same', async () => {
    const store = await freshStore(backend);
    const keys = ['a', 'A', 'a/b', 'a:b', 'a-b', 'a b', 'a/B', 'ä', 'a.', 'a.b', 'a/b.json'];
    for (const key of keys) await store.put(key, key);
    for (const key of keys) expect((await store.get(key))?.value).toBe(key);
  });

  test('is not changed by changing what was passed in or handed out', async () => {
    const store = await freshStore(backend);
    const value = { list: [1] };
    await store.put('alias', value);
    value.list.push(2);
    const read = (await store.get('alias'))?.value as typeof value;
    expect(read).toEqual({ list: [1] });
    read.list.push(3);
    expect((await store.get('alias'))?.value).toEqual({ list: [1] });
  });

  test('takes a large value and refuses one that is too large', async () => {
    const store = await freshStore(backend);
    const large = 'é'.repeat(Math.floor((store.maxValueBytes - 2) / 2));
    await store.put('large', large);
    await expectCode(store.put('large', 'x'.repeat(store.maxValueBytes - 1)), 'too_large');
    expect((await store.get('large'))?.value).toBe(large);
    await store.put('large', 'x'.repeat(store.maxValueBytes - 2));
    await store.put('k'.repeat(512), 'the longest key');
    expect((await store.get('k'.repeat(512)))?.value).toBe('the longest key');
  });

  test('refuses bad keys and values', async () => {
    const store = await freshStore(backend);
    for (const key of ['', '/', 'a//b', '../x', 'a/.', 'a\n', 'e\u0301', '\ud800', '\u{10FFFF}', 'k'.repeat(513)]) {
      await expectCode(store.put(key, 1), 'invalid_key');
      await expectCode(store.get(key), 'invalid_key');
      await expectCode(store.delete(key), 'invalid_key');
    }
    for (const value of [undefined, '\u0000', '\ud800', { deep: ['\u0000'] }, { '\udfff': 1 }] as Json[]) {
      await expectCode(store.put('bad', value), 'invalid_value');
    }
    expect(await store.get('bad')).toBeUndefined();
  });
}
