import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What all servers call: it answers everything with one status. */
export interface Upstream {
  readonly url: string;
  status: number;
  /** How many requests have come. */
  readonly requests: number;
  /** Method and path of the last one. */
  readonly seen: string;
  close(): void;
}

export async function upstream(): Promise<Upstream> {
  const state = { status: 200, requests: 0, seen: '' };
  const server = createServer((request, response) => {
    state.requests += 1;
    state.seen = `${request.method} ${request.url}`;
    request.resume();
    response.writeHead(state.status, { 'content-type': 'application/json' }).end('{"from":"mock"}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(state, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  });
}
