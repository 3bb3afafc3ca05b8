import { type Json, StoreError } from './store.js';

export const MAX_KEY_BYTES = 512;

/** Most keys are of this kind, and to look closer at them would cost as much as to read an entry. */
const PLAIN = /^[\w-]+(?:\/[\w-]+)*$/;

/** @throws StoreError `invalid_key` for what not every backend could hold. */
export function checkKey(key: string): void {
  if (key.length <= MAX_KEY_BYTES && PLAIN.test(key)) return;
  const segments = key.split('/');
  const valid =
    key.isWellFormed() &&
    key === key.normalize('NFC') &&
    Buffer.byteLength(key) <= MAX_KEY_BYTES &&
    !/[\p{Cc}\p{Noncharacter_Code_Point}]/u.test(key) &&
    segments.every((segment) => segment !== '' && segment !== '.' && segment !== '..');
  if (!valid) throw new StoreError('invalid_key', `Invalid key: ${JSON.stringify(key.slice(0, 80))}`);
}

/** The JSON text of a value. @throws StoreError `invalid_value` or `too_large`. */
export function encode(value: Json, maxBytes: number): string {
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) throw new StoreError('invalid_value', 'The value is not JSON.');
  // NUL and lone surrogates are escapes in JSON, but databases and UTF-8 files cannot hold what they stand for.
  if (/(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][0-9a-f]{2})/.test(text)) {
    throw new StoreError('invalid_value', 'The value holds U+0000 or a lone surrogate.');
  }
  if (Buffer.byteLength(text) > maxBytes) {
    throw new StoreError('too_large', `The value is larger than ${maxBytes} bytes.`);
  }
  return text;
}

/** @throws RangeError outside of 1 to 1000. */
export function checkLimit(limit = 100): number {
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) throw new RangeError('limit must be from 1 to 1000');
  return limit;
}

/** Cursors hold the last key of a page, so a walk goes on correctly whatever was deleted meanwhile. */
export const encodeCursor = (lastKey: string): string => Buffer.from(lastKey).toString('base64url');

/** The key behind which a page begins; empty for the first page. @throws StoreError `invalid_key` */
export function decodeCursor(cursor: string | undefined): string {
  if (cursor === undefined) return '';
  const key = Buffer.from(cursor, 'base64url').toString();
  if (encodeCursor(key) !== cursor) throw new StoreError('invalid_key', 'Not a cursor of this list.');
  checkKey(key);
  return key;
}
