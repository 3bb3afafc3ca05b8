import type { Dialect } from './eras.ts';
import type { Limits } from './limits.ts';
import type { Command, Exit } from './process.ts';
import type { Link, LinkError } from './rpc.ts';
import { describeExit, StdioServer, type Wire } from './stdio.ts';
import type { StepRecord } from './steps.ts';

/** What differs between transports: how a server is started, reached and ended. */
export interface Driver {
  /** Waits for a server that is started once for all connections. Returns what was seen. */
  start?(): Promise<string>;
  /** Opens a connection that will speak one era. */
  open(dialect: Dialect): Promise<Link>;
  /** Ends the connection as a client that quits does. */
  close(): Promise<void>;
  /** Records the steps at the end; after `failed` only those that explain why. */
  finish(record: StepRecord, failed: boolean): Promise<void>;
  /** What the server wrote last, for error messages. */
  lastLines(): string;
  /** Ends everything that is still running. `error` is what then comes of requests without an answer. */
  kill(error?: LinkError): void;
}

/** A new process for each connection, as clients of stdio start one: the first message decides the era. */
export class StdioDriver implements Driver {
  readonly #command: Command;
  readonly #wire: Wire;
  readonly #servers: StdioServer[] = [];
  readonly #exits: { ms: number; exit: Exit | undefined }[] = [];
  #current: StdioServer | undefined;

  constructor(command: Command, wire: Wire) {
    this.#command = command;
    this.#wire = wire;
  }

  async open(): Promise<Link> {
    const server = new StdioServer(this.#command, this.#wire);
    this.#servers.push(server);
    this.#current = server;
    return server;
  }

  async close(): Promise<void> {
    const server = this.#current;
    this.#current = undefined;
    if (server === undefined) return;
    const started = performance.now();
    const exit = await server.hangUp(this.#wire.limits.exit);
    this.#exits.push({ ms: performance.now() - started, exit });
    server.process.kill();
  }

  async finish(record: StepRecord, failed: boolean): Promise<void> {
    if (!failed) await this.close();
    const noise = this.#servers.flatMap((server) => server.noise);
    const count = this.#servers.reduce((sum, server) => sum + server.noiseCount, 0);
    if (!failed || count > 0)
      record.add('stdout', 0, noiseProblem(noise[0], count), 'carries nothing but the protocol');
    if (failed) return;
    const ms = Math.max(...this.#exits.map((end) => end.ms));
    const bad = this.#exits.find(({ exit }) => exit?.code !== 0);
    record.add('exit-on-eof', ms, bad && exitProblem(bad.exit, 'its input ended', this.#wire.limits), 'exit code 0');
  }

  lastLines = (): string => this.#servers.at(-1)?.process.lastLines() ?? '';

  kill(error?: LinkError): void {
    for (const server of this.#servers) {
      if (error === undefined) server.process.kill();
      else server.fail(error);
    }
  }
}

function noiseProblem(first: string | undefined, count: number): string | undefined {
  if (count === 0) return undefined;
  const lines = count === 1 ? 'a line that is' : `${count} lines that are`;
  return `carries ${lines} no JSON-RPC, the first: "${first}". Write logs to stderr.`;
}

export function exitProblem(exit: Exit | undefined, cause: string, limits: Limits): string {
  if (exit === undefined) return `The server was still running ${limits.exit / 1000} s after ${cause}.`;
  return `${describeExit(exit)} after ${cause}, instead of 0.`;
}
