import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Credentials, refuse } from './s3-signature.ts';

/** What the service does with the next request instead of what it should. */
export type Fault = { readonly status: number; readonly code: string } | 'cut before' | 'cut after';

export interface FakeS3 {
  readonly endpoint: string;
  /** Taken from the front, one a request. */
  readonly faults: Fault[];
  /** `GET /bucket/key`, … as they came. */
  readonly requests: string[];
  readonly objects: Map<string, string>;
  close(): Promise<void>;
}

export interface Behaviour {
  /** Conditions are taken for nothing, as some services do. */
  readonly ignoresConditions?: boolean;
  readonly listsEncoded?: boolean;
}

export const FAKE = {
  bucket: 'test-bucket',
  region: 'eu-central-1',
  accessKeyId: 'AKIAFAKE',
  secretAccessKey: 'fake/secret+key',
} as const satisfies Credentials & { readonly bucket: string };

/**
 * One bucket of S3, as the API reference describes it: signatures, conditional writes and deletes, listings in the order
 * of UTF-8, errors as XML. Everything that the documentation does not allow is refused.
 */
export async function startFakeS3(behaviour: Behaviour = {}): Promise<FakeS3> {
  const objects = new Map<string, string>();
  const faults: Fault[] = [];
  const requests: string[] = [];
  const server = createServer(async (request, response) => {
    const body = await readAll(request).catch(() => undefined);
    // Whoever sent it was killed meanwhile.
    if (body === undefined) return;
    requests.push(`${request.method} ${request.url}`);
    const fault = faults.shift();
    if (fault === 'cut before') return request.socket.destroy();
    const answer = typeof fault === 'object' ? error(fault.status, fault.code, 'A fault.') : decide(request, body);
    if (fault === 'cut after') return request.socket.destroy();
    return send(response, answer);
  });
  const decide = (request: IncomingMessage, body: Buffer): Answer => {
    const refusal = refuse(request, body, FAKE);
    if (refusal !== undefined) return error(refusal[0] === 'AuthorizationHeaderMalformed' ? 400 : 403, ...refusal);
    return new Exchange(request, body.toString(), objects, behaviour).answer();
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    faults,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

class Exchange {
  readonly #url: URL;
  readonly #object: string;

  constructor(
    readonly request: IncomingMessage,
    readonly body: string,
    readonly objects: Map<string, string>,
    readonly behaviour: Behaviour,
  ) {
    this.#url = new URL(request.url ?? '', 'http://localhost');
    const [, bucket = '', ...path] = this.#url.pathname.split('/');
    this.#object = bucket === FAKE.bucket ? decodeURIComponent(path.join('/')) : '\0';
  }

  answer(): Answer {
    if (this.#object === '\0') return error(404, 'NoSuchBucket', 'The specified bucket does not exist');
    const { method } = this.request;
    if (this.#object === '') return method === 'GET' ? this.#list() : error(405, 'MethodNotAllowed', 'Not allowed.');
    if (method === 'GET') return this.#get();
    if (method === 'PUT') return this.#put();
    return method === 'DELETE' ? this.#delete() : error(405, 'MethodNotAllowed', 'Not allowed.');
  }

  #get(): Answer {
    const body = this.objects.get(this.#object);
    return body === undefined ? NO_SUCH_KEY : { status: 200, headers: { etag: etagOf(body) }, body };
  }

  #put(): Answer {
    if (this.request.headers['content-length'] === undefined) return error(411, 'MissingContentLength', 'Missing.');
    if (Buffer.byteLength(this.#object) > 1024) return error(400, 'KeyTooLongError', 'Your key is too long');
    const failed = this.#condition();
    if (failed !== undefined) return failed;
    this.objects.set(this.#object, this.body);
    return { status: 200, headers: { etag: etagOf(this.body) } };
  }

  #delete(): Answer {
    const failed = this.#condition();
    if (failed !== undefined) return failed;
    this.objects.delete(this.#object);
    return { status: 204 };
  }

  #condition(): Answer | undefined {
    const { 'if-match': match, 'if-none-match': noneMatch } = this.request.headers;
    if (this.behaviour.ignoresConditions) return undefined;
    const body = this.objects.get(this.#object);
    if (noneMatch !== undefined && (noneMatch !== '*' || this.request.method !== 'PUT')) {
      return error(501, 'NotImplemented', 'A header you provided implies functionality that is not implemented.');
    }
    if (noneMatch === '*' && body !== undefined) return PRECONDITION_FAILED;
    if (match === undefined) return undefined;
    if (body === undefined) return NO_SUCH_KEY;
    return match === etagOf(body) ? undefined : PRECONDITION_FAILED;
  }

  #list(): Answer {
    const query = this.#url.searchParams;
    if (query.get('list-type') !== '2') return error(501, 'NotImplemented', 'Only version 2 is here.');
    const max = Number(query.get('max-keys') ?? 1000);
    if (!Number.isInteger(max) || max < 0) return error(400, 'InvalidArgument', 'max-keys');
    const prefix = query.get('prefix') ?? '';
    const after = Buffer.from(query.get('start-after') ?? '');
    const isEncoded = this.behaviour.listsEncoded === true;
    const show = isEncoded ? (text: string) => encodeURIComponent(text).replaceAll('%20', '+') : escapeXml;
    const names = [...this.objects.keys()]
      .filter((name) => name.startsWith(prefix) && Buffer.compare(Buffer.from(name), after) > 0)
      .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    const shown = names.slice(0, Math.min(max, 1000));
    const contents = shown.map((name) => {
      const body = this.objects.get(name) ?? '';
      const etag = escapeXml(etagOf(body));
      const size = Buffer.byteLength(body);
      return `<Contents><Key>${show(name)}</Key><ETag>${etag}</ETag><Size>${size}</Size></Contents>`;
    });
    const head = `<Name>${FAKE.bucket}</Name><Prefix>${show(prefix)}</Prefix><KeyCount>${shown.length}</KeyCount>`;
    const rest = `<IsTruncated>${shown.length < names.length}</IsTruncated>${isEncoded ? '<EncodingType>url</EncodingType>' : ''}`;
    const body = `${HEAD}<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${head}${rest}${contents.join('')}</ListBucketResult>`;
    return { status: 200, headers: XML, body };
  }
}

const escapeXml = (text: string): string => text.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`);

const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n';
const XML = { 'content-type': 'application/xml' };

const error = (status: number, code: string, message: string): Answer => ({
  status,
  headers: XML,
  body: `${HEAD}<Error><Code>${code}</Code><Message>${escapeXml(message)}</Message><Region>${FAKE.region}</Region></Error>`,
});
const NO_SUCH_KEY = error(404, 'NoSuchKey', 'The specified key does not exist.');
const PRECONDITION_FAILED = error(412, 'PreconditionFailed', 'At least one of the pre-conditions did not hold');

const etagOf = (body: string): string => `"${createHash('md5').update(body).digest('hex')}"`;

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function send(response: ServerResponse, { status, headers = {}, body = '' }: Answer): void {
  response
    .writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) })
    .end(status === 204 ? undefined : body);
}
