import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An authorization server with one key, of which tokens can be had for the asking. */
export interface Issuer {
  readonly url: string;
  /** How often it was asked for its keys. */
  readonly asked: number;
  /** A token of an hour with these claims over the usual ones; `undefined` leaves one out. */
  token(claims?: Readonly<Record<string, unknown>>, as?: { readonly key?: KeyObject; readonly kid?: string }): string;
  close(): void;
}

const KID = 'current';
const newKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** A key that no issuer knows. */
export const strangersKey = (): KeyObject => newKey().privateKey;

/**
 * Starts one on loopback.
 *
 * @param discovery the path of its description, below its address
 * @see https://www.rfc-editor.org/rfc/rfc8414, https://www.rfc-editor.org/rfc/rfc9068
 */
export async function startIssuer(discovery: string, audience: string): Promise<Issuer> {
  const key = newKey();
  let asked = 0;
  const answerTo = (path = ''): object | undefined => {
    if (path === discovery) return { issuer: url, jwks_uri: `${url}/keys` };
    if (path !== '/keys') return undefined;
    asked++;
    return { keys: [{ ...key.publicKey.export({ format: 'jwk' }), kid: KID, alg: 'ES256', use: 'sig' }] };
  };
  const server = createServer((request, response) => {
    const answer = answerTo(request.url);
    response.writeHead(answer === undefined ? 404 : 200).end(JSON.stringify(answer ?? {}));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    get asked() {
      return asked;
    },
    token(claims = {}, as = {}) {
      const exp = Math.floor(Date.now() / 1000) + 3600;
      const usual = { iss: url, aud: audience, sub: 'ada', client_id: 'app', scope: 'mail mcp', exp };
      const header = { alg: 'ES256', kid: as.kid ?? KID, typ: 'at+jwt' };
      const text = [header, { ...usual, ...claims }].map(encode).join('.');
      const signature = sign('sha256', Buffer.from(text), { key: as.key ?? key.privateKey, dsaEncoding: 'ieee-p1363' });
      return `${text}.${signature.toString('base64url')}`;
    },
    close: () => server.close(),
  };
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
