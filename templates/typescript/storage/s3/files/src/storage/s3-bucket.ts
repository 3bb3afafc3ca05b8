import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { AwsClient } from 'aws4fetch';
import type { Config } from '../config.js';
import { parseFailure } from './s3-format.js';
import { StoreError } from './store.js';

export interface S3Request {
  method: 'GET' | 'PUT' | 'DELETE';
  /** Absent: the bucket itself. */
  object?: string;
  query?: Readonly<Record<string, string>>;
  headers?: Readonly<Record<string, string>>;
  body?: string;
}

/** What the service decided, for better or worse. */
export interface S3Answer {
  status: number;
  ok: boolean;
  etag: string;
  text: string;
  failure: ReturnType<typeof parseFailure>;
  /** Whether an earlier attempt got no answer, so that the service may have done the same already. */
  isRepeated: boolean;
}

/** All attempts at one request together, and each by itself. */
const PATIENCE_MS = 9_000;
const ATTEMPT_MS = 4_000;
const ATTEMPTS = 5;

/** What passes by itself, by status or by S3's own code. */
const PASSING_STATUS: number[] = [429, 500, 502, 503, 504];
const PASSING_CODES: string[] = ['ConditionalRequestConflict', 'OperationAborted', 'RequestTimeout', 'SlowDown'];

/** One bucket of an S3-compatible service: signed requests, tried again when that can help. */
export class S3Bucket {
  readonly #client: AwsClient;
  readonly #address: string;

  constructor(config: Config) {
    this.#client = new AwsClient({
      accessKeyId: config.S3_ACCESS_KEY_ID,
      secretAccessKey: config.S3_SECRET_ACCESS_KEY,
      region: config.S3_REGION,
      service: 's3',
    });
    // The bucket in the path, not in the host name: services on a plain address have no names for buckets.
    this.#address = `${config.S3_ENDPOINT.replace(/\/+$/, '')}/${encodePath(config.S3_BUCKET)}`;
  }

  /** @throws StoreError `unavailable` when there is no answer, or none but "later". */
  async send(request: S3Request): Promise<S3Answer> {
    const deadline = performance.now() + PATIENCE_MS;
    let isRepeated = false;
    for (let attempt = 1; ; attempt++) {
      const left = deadline - performance.now();
      const answer = await this.#attempt(request, Math.min(left, ATTEMPT_MS)).catch((error: unknown) => error as Error);
      if (!(answer instanceof Error) && !isPassing(answer)) return { ...answer, isRepeated };
      const pause = pauseBefore(attempt, answer);
      if (attempt === ATTEMPTS || performance.now() + pause >= deadline) throw unavailable(request.method, answer);
      // "Later" means that nothing was done; silence, or a failure on the way, leaves it open.
      isRepeated ||= answer instanceof Error || [500, 502, 504].includes(answer.status);
      await sleep(pause);
    }
  }

  async #attempt({ method, object, query = {}, headers, body }: S3Request, ms: number): Promise<Attempt> {
    const path = object === undefined ? '' : `/${encodePath(object)}`;
    // encodeURIComponent, since URLSearchParams would write a blank as `+`, which S3 signs as a plus.
    const search = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
    const url = `${this.#address}${path}${search.length > 0 ? `?${search.join('&')}` : ''}`;
    const hash = createHash('sha256')
      .update(body ?? '')
      .digest('hex');
    const request = await this.#client.sign(url, {
      method,
      headers: { ...headers, 'x-amz-content-sha256': hash },
      ...(body !== undefined && { body }),
    });
    // Not signed, as proxies change it. A compressed answer may come with a weakened ETag, which matches nothing.
    request.headers.set('accept-encoding', 'identity');
    const response = await fetch(request, { redirect: 'manual', signal: AbortSignal.timeout(ms) });
    const text = await response.text();
    const failure = parseFailure(response.ok ? '' : text);
    const { status, ok, headers: fields } = response;
    return { status, ok, etag: fields.get('etag') ?? '', text, failure, retryAfter: Number(fields.get('retry-after')) };
  }
}

/** `retryAfter` in seconds; 0 or no number where the service does not say. */
type Attempt = Omit<S3Answer, 'isRepeated'> & { retryAfter: number };

const isPassing = ({ status, failure }: Attempt): boolean =>
  PASSING_STATUS.includes(status) || PASSING_CODES.includes(failure.code);

/** Longer each time, and different for each caller, so that they do not come back all at once. */
function pauseBefore(attempt: number, answer: Attempt | Error): number {
  const asked = answer instanceof Error ? 0 : answer.retryAfter * 1000 || 0;
  return Math.max(asked, 20 + Math.random() * 100 * 2 ** attempt);
}

function unavailable(method: string, answer: Attempt | Error): StoreError {
  if (!(answer instanceof Error)) return new StoreError('unavailable', `S3: ${method} answered ${describe(answer)}`);
  // Messages of fetch hold the address at times; the code of the cause says what happened.
  const { code } = (answer.cause ?? {}) as { code?: string };
  return new StoreError('unavailable', `S3: ${method} got no answer (${code ?? answer.name})`, answer);
}

/** `403 AccessDenied (Access Denied.)` */
export const describe = ({ status, failure }: Pick<S3Answer, 'status' | 'failure'>): string =>
  [status, failure.code, failure.message && `(${failure.message})`].filter(Boolean).join(' ');

/** As the signature wants it: every byte but letters, digits, `-._~` and the slashes between segments. */
const encodePath = (path: string): string =>
  encodeURIComponent(path)
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%2F', '/');
