import pg from 'pg';

const MOST_CONNECTIONS = 10;
/** How long a call may wait for its turn: its client has not given up by then, and may try again. */
const PATIENCE_MS = 10_000;

interface Waiting {
  since: number;
  go(): void;
  fail(error: Error): void;
}

/**
 * Connections to the database. A call that cannot be served is answered within seconds: its client would not wait
 * longer, and a write that is queued for a database that is down would be done when nobody expects it any more.
 *
 * The pool of the driver has a queue too, but counts the time in it as time to connect: when many callers come at
 * once it would give up on a database that answers. So here the others wait for their turn, first come first served.
 */
export class Pool {
  /** Limits are kept on this side, and statements have no names, because connection poolers refuse either. */
  readonly pg: pg.Pool;
  #free = MOST_CONNECTIONS;
  #queue: Waiting[] = [];

  constructor(connectionString: string) {
    const limits = { connectionTimeoutMillis: 5000, query_timeout: 5000 };
    this.pg = new pg.Pool({ connectionString, max: MOST_CONNECTIONS, keepAlive: true, ...limits });
    // An idle connection has died. The pool has dropped it already, and opens another when it needs one.
    this.pg.on('error', () => {});
  }

  async query<R extends pg.QueryResultRow>(text: string, values: unknown[]): Promise<R[]> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((go, fail) => this.#queue.push({ since: performance.now(), go, fail }));
    try {
      return (await this.pg.query<R>(text, values)).rows;
    } catch (error) {
      // What the database says concerns one query. Anything else is the way there, which those who wait need too.
      if (!(error instanceof pg.DatabaseError)) for (const { fail } of this.#queue.splice(0)) fail(error as Error);
      throw error;
    } finally {
      this.#next();
    }
  }

  #next(): void {
    const oldest = performance.now() - PATIENCE_MS;
    let next = this.#queue.shift();
    while (next !== undefined && next.since < oldest) {
      next.fail(new Error(`too many calls at once: no turn within ${PATIENCE_MS} ms`));
      next = this.#queue.shift();
    }
    if (next === undefined) this.#free++;
    else next.go();
  }
}

export function reasonOf(error: unknown): string {
  const { message, code } = error as Error & { code?: string };
  // A name that leads to several addresses fails with an error for each, and no message of its own.
  return message || (code ?? 'no connection');
}
