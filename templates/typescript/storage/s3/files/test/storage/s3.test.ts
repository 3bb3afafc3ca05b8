import { describe, expect, onTestFinished, test } from 'vitest';
import { parseConfig } from '../../src/config.js';
import { openStore } from '../../src/storage/s3.js';
import { parseFailure, parseListing } from '../../src/storage/s3-xml.js';
import type { Store } from '../../src/storage/store.js';
import { type Behaviour, FAKE, type FakeS3, startFakeS3 } from '../support/s3-fake.js';

async function fakeS3(behaviour?: Behaviour): Promise<FakeS3> {
  const fake = await startFakeS3(behaviour);
  onTestFinished(() => fake.close());
  return fake;
}

const open = ({ endpoint }: FakeS3, overrides: Record<string, string> = {}): Promise<Store> =>
  openStore(
    parseConfig({
      S3_ENDPOINT: endpoint,
      S3_BUCKET: FAKE.bucket,
      S3_REGION: FAKE.region,
      S3_ACCESS_KEY_ID: FAKE.accessKeyId,
      S3_SECRET_ACCESS_KEY: FAKE.secretAccessKey,
      ...overrides,
    }),
  );

describe('at start', () => {
  const WRONG: readonly (readonly [what: string, setting: string, value: string, says: RegExp])[] = [
    ['a bucket that is not there', 'S3_BUCKET', 'other-bucket', /there is no bucket "other-bucket".*S3_BUCKET/],
    ['a key that is not there', 'S3_ACCESS_KEY_ID', 'AKIAOTHER', /InvalidAccessKeyId.*Set S3_ACCESS_KEY_ID/],
    ['another secret', 'S3_SECRET_ACCESS_KEY', 'not-the-secret', /SignatureDoesNotMatch.*Set S3_SECRET_ACCESS_KEY/],
    ['another region', 'S3_REGION', 'us-west-2', /in the region eu-central-1, not in us-west-2.*S3_REGION/],
    ['nobody at the address', 'S3_ENDPOINT', 'http://127.0.0.1:65534', /ECONNREFUSED.*S3_ENDPOINT/],
    ['a password in the address', 'S3_ENDPOINT', 'http://user:not-the-secret@127.0.0.1', /S3_ENDPOINT must be/],
  ];
  test.each(WRONG)('tells of %s', async (_, setting, value, says) => {
    const failed = open(await fakeS3(), { [setting]: value });
    await expect(failed).rejects.toMatchObject({ code: 'unavailable', message: expect.stringMatching(says) });
    await expect(failed).rejects.not.toThrow(/not-the-secret/);
  });

  test('refuses a service that ignores conditions, and leaves nothing there', async () => {
    const fake = await fakeS3({ ignoresConditions: true });
    await expect(open(fake)).rejects.toThrow(/ignores If-None-Match.*conditional-writes/);
    expect(fake.objects.size).toBe(0);
  });

  test('leaves nothing in the bucket', async () => {
    const fake = await fakeS3();
    await open(fake);
    expect(fake.objects.size).toBe(0);
  });
});

describe('a service with bad moments', () => {
  test('is asked again when it wants to be, and when it says nothing', async () => {
    const fake = await fakeS3();
    const store = await open(fake);
    fake.faults.push({ status: 503, code: 'SlowDown' }, 'cut before', { status: 429, code: 'TooManyRequests' });
    await store.put('key', 1);
    fake.faults.push({ status: 500, code: 'InternalError' });
    expect((await store.get('key'))?.value).toBe(1);
    expect(fake.faults).toEqual([]);
  });

  test('is asked again after a conflict that is about the moment', async () => {
    const fake = await fakeS3();
    const store = await open(fake);
    fake.faults.push({ status: 409, code: 'ConditionalRequestConflict' });
    const { version } = await store.put('key', 1, { ifVersion: null });
    fake.faults.push({ status: 409, code: 'ConditionalRequestConflict' });
    await store.put('key', 2, { ifVersion: version });
    expect((await store.get('key'))?.value).toBe(2);
  });

  test('is not asked for long', async () => {
    const fake = await fakeS3();
    const store = await open(fake);
    fake.faults.push(...Array(9).fill({ status: 503, code: 'ServiceUnavailable' }));
    await expect(store.get('key')).rejects.toMatchObject({ code: 'unavailable', message: /503 ServiceUnavailable/ });
  });

  test('writes once, although the answer was lost', async () => {
    const fake = await fakeS3();
    const store = await open(fake);
    fake.faults.push('cut after');
    const created = await store.put('key', 1, { ifVersion: null });
    fake.faults.push('cut after');
    const replaced = await store.put('key', 2, { ifVersion: created.version });
    expect(await store.get('key')).toEqual(replaced);
  });

  test('does not hide that a write was lost for good', async () => {
    const fake = await fakeS3();
    const store = await open(fake);
    const { version } = await store.put('key', 1);
    await store.put('key', 2);
    fake.faults.push('cut before');
    await expect(store.put('key', 3, { ifVersion: version })).rejects.toMatchObject({ code: 'unavailable' });
    expect((await store.get('key'))?.value).toBe(2);
  });

  test('loses its bucket', async () => {
    const fake = await fakeS3();
    const store = await open(fake);
    fake.faults.push({ status: 404, code: 'NoSuchBucket' });
    await expect(store.get('key')).rejects.toMatchObject({ code: 'unavailable', message: /NoSuchBucket/ });
  });
});

describe('listings', () => {
  const KEYS = ['a b', 'a%20b', 'a+b', 'a&amp;b', 'a<b>"\'', 'naïve', '🦊'].sort();

  test.each([true, false])('read names as they are, encoded or not: %s', async (listsEncoded) => {
    const store = await open(await fakeS3({ listsEncoded }));
    for (const key of KEYS) await store.put(key, key);
    expect([...(await store.list()).keys].sort()).toEqual(KEYS);
  });

  test('pass over what is no entry', async () => {
    const fake = await fakeS3();
    const store = await open(fake);
    for (const name of ['a/', 'b//c', 'd/', 'e/']) fake.objects.set(`mcp-server/${name}`, '');
    fake.objects.set('mcp-server-2/other', '');
    await store.put('z', 1);
    expect(await store.list({ limit: 1 })).toEqual({ keys: ['z'] });
  });

  test('open only what can have expired, and remove it', async () => {
    const fake = await fakeS3();
    const store = await open(fake);
    await store.put('brief', 1, { ttlMs: 1 });
    await store.put('later', 1, { ttlMs: 60_000 });
    for (let n = 0; n < 10; n++) await store.put(`lasting-${n}`, 'x'.repeat(n));
    fake.requests.length = 0;
    expect((await store.list()).keys).toHaveLength(11);
    const opened = fake.requests.filter((request) => !request.includes('list-type'));
    expect(opened.sort()).toEqual([
      `DELETE /${FAKE.bucket}/mcp-server/brief`,
      `GET /${FAKE.bucket}/mcp-server/brief`,
      `GET /${FAKE.bucket}/mcp-server/later`,
    ]);
    expect([...fake.objects.keys()]).not.toContain('mcp-server/brief');
  });
});

test('an object that is no entry is told from one that is not there', async () => {
  const fake = await fakeS3();
  const store = await open(fake);
  fake.objects.set('mcp-server/foreign', '{"some":"thing"}');
  await expect(store.get('foreign')).rejects.toMatchObject({ code: 'corrupt' });
});

test('XML is read as services write it', () => {
  const xml = `<?xml version="1.0"?><ListBucketResult xmlns="x"><IsTruncated>true</IsTruncated><Prefix>p</Prefix>
    <Contents><Key>a&amp;lt;&#x1F98A;&#38;&apos;</Key><Size>3</Size><Owner><ID>i</ID></Owner></Contents>
  </ListBucketResult>`;
  expect(parseListing(xml)).toEqual({ objects: [{ name: "a&lt;🦊&'", bytes: 3 }], isTruncated: true });
  expect(parseListing('<ListBucketResult></ListBucketResult>')).toEqual({ objects: [], isTruncated: false });
  expect(() => parseListing('<html></html>')).toThrow('no listing');
  expect(parseFailure('gateway timeout')).toEqual({ code: '', message: '', region: undefined });
});
