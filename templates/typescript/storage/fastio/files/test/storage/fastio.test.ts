import { describe, expect, onTestFinished, test } from 'vitest';
import { parseConfig } from '../../src/config.js';
import { openStore } from '../../src/storage/fastio.js';
import type { Store } from '../../src/storage/store.js';
import { FAKE_KEY, FAKE_NOTES, type FakeFastio, startFakeFastio } from '../support/fastio-fake.js';

const WORKSPACE = '4'.repeat(19);

async function fakeFastio(): Promise<FakeFastio> {
  const fake = await startFakeFastio();
  onTestFinished(() => fake.close());
  return fake;
}

const open = ({ url }: FakeFastio, overrides: Record<string, string> = {}): Promise<Store> =>
  openStore(
    parseConfig({
      FASTIO_API_URL: url,
      FASTIO_API_KEY: FAKE_KEY,
      FASTIO_WORKSPACE_ID: WORKSPACE,
      FASTIO_NOTE_IDS: FAKE_NOTES.join(','),
      ...overrides,
    }),
  );

/** Keys of which each note has some. */
const KEYS = Array.from({ length: 20 }, (_, n) => `key-${n}`);

describe('at start', () => {
  test.each([
    ['a key that is not valid', 'FASTIO_API_KEY', 'not-the-key', /401 10011.*FASTIO_API_KEY.*https:/],
    ['a note that is not there', 'FASTIO_NOTE_IDS', 'note-1,gone', /404 1609.*FASTIO_NOTE_IDS/],
    ['nobody at the address', 'FASTIO_API_URL', 'http://127.0.0.1:65534', /ECONNREFUSED.*FASTIO_API_URL/],
  ])('tells of %s', async (_, setting, value, says) => {
    const failed = open(await fakeFastio(), { [setting]: value });
    await expect(failed).rejects.toMatchObject({ code: 'unavailable', message: expect.stringMatching(says) });
    await expect(failed).rejects.not.toThrow(/not-the-key/);
  });

  test('tells of another path', async () => {
    const fake = await fakeFastio();
    const failed = open(fake, { FASTIO_API_URL: fake.url.replace('current', 'v2') });
    await expect(failed).rejects.toThrow(/404 9992.*FASTIO_API_URL/);
  });

  test('takes no note that somebody has written', async () => {
    const fake = await fakeFastio();
    const note = fake.notesOf(WORKSPACE).get('note-2');
    if (note) note.content = '# Shopping list\n\n- milk';
    await expect(open(fake)).rejects.toThrow(/note 2 of FASTIO_NOTE_IDS holds something/);
  });

  test('takes no other list of notes than that with which the data was written', async () => {
    const fake = await fakeFastio();
    const store = await open(fake);
    for (const key of KEYS) await store.put(key, 1);
    const [first, second, ...rest] = FAKE_NOTES;
    for (const ids of [[second, first, ...rest], rest, [...FAKE_NOTES, 'note-5']]) {
      fake.notesOf(WORKSPACE).set('note-5', { name: 'note-5.md', parent: 'root', content: '', version: '1' });
      await expect(open(fake, { FASTIO_NOTE_IDS: ids.join(',') })).rejects.toThrow(/same notes in the same order/);
    }
  });
});

describe('a service with bad moments', () => {
  test.each([
    [402, 1688, /no plan|credits/i],
    [403, 1670, /scopes/],
    [406, 1605, /FASTIO_NOTE_IDS/],
    [409, 1685, /Something else/],
  ])('answers %i: nothing is tried again, and the message says what to do', async (status, code, says) => {
    const fake = await fakeFastio();
    const store = await open(fake);
    fake.requests.length = 0;
    fake.faults.push({ status, code });
    await expect(store.get('key')).rejects.toMatchObject({ code: 'unavailable', message: expect.stringMatching(says) });
    expect(fake.requests).toHaveLength(1);
  });

  test.each(['x-ve-limit-expires', 'x-rate-limit-expires'])('is left alone until its limit ends: %s', async (name) => {
    const fake = await fakeFastio();
    const store = await open(fake);
    const ends = Math.ceil(Date.now() / 1000) + 1;
    fake.faults.push({ status: 429, headers: { [name]: String(ends) } });
    expect(await store.get('key')).toBeUndefined();
    expect(Date.now()).toBeGreaterThanOrEqual(ends * 1000);
  });

  test('is not waited for when its limit ends much later', async () => {
    const fake = await fakeFastio();
    const store = await open(fake);
    fake.faults.push({ status: 429, headers: { 'x-ve-limit-expires': String(Date.now() / 1000 + 3600) } });
    await expect(store.get('key')).rejects.toMatchObject({ code: 'unavailable', message: /limits of the account/ });
  });

  test('is asked again', async () => {
    const fake = await fakeFastio();
    const store = await open(fake);
    fake.faults.push({ status: 503 }, 'cut before', 'none', { status: 429 }, 'cut before');
    await store.put('key', 1);
    expect((await store.get('key'))?.value).toBe(1);
    expect(fake.faults).toEqual([]);
  });

  test('writes once, although the answer was lost', async () => {
    const fake = await fakeFastio();
    const store = await open(fake);
    fake.faults.push('none', 'cut after');
    const created = await store.put('key', 1, { ifVersion: null });
    fake.faults.push('none', 'cut after');
    const replaced = await store.put('key', 2, { ifVersion: created.version });
    expect(await store.get('key')).toEqual(replaced);
    fake.faults.push('none', 'cut after');
    expect(await store.delete('key')).toBe(true);
  });

  test('that answers without the word for success has not succeeded', async () => {
    const fake = await fakeFastio();
    const store = await open(fake);
    fake.faults.push({ status: 200 });
    await expect(store.get('key')).rejects.toMatchObject({ code: 'unavailable' });
  });
});

describe('a note', () => {
  test('holds nothing that the service could strip', async () => {
    const fake = await fakeFastio();
    const store = await open(fake);
    const value = { text: 'a\u0001\u007F\u00AD\u200B\uFEFF<b>&amp;</b> ``` naïve 日本語 🦊', '<key>': '\r\n\t' };
    await store.put('naïve/<b>/🦊', value);
    expect((await store.get('naïve/<b>/🦊'))?.value).toEqual(value);
    const contents = [...fake.notesOf(WORKSPACE).values()].map(({ content }) => content).join('');
    expect(contents).toMatch(/^[\n -~]+$/);
    expect(contents).not.toMatch(/[<>&]/);
  });

  test('that is full says what to do, and keeps what it has', async () => {
    const store = await open(await fakeFastio(), { FASTIO_NOTE_IDS: 'note-1' });
    const value = 'x'.repeat(16_000);
    for (let n = 0; n < 6; n++) await store.put(`key-${n}`, value);
    const failed = store.put('key-6', value);
    await expect(failed).rejects.toMatchObject({ code: 'too_large', message: expect.stringMatching(/more notes/) });
    expect((await store.list()).keys).toHaveLength(6);
    await store.delete('key-0');
    await store.put('key-6', value);
  });

  test('forgets what has expired when it is written again', async () => {
    const fake = await fakeFastio();
    const store = await open(fake, { FASTIO_NOTE_IDS: 'note-1' });
    await store.put('brief', 'gone soon', { ttlMs: 1 });
    await store.put('lasting', 1);
    expect(fake.notesOf(WORKSPACE).get('note-1')?.content).not.toContain('gone soon');
  });
});

test('writes of one process wait for each other instead of racing', async () => {
  const fake = await fakeFastio();
  const store = await open(fake, { FASTIO_NOTE_IDS: 'note-1' });
  fake.requests.length = 0;
  await Promise.all(KEYS.map((key) => store.put(key, 1)));
  expect(fake.requests).toHaveLength(2 * KEYS.length);
});

test('servers with prefixes of their own share notes', async () => {
  const fake = await fakeFastio();
  const [one, two] = [await open(fake, { FASTIO_PREFIX: 'one/' }), await open(fake, { FASTIO_PREFIX: 'two/' })];
  await one.put('key', 1);
  await two.put('key', 2);
  expect([(await one.get('key'))?.value, (await two.get('key'))?.value]).toEqual([1, 2]);
  expect(await one.list()).toEqual({ keys: ['key'] });
});
