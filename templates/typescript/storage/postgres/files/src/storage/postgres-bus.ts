import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Config } from '../config.js';
import type { Log } from '../log.js';
import { type Carrier, type ChangeBus, openSharedBus, type Receiver } from './bus.js';
import { schemaOf } from './postgres-schema.js';

const HEARTBEAT_MS = 15_000;
const GOODBYE_MS = 2000;

/** Change events by way of NOTIFY, on a connection that is used for nothing else. */
export const openBus = (config: Config, log: Log): Promise<ChangeBus> =>
  openSharedBus(log, async (receiver) => {
    const carrier = new PostgresCarrier(config, log, receiver);
    await carrier.open();
    return carrier;
  });

/**
 * LISTEN belongs to a connection, so it cannot come from the pool, nor go through a pooler that hands connections round
 * with every transaction. When the connection is lost, another is opened.
 */
class PostgresCarrier implements Carrier {
  /** NOTIFY takes less than 8000 bytes. */
  readonly maxBytes = 7999;
  readonly #url: string;
  readonly #channel: string;
  #client: pg.Client | undefined;
  #closed = false;
  #heartbeat: NodeJS.Timeout | undefined;

  constructor(
    config: Config,
    readonly log: Log,
    readonly receiver: Receiver,
  ) {
    this.#url = config.DATABASE_URL;
    // Who has a schema of their own has changes of their own.
    this.#channel = `mcp_changes_${schemaOf(config)}`;
  }

  async open(): Promise<void> {
    await this.#listen();
    this.#heartbeat = setInterval(() => void this.#check(), HEARTBEAT_MS).unref();
  }

  async send(text: string): Promise<void> {
    if (this.#client === undefined) throw new Error('not connected');
    await this.#client.query('SELECT pg_notify($1, $2)', [this.#channel, text]);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#heartbeat);
    const client = this.#client;
    this.#client = undefined;
    // A database that is stuck never says goodbye.
    await Promise.race([client?.end(), sleep(GOODBYE_MS, undefined, { ref: false })]);
  }

  async #listen(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.#url,
      connectionTimeoutMillis: 5000,
      query_timeout: 5000,
      keepAlive: true,
    });
    // What went wrong is told by `connect` and by `end`; without a listener it would end the process.
    client.on('error', () => {});
    client.on('notification', ({ payload = '' }) => this.receiver.received(payload));
    await client.connect();
    try {
      await client.query(`LISTEN "${this.#channel}"`);
    } catch (error) {
      await client.end();
      throw error;
    }
    if (this.#closed) return client.end();
    this.#client = client;
    client.once('end', () => this.#lost(client));
  }

  #lost(client: pg.Client): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    this.log.warn('change events interrupted: the connection to the database was lost');
    void this.#reconnect();
  }

  async #reconnect(): Promise<void> {
    for (let wait = 100; !this.#closed; wait = Math.min(wait * 2, 5000)) {
      await sleep(wait, undefined, { ref: false });
      try {
        if (!this.#closed) await this.#listen();
        if (!this.#closed) this.receiver.resumed();
        return;
      } catch (error) {
        this.log.debug('change events: still no connection', { error });
      }
    }
  }

  /** A connection that only listens does not notice when the other side has vanished. */
  async #check(): Promise<void> {
    const client = this.#client;
    try {
      await client?.query('SELECT 1');
    } catch {
      if (client === undefined) return;
      client.end().catch(() => {});
      this.#lost(client);
    }
  }
}
