import { lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { ToolError } from '../result.js';

/** Networks that are not the public internet: https://www.iana.org/assignments/iana-ipv4-special-registry */
const IPV4 =
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.168.0.0/16 ' +
  '198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/3';
/** Only 2000::/3 is public; these in it carry or reach other networks. */
const IPV6 = '2001::/23 2001:db8::/32 2002::/16 3fff::/20';

const blocked = new BlockList();
for (const network of `${IPV4} ${IPV6}`.split(' ')) {
  const [address = '', bits] = network.split('/');
  blocked.addSubnet(address, Number(bits), isIP(address) === 4 ? 'ipv4' : 'ipv6');
}
const globalUnicast = new BlockList();
globalUnicast.addSubnet('2000::', 3, 'ipv6');

/** Whether an address belongs to the public internet. An IPv4 address in the form of IPv6 is not in 2000::/3, so it does not. */
export function isPublic(address: string): boolean {
  if (isIP(address) === 4) return !blocked.check(address, 'ipv4');
  return globalUnicast.check(address, 'ipv6') && !blocked.check(address, 'ipv6');
}

export const notPublic = (host: string): ToolError =>
  new ToolError(`${host} is not a public address.`, 'Use one on the internet.');

/**
 * Looks a name up for a connection and refuses private addresses. The connection goes to the very address that was checked,
 * so a name that resolves differently a moment later (DNS rebinding) gains nothing.
 */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, '', 0);
    const [first] = addresses;
    if (first === undefined || !addresses.every(({ address }) => isPublic(address))) {
      return callback(notPublic(hostname), '', 0);
    }
    if (options.all === true) return callback(null, addresses);
    callback(null, first.address, first.family);
  });
};
