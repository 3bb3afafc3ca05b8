/**
 * The little XML that S3 answers with: flat elements without attributes that matter. Names of objects cannot hold
 * characters that XML has no way to write, since no key does.
 */

export interface S3Failure {
  /** `NoSuchBucket`, `SlowDown`, …; empty when the answer is not S3's. */
  readonly code: string;
  readonly message: string;
  /** The region that the service expected, where it says so. */
  readonly region: string | undefined;
}

export interface Listed {
  readonly name: string;
  readonly bytes: number;
}

export interface Listing {
  readonly objects: readonly Listed[];
  readonly isTruncated: boolean;
}

export function parseFailure(xml: string): S3Failure {
  const error = element(xml, 'Error') ?? '';
  return {
    code: textOf(error, 'Code') ?? '',
    message: textOf(error, 'Message') ?? '',
    region: textOf(error, 'Region'),
  };
}

/** @throws an Error when the answer is no listing. */
export function parseListing(xml: string): Listing {
  const result = element(xml, 'ListBucketResult');
  if (result === undefined) throw new Error('the answer is no listing');
  // Only services that do so unasked: in an encoded name `+` is a blank, else it is itself.
  const isEncoded = textOf(result, 'EncodingType') === 'url';
  const objects = [...result.matchAll(/<Contents>(.*?)<\/Contents>/gs)].map(([, contents = '']) => {
    const name = textOf(contents, 'Key') ?? '';
    return {
      name: isEncoded ? decodeURIComponent(name.replaceAll('+', ' ')) : name,
      bytes: Number(textOf(contents, 'Size')),
    };
  });
  return { objects, isTruncated: textOf(result, 'IsTruncated') === 'true' };
}

/** What is inside of the first element of a name, as it is written. */
const element = (xml: string, name: string): string | undefined =>
  new RegExp(`<${name}(?:\\s[^>]*)?>(.*?)</${name}>`, 's').exec(xml)?.[1];

function textOf(xml: string, name: string): string | undefined {
  return element(xml, name)?.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (entity, hex, decimal, named) => {
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    return ENTITIES[named] ?? entity;
  });
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
