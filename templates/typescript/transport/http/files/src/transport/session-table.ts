import type { Transport } from '@modelcontextprotocol/server';
import type { Config } from '../config.js';

interface Session {
  readonly transport: Transport;
  lastSeen: number;
}

/** The sessions of this process by id: at most so many, and none that has been silent for too long. */
export class SessionTable {
  readonly #sessions = new Map<string, Session>();
  readonly #most: number;
  readonly #sweep: NodeJS.Timeout;

  constructor({ MAX_SESSIONS, SESSION_IDLE_MS }: Config) {
    this.#most = MAX_SESSIONS;
    this.#sweep = setInterval(() => this.#closeIdle(SESSION_IDLE_MS), Math.min(SESSION_IDLE_MS, 60_000)).unref();
  }

  get isFull(): boolean {
    return this.#sessions.size >= this.#most;
  }

  /** Keeps a session for as long as its transport is open. */
  add(id: string, transport: Transport): void {
    this.#sessions.set(id, { transport, lastSeen: Date.now() });
    const closed = transport.onclose;
    transport.onclose = () => {
      this.#sessions.delete(id);
      closed?.();
    };
  }

  /** The transport of a session that has just been heard of, if it is of the given kind. */
  find<T>(id: string, kind: new (...args: never[]) => T): T | undefined {
    const session = this.#sessions.get(id);
    if (!(session?.transport instanceof kind)) return undefined;
    session.lastSeen = Date.now();
    return session.transport;
  }

  async close(): Promise<void> {
    clearInterval(this.#sweep);
    await Promise.all([...this.#sessions.values()].map(({ transport }) => transport.close()));
  }

  #closeIdle(idleMs: number): void {
    const oldest = Date.now() - idleMs;
    for (const { transport, lastSeen } of this.#sessions.values()) if (lastSeen < oldest) void transport.close();
  }
}
