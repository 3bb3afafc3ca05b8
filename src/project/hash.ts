/**
 * FNV-1a, 64 bit, as 16 hex digits: http://www.isthe.com/chongo/tech/comp/fnv/
 *
 * It tells whether somebody edited a file; it does not defend against anybody. Written here because loading node:crypto
 * costs more than all the rest of planning a project.
 */
export function fnv1a64(text: string): string {
  let high = 0xcbf29ce4;
  let low = 0x84222325;
  for (const byte of Buffer.from(text)) {
    // The prime is 2^40 + 0x1b3: multiply both halves by 0x1b3, carry, and add the low half shifted by 40.
    const product = ((low ^ byte) >>> 0) * 0x1b3;
    high = (high * 0x1b3 + Math.floor(product / 2 ** 32) + ((low ^ byte) << 8)) >>> 0;
    low = product >>> 0;
  }
  return [high, low].map((half) => half.toString(16).padStart(8, '0')).join('');
}
