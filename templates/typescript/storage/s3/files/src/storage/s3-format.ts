/** What objects hold, and the little XML that S3 answers with: flat elements without attributes that matter. */
import { checkKey, type Entry, type Json, StoreError } from './store.js';

/** The JSON in an object. */
export interface Body {
  /** Makes equal values differ, and with them the ETags, which are hashes. */
  nonce: string;
  updatedAt: string;
  expiresAt?: string;
  value: Json;
}

export type Found = Body & { etag: string };

/** @throws StoreError `corrupt` */
export function parseBody(key: string, text: string, etag: string): Found {
  try {
    const { nonce, updatedAt, expiresAt, value } = JSON.parse(text) as Body;
    if (typeof nonce !== 'string' || value === undefined) throw new Error('a field is missing');
    for (const time of [updatedAt, expiresAt ?? updatedAt]) new Date(time).toISOString();
    return { nonce, updatedAt, value, etag, ...(expiresAt !== undefined && { expiresAt }) };
  } catch (error) {
    throw new StoreError('corrupt', `S3: the object of ${key} is not an entry: ${(error as Error).message}`, error);
  }
}

export const isExpired = ({ expiresAt }: Pick<Body, 'expiresAt'>): boolean =>
  expiresAt !== undefined && Date.parse(expiresAt) <= Date.now();

export function toEntry(key: string, { etag, value, updatedAt, expiresAt }: Found): Entry {
  if (expiresAt === undefined) return { key, value, version: etag, updatedAt };
  // With the moment in it, a write needs no reading to know that this version counts as absent by now.
  return { key, value, version: `${etag}@${expiresAt}`, updatedAt, expiresAt };
}

/** The ETag of no object. */
export const STALE = `"${'0'.repeat(32)}"`;

/** The header that makes a write conditional. A version that cannot be the current one becomes an ETag that is none. */
export function conditionOf(ifVersion: string | null | undefined): Record<string, string> {
  if (ifVersion === undefined) return {};
  if (ifVersion === null) return { 'if-none-match': '*' };
  const [, etag = STALE, expiresAt] = /^("[\x21\x23-\x7E]+")(?:@(.+))?$/.exec(ifVersion) ?? [];
  return { 'if-match': isExpired({ expiresAt }) ? STALE : etag };
}

const PROBE = /^\.probe-[0-9a-f-]{36}$/;

/** Others may keep objects in the same folder: consoles make empty ones that end in a slash, servers make probes. */
export function isKey(name: string): boolean {
  try {
    checkKey(name);
    return !PROBE.test(name);
  } catch {
    return false;
  }
}

/** What S3 says about a failure; empty where the answer is not S3's. */
export function parseFailure(xml: string) {
  const error = element(xml, 'Error') ?? '';
  return { code: textOf(error, 'Code'), message: textOf(error, 'Message'), region: textOf(error, 'Region') };
}

/** The names in a listing. @throws StoreError when the answer is none */
export function parseListing(xml: string): { names: string[]; isTruncated: boolean } {
  const result = element(xml, 'ListBucketResult');
  if (result === undefined) throw new StoreError('unavailable', 'S3: the answer is no listing');
  // Only services that do so unasked: in an encoded name `+` is a blank, else it is itself.
  const isEncoded = textOf(result, 'EncodingType') === 'url';
  const names = [...result.matchAll(/<Contents>(.*?)<\/Contents>/gs)].map(([, contents = '']) => {
    const name = textOf(contents, 'Key');
    return isEncoded ? decodeURIComponent(name.replaceAll('+', ' ')) : name;
  });
  return { names, isTruncated: textOf(result, 'IsTruncated') === 'true' };
}

/** What is inside of the first element of a name, as it is written. */
const element = (xml: string, name: string): string | undefined =>
  new RegExp(`<${name}(?:\\s[^>]*)?>(.*?)</${name}>`, 's').exec(xml)?.[1];

const textOf = (xml: string, name: string): string =>
  (element(xml, name) ?? '').replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (entity, hex, decimal, named) => {
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    return { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }[named as string] ?? entity;
  });
