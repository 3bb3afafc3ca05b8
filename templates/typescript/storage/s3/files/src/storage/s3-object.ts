import type { Entry, Json } from './store.js';

/** What an object says about its entry besides the value. */
export interface Meta {
  /** Makes equal values differ, and with them the ETags, which are hashes. */
  readonly nonce: string;
  readonly updatedAt: string;
  readonly expiresAt?: string;
}

/** An object as it was read. */
export interface Found extends Meta {
  readonly etag: string;
  readonly value: Json;
}

/**
 * The JSON of an object. What expires has an odd number of bytes and all else an even one: a listing tells how long
 * objects are but not what is in them, so it has to open only those that may have expired.
 */
export function toBody(meta: Meta, value: string): string {
  const body = `${JSON.stringify(meta).slice(0, -1)},"value":${value}}`;
  const isRight = mayExpire(Buffer.byteLength(body)) === (meta.expiresAt !== undefined);
  return isRight ? body : `${body}\n`;
}

export const mayExpire = (bytes: number): boolean => bytes % 2 === 1;

/** @throws an Error when the text is no body. */
export function fromBody(text: string, etag: string): Found {
  const { nonce, updatedAt, expiresAt, value } = JSON.parse(text) as Partial<Found>;
  if (nonce === undefined || updatedAt === undefined || value === undefined) throw new Error('a field is missing');
  return { nonce, updatedAt, value, etag, ...(expiresAt !== undefined && { expiresAt }) };
}

export const isExpired = ({ expiresAt }: Pick<Meta, 'expiresAt'>): boolean =>
  expiresAt !== undefined && Date.parse(expiresAt) <= Date.now();

export function toEntry(key: string, { etag, value, updatedAt, expiresAt }: Found): Entry {
  if (expiresAt === undefined) return { key, value, version: etag, updatedAt };
  // With the moment in it, a write needs no reading to know that this version counts as absent by now.
  return { key, value, version: `${etag}@${expiresAt}`, updatedAt, expiresAt };
}

/** The ETag of no object. */
export const STALE = `"${'0'.repeat(32)}"`;

/** The header that makes a write conditional. A version that cannot be the current one becomes an ETag that is none. */
export function conditionOf(ifVersion: string | null | undefined): Readonly<Record<string, string>> {
  if (ifVersion === undefined) return {};
  if (ifVersion === null) return { 'if-none-match': '*' };
  const [, etag = STALE, expiresAt] = /^("[\x21\x23-\x7E]+")(?:@(.+))?$/.exec(ifVersion) ?? [];
  return { 'if-match': expiresAt !== undefined && isExpired({ expiresAt }) ? STALE : etag };
}
