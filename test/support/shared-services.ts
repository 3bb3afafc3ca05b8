import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { NoService, type Service, startService } from './services.ts';

/** What a worker is told of a service that all share. */
export type SharedService =
  | { readonly env: Readonly<Record<string, string>>; readonly password: string }
  | { readonly missing: string };

/**
 * Keeps one service of each kind for the whole run, in the process that outlives all workers. A service is started when
 * the first worker asks for it.
 *
 * @returns where workers ask, and what ends everything
 */
export async function shareServices(): Promise<{ readonly url: string; readonly stop: () => Promise<void> }> {
  const started = new Map<string, Promise<Service>>();
  const serviceOf = (storage: string): Promise<Service> => {
    const present = started.get(storage) ?? startService(storage);
    started.set(storage, present);
    return present;
  };
  const server = createServer(async (request, response) => {
    try {
      const { env, password } = await serviceOf(request.url?.slice(1) ?? '');
      response.end(JSON.stringify({ env, password } satisfies SharedService));
    } catch (error) {
      if (error instanceof NoService) response.end(JSON.stringify({ missing: error.message } satisfies SharedService));
      else response.writeHead(500).end(error instanceof Error ? error.stack : String(error));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      const services = await Promise.allSettled(started.values());
      for (const one of services) if (one.status === 'fulfilled') await one.value.stop();
    },
  };
}

/** Asks for a service that all share. */
export async function sharedService(url: string, storage: string): Promise<SharedService> {
  const response = await fetch(`${url}/${storage}`);
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as SharedService;
}
