import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Stands between the store and its service, and can make the service look as if it were down or stuck. */
export interface ServiceProxy {
  /** The address of the service, by way of the proxy. */
  readonly url: string;
  /** Cuts all connections and refuses new ones: the service has stopped. */
  stop(): Promise<void>;
  /** Takes connections, but lets nothing pass: the service, or the network, is stuck. */
  freeze(): void;
  /** Everything passes again. Connections that were stuck are cut. */
  start(): Promise<void>;
}

const PORTS: Readonly<Record<string, number>> = { 'postgres:': 5432, 'postgresql:': 5432, 'redis:': 6379, 'http:': 80 };

/** Why there can be no proxy in front of a service; undefined when there can. */
export function unproxied(address: string): string | undefined {
  const { protocol, hostname, searchParams } = new URL(address);
  const isPlain = protocol in PORTS && ['disable', null].includes(searchParams.get('sslmode'));
  if (!isPlain) return 'the service is reached over TLS, and its certificate is not for a proxy';
  return hostname === '' ? 'the service is not reached over TCP' : undefined;
}

/** Opens a proxy on a free port of this machine. */
export async function startProxy(address: string): Promise<ServiceProxy> {
  const { protocol, hostname, port } = new URL(address);
  const target = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) || (PORTS[protocol] ?? 0) };
  const sockets = new Set<Socket>();
  let isStuck = false;

  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // Whatever happens to one side happens to the other.
    return socket.on('error', () => socket.destroy());
  };
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const server = createServer((client) => {
    keep(client);
    if (isStuck) return;
    const service = keep(connect(target));
    client.pipe(service).once('close', () => client.destroy());
    service.pipe(client).once('close', () => service.destroy());
  });
  const listen = (onPort: number): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(onPort, '127.0.0.1', () => resolve());
    });

  await listen(0);
  const own = (server.address() as AddressInfo).port;
  const url = new URL(address);
  url.hostname = '127.0.0.1';
  url.port = String(own);
  return {
    url: url.href,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        cut();
      }),
    freeze() {
      isStuck = true;
      for (const socket of sockets) socket.unpipe().pause();
    },
    async start() {
      if (isStuck) cut();
      isStuck = false;
      if (!server.listening) await listen(own);
    },
  };
}
