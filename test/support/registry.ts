import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import semver from 'semver';
import { childEnv, NPM, runOk } from './child.ts';

/** What a registry says of a package, as far as it matters here. */
export interface Packument {
  readonly 'dist-tags': Readonly<Record<string, string>>;
  readonly versions: Readonly<Record<string, unknown>>;
  /** When each version was published. */
  readonly time?: Readonly<Record<string, string>>;
}

/** A registry of npm packages, on loopback. */
export interface Registry {
  readonly url: string;
  /** What leads package managers to it. */
  readonly env: Readonly<Record<string, string>>;
  /** The packages that were asked for since this was asked last. */
  readonly asked: () => string[];
  readonly close: () => Promise<void>;
}

/**
 * Starts a registry that has what this machine's registry had at a moment.
 *
 * @param upstream where packages come from, if it is not npm's setting
 */
export async function startRegistry(before: Date, upstream?: string): Promise<Registry> {
  const from = upstream ?? (await ownRegistry());
  const source = new URL(from.endsWith('/') ? from : `${from}/`);
  const asked: string[] = [];
  const answers = new Map<string, Promise<Answer>>();
  const server = createServer(async ({ method, url = '/' }, response) => {
    const path = url.slice(1);
    const isPackage = method === 'GET' && /^(@[^/]+(\/|%2f))?[^/@]+$/i.test(path);
    // All else, such as an archive, is where it always is.
    if (!isPackage) return send(response, redirect(new URL(path, source)));
    const name = decodeURIComponent(path);
    asked.push(name);
    let answer = answers.get(name);
    answer ??= fetchAsOf(new URL(path, source), before);
    answers.set(name, answer);
    send(response, await answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return {
    url,
    env: envTo(url),
    asked: () => asked.splice(0),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The registry that npm uses on this machine. */
export const ownRegistry = async (): Promise<string> =>
  (await runOk(NPM, ['config', 'get', 'registry'], { cwd: '/', env: childEnv() })).trim();

/** What leads every package manager to a registry, whatever is or is not in its user's home. */
export const envTo = (url: string): Record<string, string> => ({
  npm_config_registry: url,
  YARN_NPM_REGISTRY_SERVER: url,
  YARN_UNSAFE_HTTP_WHITELIST: '127.0.0.1',
});

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const JSON_TYPE = { 'content-type': 'application/json' };

const redirect = (to: URL): Answer => ({ status: 307, headers: { location: to.href }, body: '' });

const send = (response: ServerResponse, { status, headers, body }: Answer): void => {
  response.writeHead(status, headers).end(body);
};

/** Asks twice, as networks fail; then the package manager does what it does about a registry that is broken. */
async function fetchAsOf(url: URL, before: Date, isAgain = false): Promise<Answer> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(60_000) });
    if (!response.ok) return { status: response.status, headers: JSON_TYPE, body: await response.text() };
    return {
      status: 200,
      headers: JSON_TYPE,
      body: JSON.stringify(asOf((await response.json()) as Packument, before)),
    };
  } catch (error) {
    if (!isAgain) return fetchAsOf(url, before, true);
    return { status: 502, headers: JSON_TYPE, body: JSON.stringify({ error: String(error) }) };
  }
}

/** A package without what was published after a moment, and without what nobody knows the date of. */
export function asOf(packument: Packument, before: Date): Packument {
  const { time = {} } = packument;
  const isOld = (version: string): boolean => Date.parse(time[version] ?? '') <= before.getTime();
  const versions = Object.fromEntries(Object.entries(packument.versions).filter(([version]) => isOld(version)));
  const tags = Object.fromEntries(Object.entries(packument['dist-tags']).filter(([, version]) => isOld(version)));
  const latest = tags.latest ?? semver.maxSatisfying(Object.keys(versions), '*');
  return { ...packument, versions, 'dist-tags': { ...tags, ...(latest !== null && { latest }) } };
}
