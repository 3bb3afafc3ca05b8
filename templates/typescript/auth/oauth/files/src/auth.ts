import {
  type AuthInfo,
  getOAuthProtectedResourceMetadataUrl,
  OAuthError,
  OAuthErrorCode,
  type OAuthMetadata,
  oauthMetadataResponse,
  requireBearerAuth,
} from '@modelcontextprotocol/server';
import { createRemoteJWKSet, errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { config } from './config.js';
import { log } from './log.js';

interface Issuer {
  readonly metadata: OAuthMetadata;
  readonly keys: JWTVerifyGetKey;
}

/** What goes wrong with the issuer's keys says nothing of a token. */
const ISSUER_FAULTS = ['ERR_JOSE_GENERIC', 'ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID'];

/**
 * Lets in whoever brings an access token that the authorization server AUTH_ISSUER has made for this server: JWTs as in
 * RFC 9068. Clients find out where to get one by RFC 9728.
 */
export function createAuth() {
  const issuer = config.AUTH_ISSUER;
  const resource = new URL(config.PUBLIC_URL);
  const audience = config.AUTH_AUDIENCE ?? resource.href;
  const scopes = config.AUTH_SCOPES.split(' ').filter(Boolean);
  let found: Promise<Issuer> | undefined;

  /** Looks for the issuer when it is needed first, and again after it was not there. */
  const findIssuer = (): Promise<Issuer> => {
    found ??= discover(issuer);
    found.catch(() => {
      found = undefined;
    });
    return found;
  };

  async function verifyAccessToken(token: string): Promise<AuthInfo> {
    try {
      const { keys } = await findIssuer();
      const { payload } = await jwtVerify(token, keys, { issuer, audience, requiredClaims: ['exp'] });
      const { sub = '', exp, client_id, azp, scope, scp } = payload;
      return {
        token,
        // Sessions, consent and the rate limit tell callers apart by it, and many users have the same client.
        clientId: `${client_id ?? azp ?? ''} ${sub}`.trim(),
        scopes: [scope ?? scp ?? []].flat().join(' ').split(' '),
        expiresAt: exp,
        extra: payload,
      };
    } catch (error) {
      if (error instanceof errors.JOSEError && !ISSUER_FAULTS.includes(error.code)) {
        throw new OAuthError(OAuthErrorCode.InvalidToken, error.message);
      }
      // The SDK answers 500, and says nothing of it here.
      log.warn('no token can be checked', { issuer, error, cause: (error as Error).cause });
      throw error;
    }
  }

  return {
    /** Says who sends a request, or refuses it. */
    authenticate: requireBearerAuth({
      verifier: { verifyAccessToken },
      requiredScopes: scopes,
      resourceMetadataUrl: getOAuthProtectedResourceMetadataUrl(resource),
    }),
    /** Tells a client where to get a token; undefined for other paths. */
    async describe(path: string, method = ''): Promise<Response | undefined> {
      if (!path.startsWith('/.well-known/oauth-') || !['GET', 'HEAD', 'OPTIONS'].includes(method)) return undefined;
      const { metadata } = await findIssuer();
      const request = new Request(new URL(path, resource), { method });
      return oauthMetadataResponse(request, {
        oauthMetadata: metadata,
        resourceServerUrl: resource,
        scopesSupported: scopes,
      });
    },
  };
}

/** What an authorization server says of itself: RFC 8414, or OpenID Connect Discovery. */
async function discover(issuer: string): Promise<Issuer> {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, '');
  const oauth = `${origin}/.well-known/oauth-authorization-server${path}`;
  for (const url of [oauth, `${origin}${path}/.well-known/openid-configuration`]) {
    const response = await fetch(url, { signal: AbortSignal.timeout(5000) });
    if (!response.ok) continue;
    const metadata = (await response.json()) as OAuthMetadata & { jwks_uri: string };
    if (metadata.issuer !== issuer) throw new Error(`AUTH_ISSUER must be ${metadata.issuer}, as ${url} has it.`);
    return { metadata, keys: createRemoteJWKSet(new URL(metadata.jwks_uri)) };
  }
  throw new Error(`${issuer} (AUTH_ISSUER) says nothing of itself at ${oauth}, nor by OpenID Connect.`);
}
