import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { createClient } from '@redis/client';

/** How long an answer may be missing before the connection counts as dead. */
const PATIENCE_MS = 5000;
/** A connection on which nothing is said is tried out now and then: whoever only listens would not notice its end. */
const IDLE_MS = 10_000;

type Client = ReturnType<typeof connect>;

export interface ConnectionEvents {
  /** Prepares each connection before it is used, and is run again on the next. */
  prepare?(client: Client): Promise<unknown>;
  lost?(): void;
  /** There is a connection again. */
  resumed?(): void;
}

/**
 * One connection, and after that is lost another one.
 *
 * The driver can do this by itself, but not as a server needs it: it would keep commands for later, when the client
 * that wanted them has given up, and it would wait for ever for a server that takes commands and never answers.
 */
export class RedisConnection {
  readonly #url: string;
  readonly #events: ConnectionEvents;
  #client: Client | undefined;
  #closed = false;
  #watch: NodeJS.Timeout | undefined;
  #waiting = 0;
  #answeredAt = 0;

  private constructor(url: string, events: ConnectionEvents) {
    this.#url = url;
    this.#events = events;
  }

  /** @throws an Error that says what is wrong, without the address or what is in it. */
  static async open(url: string, events: ConnectionEvents = {}): Promise<RedisConnection> {
    const connection = new RedisConnection(url, events);
    await connection.#connect();
    connection.#watch = setInterval(() => connection.#look(), 1000).unref();
    return connection;
  }

  /** Runs commands, at once or not at all. */
  async run<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const client = this.#client;
    if (client === undefined) {
      // Whoever tries again without a pause must not keep the event loop from connecting.
      await turn();
      throw new Error('there is no connection at the moment');
    }
    if (this.#waiting++ === 0) this.#answeredAt = performance.now();
    try {
      return await work(client);
    } catch (error) {
      // A replica that was the primary until a moment ago: the name in the address leads to another server by now.
      if ((error as Error).message.startsWith('READONLY')) this.#drop(client);
      throw error;
    } finally {
      this.#waiting--;
      this.#answeredAt = performance.now();
    }
  }

  /** Lets running commands finish, for a moment. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#watch);
    const client = this.#client;
    this.#client = undefined;
    if (client === undefined) return;
    await Promise.race([client.close().catch(() => {}), sleep(PATIENCE_MS, undefined, { ref: false })]);
    client.destroy();
  }

  async #connect(): Promise<void> {
    const client = connect(this.#url);
    // Without a listener an error event would end the process.
    client.on('error', () => this.#drop(client));
    const prepared = client.connect().then(() => this.#events.prepare?.(client));
    const late = sleep(PATIENCE_MS, 'late', { ref: false });
    try {
      if ((await Promise.race([prepared, late])) === 'late') throw new Error(`no answer within ${PATIENCE_MS} ms`);
      if (this.#closed || !client.isReady) throw new Error('the connection was closed');
      this.#client = client;
    } catch (error) {
      client.destroy();
      throw new Error(reasonOf(error as Error), { cause: error });
    }
  }

  #drop(client: Client): void {
    if (client !== this.#client) return;
    this.#client = undefined;
    // Commands that wait for an answer are told that it will not come.
    client.destroy();
    this.#events.lost?.();
    void this.#reconnect();
  }

  async #reconnect(): Promise<void> {
    for (let wait = 50; !this.#closed; wait = Math.min(wait * 2, 2000)) {
      // Not all instances at the same moment.
      await sleep(wait * (0.5 + Math.random()), undefined, { ref: false });
      const connected = await this.#connect().then(
        () => true,
        () => false,
      );
      if (connected) return this.#events.resumed?.();
    }
  }

  #look(): void {
    const client = this.#client;
    if (client === undefined) return;
    const silence = performance.now() - this.#answeredAt;
    if (this.#waiting > 0 && silence > PATIENCE_MS) this.#drop(client);
    if (this.#waiting === 0 && silence > IDLE_MS) this.run((idle) => idle.ping()).catch(() => {});
  }
}

const connect = (url: string) =>
  createClient({
    url,
    disableOfflineQueue: true,
    // A timer for each command costs more than the command, and ends when that is sent. We watch the connection.
    commandOptions: { timeout: 0 },
    maintNotifications: 'disabled',
    socket: { connectTimeout: PATIENCE_MS, reconnectStrategy: false },
  });

/** System errors name the address in their message, which does not belong into a log. */
export const reasonOf = ({ message, code }: Error & { readonly code?: string }): string => code ?? message;
