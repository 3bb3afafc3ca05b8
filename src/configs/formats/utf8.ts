import { TextError } from './format.ts';

export interface Decoded {
  /** A byte order mark, or nothing; it goes back where it was. */
  readonly bom: string;
  readonly text: string;
}

const BOM = '\uFEFF';

/**
 * Bytes of a config file as text. Encodings that cannot be kept byte for byte are refused.
 *
 * @throws {TextError} for UTF-16, NUL characters and bytes that are not UTF-8; the offset counts bytes then.
 */
export function decodeUtf8(bytes: Buffer): Decoded {
  const start = bytes.subarray(0, 2).toString('hex');
  if (start === 'fffe' || start === 'feff') throw new TextError(0, 'the file is UTF-16; save it as UTF-8');
  const nul = bytes.indexOf(0);
  if (nul >= 0) throw new TextError(nul, 'the file holds a NUL character; it may be UTF-16: save it as UTF-8');
  const all = bytes.toString('utf8');
  // Decoding replaces what is not UTF-8, so only text that encodes to the same bytes was UTF-8.
  const again = Buffer.from(all, 'utf8');
  if (!again.equals(bytes))
    throw new TextError(firstDifference(bytes, again), 'the file holds bytes that are not UTF-8');
  return all.startsWith(BOM) ? { bom: BOM, text: all.slice(1) } : { bom: '', text: all };
}

function firstDifference(a: Buffer, b: Buffer): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return at;
}
