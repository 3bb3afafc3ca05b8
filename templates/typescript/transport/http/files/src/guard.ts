import type { IncomingMessage, ServerResponse } from 'node:http';
import { config } from './config.js';
import { refusal } from './exchange.js';
import { log } from './log.js';

const CORS = {
  'access-control-allow-methods': 'POST, GET, DELETE, OPTIONS',
  'access-control-allow-headers': '*, Authorization',
  'access-control-max-age': '86400',
};
/** Refusals that are logged; there is no end to what others can send. */
const MAX_LOGGED = 20;
/** A name, or IPv6 in brackets, and no path. URLs take quotes and semicolons for parts of a name. */
const HOST_ALONE = /^([\w-]+(\.[\w-]+)*|\[[\da-f:.]+\])\/?$/;

/**
 * Lets requests in that are addressed to one of the server's names and, if they come from a web page, from one of its
 * own or of the allowed origins. Any page that a user visits could otherwise talk to a server on the user's machine
 * (DNS rebinding).
 *
 * @returns a function that throws a refusal, or answers a preflight and returns true.
 */
export function createGuard(): (request: IncomingMessage, response: ServerResponse) => boolean {
  const hosts = new Set(entries('ALLOWED_HOSTS', 'a host name such as mcp.example.com', (url) => url.hostname));
  const origins = new Set(entries('ALLOWED_ORIGINS', 'an origin such as https://app.example.com', originOf));
  const logged = new Set<string>();

  const refuse = (setting: string, header: string, given: string): never => {
    const [known, value] = [logged.size, given.slice(0, 200)];
    const isNew = known < MAX_LOGGED && logged.add(value).size > known;
    if (isNew) log.warn(`refused: ${header} not in ${setting}`, { value });
    throw refusal(403, -32000, `Invalid ${header}: ${value}`);
  };

  return (request, response) => {
    const { host = '', origin } = request.headers;
    if (!URL.canParse(`http://${host}`) || !hosts.has(host.replace(/\.?(:\d+)?$/, '').toLowerCase()))
      refuse('ALLOWED_HOSTS', 'Host', host);
    if (origin === undefined) return false;
    response.setHeader('vary', 'Origin');
    if (!origins.has(origin))
      return hosts.has(hostnameOf(origin)) ? false : refuse('ALLOWED_ORIGINS', 'Origin', origin);
    response.setHeader('access-control-allow-origin', origin);
    response.setHeader('access-control-expose-headers', 'Mcp-Session-Id, WWW-Authenticate, Retry-After');
    if (request.method !== 'OPTIONS') return false;
    response.writeHead(204, CORS).end();
    return true;
  };
}

/** The entries of a setting, as the URL standard writes them. */
function entries(setting: 'ALLOWED_HOSTS' | 'ALLOWED_ORIGINS', wanted: string, partOf: (url: URL) => string): string[] {
  const isHost = setting === 'ALLOWED_HOSTS';
  return config[setting]
    .split(/\.?(?:[\s,]+|$)/)
    .filter(Boolean)
    .map((entry) => {
      const text = isHost && !entry.includes('://') ? `http://${entry}` : entry;
      const url = URL.canParse(text) && !entry.includes('*') ? new URL(text) : undefined;
      // An address with a path, or a name without `https://` where an origin is wanted, means something else.
      if (url && HOST_ALONE.test(url.hostname + url.pathname + url.search + url.hash)) return partOf(url);
      throw new Error(`${setting}: "${entry}" is not ${wanted}; wildcards and paths are not taken.`);
    });
}

/** `URL.origin` knows the schemes of the web only, but extensions and editors have their own. */
const originOf = ({ origin, protocol, host }: URL): string => (origin === 'null' ? `${protocol}//${host}` : origin);

const hostnameOf = (url: string): string => (URL.canParse(url) ? new URL(url).hostname : '');
