import type { Config } from '../config.js';
import { describe, type S3Answer, type S3Bucket, type S3Request } from './s3-bucket.js';
import { STALE } from './s3-format.js';
import { StoreError } from './store.js';

/**
 * Makes sure that the bucket is there, that the key may use it, and that the service keeps to conditions: one that
 * ignores them would let two servers overwrite each other without a word.
 *
 * @throws StoreError `unavailable` that names the setting to look at
 */
export async function checkBucket(
  bucket: S3Bucket,
  prefix: string,
  config: Config,
): Promise<{ deletesOnCondition: boolean }> {
  const ask = async (request: S3Request): Promise<S3Answer> => {
    try {
      return await bucket.send(request);
    } catch (error) {
      throw refusal(`${(error as Error).message}. ${UNREACHABLE}`, error);
    }
  };
  const mustSucceed = (answer: S3Answer): void => {
    if (!answer.ok) throw refusal(`S3: ${reasonOf(answer, config)}`);
  };
  const object = `${prefix}.probe-${crypto.randomUUID()}`;
  const put = (body: string, headers: S3Request['headers']): Promise<S3Answer> =>
    ask({ method: 'PUT', object, body, headers: { ...headers, 'content-type': 'text/plain' } });

  mustSucceed(await ask({ method: 'GET', query: { 'list-type': '2', 'max-keys': '1', prefix } }));
  const first = await put('1', {});
  mustSucceed(first);
  const create = await put('2', { 'if-none-match': '*' });
  const replace = await put('3', { 'if-match': STALE });
  const remove = await ask({ method: 'DELETE', object, headers: { 'if-match': STALE } });
  // Where conditions are ignored it is gone already, which is as well.
  mustSucceed(await ask({ method: 'DELETE', object }));
  const isStrict = create.status === 412 && replace.status === 412 && /^"[^"]+"$/.test(first.etag);
  if (!isStrict) throw refusal(NO_CONDITIONS);
  return { deletesOnCondition: remove.status === 412 };
}

const UNREACHABLE =
  'S3_ENDPOINT must be the address of a service that runs, such as https://s3.eu-central-1.amazonaws.com; ' +
  'see https://docs.aws.amazon.com/general/latest/gr/s3.html';

const NO_CONDITIONS =
  'S3: the service at S3_ENDPOINT ignores If-None-Match or If-Match, so two servers could overwrite each other. ' +
  'Use one that has conditional writes, such as Amazon S3, Cloudflare R2 or Ceph; ' +
  'see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html';

const refusal = (message: string, cause?: unknown): StoreError => new StoreError('unavailable', message, cause);

/** What S3 says in its own words, and which setting that is about. */
function reasonOf(answer: S3Answer, { S3_BUCKET, S3_REGION }: Config): string {
  const { code, region } = answer.failure;
  const isElsewhere = answer.status === 301 || answer.status === 307 || code === 'AuthorizationHeaderMalformed';
  if (code === 'NoSuchBucket')
    return `there is no bucket "${S3_BUCKET}". Create it, or set S3_BUCKET to one that exists.`;
  if (isElsewhere) {
    const where = region === '' ? 'in another region' : `in the region ${region}`;
    return `the bucket is ${where}, not in ${S3_REGION}. Set S3_REGION and S3_ENDPOINT to its own.`;
  }
  const advice = ADVICE[code] ?? (answer.status === 403 ? ADVICE.AccessDenied : UNREACHABLE);
  return `the service answered ${describe(answer)}. ${advice}`;
}

const ADVICE: Readonly<Record<string, string>> = {
  AccessDenied:
    'The key in S3_ACCESS_KEY_ID needs s3:ListBucket on the bucket in S3_BUCKET, and s3:GetObject, s3:PutObject and ' +
    's3:DeleteObject on what is in it.',
  InvalidAccessKeyId: 'Set S3_ACCESS_KEY_ID to a key of this service.',
  SignatureDoesNotMatch: 'Set S3_SECRET_ACCESS_KEY to the secret that belongs to S3_ACCESS_KEY_ID.',
  RequestTimeTooSkewed: 'Set the clock of this machine.',
};
