import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';
import type { AuthInfo } from '@modelcontextprotocol/server';

/**
 * Who sends a request: the client that was authenticated, where something in front of this has done so and set `auth`, else
 * the address it comes from.
 *
 * @param proxies how many proxies in front are our own. What a client writes into X-Forwarded-For itself stands further left
 * than what they add, so it is not believed.
 */
export function clientIdOf(request: IncomingMessage & { auth?: AuthInfo }, proxies: number): string {
  if (request.auth !== undefined) return `client ${request.auth.clientId}`;
  const forwarded = [request.headers['x-forwarded-for'] ?? []].flat().join().split(',');
  const address = proxies === 0 ? undefined : forwarded.at(-proxies)?.trim();
  return networkOf(address || (request.socket.remoteAddress ?? ''));
}

/** An IPv4 address, or the network of an IPv6 address, of which every customer has 2⁶⁴. */
function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined || !isIPv6(address)) return mapped ?? address;
  const [left = [], right] = address.split('::').map((part) => part.split(':'));
  const zeros = right === undefined ? 0 : 8 - left.length - right.length;
  return [...left, ...Array<string>(zeros).fill('0'), ...(right ?? [])]
    .slice(0, 4)
    .map((group) => Number.parseInt(group || '0', 16).toString(16))
    .join(':');
}
