import pg from 'pg';

/** How long a call may wait for its turn: its client has not given up by then, and may try again. */
const PATIENCE_MS = 10_000;

interface Waiting {
  readonly since: number;
  go(): void;
  fail(error: Error): void;
}

/**
 * Lets so many queries run at once; the others wait for their turn, first come first served.
 *
 * The pool of the driver has a queue too, but counts the time in it as time to connect: when many callers come at once
 * it would give up on a database that answers.
 */
export class Turns {
  #free: number;
  #queue: Waiting[] = [];

  constructor(most: number) {
    this.#free = most;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((go, fail) => this.#queue.push({ since: performance.now(), go, fail }));
    try {
      return await work();
    } catch (error) {
      // What the database itself says concerns one query. Anything else is the way there, which those who wait need too.
      if (!(error instanceof pg.DatabaseError)) this.#turnAway(error as Error);
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

  #turnAway(error: Error): void {
    const queue = this.#queue;
    this.#queue = [];
    for (const { fail } of queue) fail(error);
  }
}
