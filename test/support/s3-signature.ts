import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export interface Credentials {
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/**
 * Checks AWS Signature Version 4 in a header, from the documentation and without the client's code.
 *
 * @returns S3's error code and message, or undefined when all is well
 */
export function refuse(request: IncomingMessage, body: Buffer, credentials: Credentials): [string, string] | undefined {
  const { headers, method = '', url = '' } = request;
  const pattern =
    /^AWS4-HMAC-SHA256 Credential=(.+?)\/(\d{8})\/(.+?)\/s3\/aws4_request, ?SignedHeaders=(.+?), ?Signature=([0-9a-f]{64})$/;
  const match = pattern.exec(headers.authorization ?? '');
  if (match === null) return ['AccessDenied', 'The authorization header is missing or malformed.'];
  const [, accessKeyId = '', day = '', region = '', signedHeaders = '', signature = ''] = match;
  if (accessKeyId !== credentials.accessKeyId) return ['InvalidAccessKeyId', 'The access key does not exist.'];
  if (region !== credentials.region) return ['AuthorizationHeaderMalformed', `the region '${region}' is wrong`];

  const date = String(headers['x-amz-date']);
  const [, year, month, dayOfMonth, hour, minute, second] = /^(....)(..)(..)T(..)(..)(..)Z$/.exec(date) ?? [];
  const skew = Math.abs(Date.now() - Date.parse(`${year}-${month}-${dayOfMonth}T${hour}:${minute}:${second}Z`));
  if (!(skew < 15 * 60_000) || !date.startsWith(day)) return ['RequestTimeTooSkewed', 'The time is too far off.'];

  const names = signedHeaders.split(';');
  const mustBeSigned = ['host', ...Object.keys(headers).filter((name) => name.startsWith('x-amz-'))];
  if (mustBeSigned.some((name) => !names.includes(name)) || !names.includes('x-amz-content-sha256')) {
    return ['AccessDenied', 'There were headers present in the request which were not signed.'];
  }
  const hash = sha256(body);
  if (headers['x-amz-content-sha256'] !== hash) return ['XAmzContentSHA256Mismatch', 'The payload hash is wrong.'];

  const [path = '', query = ''] = url.split('?');
  const canonical = [
    method,
    path.split('/').map(recode).join('/'),
    query.split('&').filter(Boolean).map(canonicalPair).sort().join('&'),
    ...names.map((name) => `${name}:${String(headers[name]).trim().replace(/\s+/g, ' ')}`),
    '',
    signedHeaders,
    hash,
  ].join('\n');
  const scope = `${day}/${region}/s3/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n');
  const key = [day, region, 's3', 'aws4_request'].reduce(hmac, Buffer.from(`AWS4${credentials.secretAccessKey}`));
  if (timingSafeEqual(hmac(key, text), Buffer.from(signature, 'hex'))) return undefined;
  return ['SignatureDoesNotMatch', 'The request signature does not match.'];
}

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');
const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** A part of a URL in the one form that is signed. */
const recode = (part: string): string =>
  [...Buffer.from(decodeURIComponent(part))]
    .map((byte) => String.fromCharCode(byte))
    .map((byte) => (/[\w.~-]/.test(byte) ? byte : `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`))
    .join('');

function canonicalPair(pair: string): string {
  const [name = '', value = ''] = pair.split('=');
  return `${recode(name)}=${recode(value)}`;
}
