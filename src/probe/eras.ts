import { isObject } from '../base/json.ts';
import { cut } from '../base/text.ts';
import type { HeadersOf } from './http.ts';
import type { Link, Params, Result } from './rpc.ts';

/** The two generations of the protocol that a server should speak. */
export type Era = '2025' | '2026';

export interface Greeting {
  readonly server: { readonly name: string; readonly version: string } | undefined;
  readonly protocol: string;
  readonly capabilities: Readonly<Record<string, unknown>>;
}

const LEGACY = '2025-11-25';
/** What a server of the older era may answer with. */
const LEGACY_VERSIONS = [LEGACY, '2025-06-18', '2025-03-26', '2024-11-05'];
const MODERN = '2026-07-28';
const META = 'io.modelcontextprotocol/';

/** How an era greets, and what goes along with each request. Spec: modelcontextprotocol.io/specification. */
export interface Dialect {
  readonly era: Era;
  greet(link: Link): Promise<Greeting>;
  /** The parameters of a request with what the era adds to them. */
  params(own?: Params): Params;
  readonly headers: HeadersOf;
}

/**
 * @param version of this package
 * @param capabilities what the server may ask for
 */
export function dialectOf(era: Era, version: string, capabilities: Params = {}): Dialect {
  const clientInfo = { name: 'create-mcp-mason', version };
  return era === '2025' ? legacy(clientInfo, capabilities) : modern(clientInfo, capabilities);
}

function legacy(clientInfo: Params, capabilities: Params): Dialect {
  return {
    era: '2025',
    params: (own = {}) => own,
    headers: (method): Record<string, string> => (method === 'initialize' ? {} : { 'mcp-protocol-version': LEGACY }),
    async greet(link) {
      const result = await link.request('initialize', { protocolVersion: LEGACY, capabilities, clientInfo });
      const protocol = String(result.protocolVersion);
      if (!LEGACY_VERSIONS.includes(protocol))
        throw new Error(`initialize offers the protocol version ${cut(protocol, 100)}.`);
      await link.notify('notifications/initialized');
      const server = serverOf(result.serverInfo);
      if (server === undefined) throw new Error('initialize names no server: serverInfo needs a name and a version.');
      return { server, protocol, capabilities: capabilitiesOf('initialize', result) };
    },
  };
}

function modern(clientInfo: Params, capabilities: Params): Dialect {
  const _meta = {
    [`${META}protocolVersion`]: MODERN,
    [`${META}clientInfo`]: clientInfo,
    [`${META}clientCapabilities`]: capabilities,
  };
  const params = (own: Params = {}): Params => ({ ...own, _meta: { ...(isObject(own._meta) && own._meta), ..._meta } });
  return {
    era: '2026',
    params,
    headers: (method, { name, uri }) => {
      const subject = method === 'tools/call' || method === 'prompts/get' ? name : uri;
      return {
        'mcp-protocol-version': MODERN,
        'mcp-method': method,
        ...(typeof subject === 'string' && { 'mcp-name': headerText(subject) }),
      };
    },
    async greet(link) {
      const result = await link.request('server/discover', params());
      const versions = Array.isArray(result.supportedVersions) ? result.supportedVersions : [];
      if (!versions.includes(MODERN)) throw new Error(`server/discover does not offer ${MODERN}.`);
      const meta = isObject(result._meta) ? result._meta : {};
      const server = serverOf(meta[`${META}serverInfo`]);
      return { server, protocol: MODERN, capabilities: capabilitiesOf('server/discover', result) };
    },
  };
}

/** A header holds printable ASCII; everything else goes as base64 (spec 2026-07-28, "Header values"). */
const headerText = (text: string): string =>
  /^(?!=\?base64\?)[!-~](?:[\t -~]*[!-~])?$/.test(text) ? text : `=?base64?${Buffer.from(text).toString('base64')}?=`;

function capabilitiesOf(method: string, { capabilities }: Result): Readonly<Record<string, unknown>> {
  if (!isObject(capabilities)) throw new Error(`${method} answers without capabilities.`);
  return capabilities;
}

function serverOf(info: unknown): Greeting['server'] {
  if (!isObject(info) || typeof info.name !== 'string' || typeof info.version !== 'string') return undefined;
  return { name: cut(info.name, 200), version: cut(info.version, 200) };
}
