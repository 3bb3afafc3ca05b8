import type { Env } from '../base/env.ts';
import type { Dialect } from './eras.ts';
import { addressIn, HttpLink } from './http.ts';
import { type Limits, within } from './limits.ts';
import { type Command, type Exit, ServerProcess } from './process.ts';
import { type Link, LinkError } from './rpc.ts';
import { describeExit, StdioServer } from './stdio.ts';
import type { StepRecord } from './steps.ts';

/** What differs between transports: how a server is started, reached and ended. */
export interface Driver {
  /** Opens a connection that will speak one era. */
  open(dialect: Dialect): Promise<Link>;
  /** Ends the connection as a client that quits does. */
  close(): Promise<void>;
  /** Records the steps at the end; after `failed` only those that explain why. */
  finish(record: StepRecord, failed: boolean): Promise<void>;
  /** What the server wrote last, for error messages. */
  lastLines(): string;
  /** Ends everything that is still running. */
  kill(): void;
}

export interface DriverOptions {
  readonly env: Env;
  readonly limits: Limits;
  readonly signal: AbortSignal | undefined;
}

/** A new process for each connection, as clients of stdio start one: the first message decides the era. */
export class StdioDriver implements Driver {
  readonly #command: Command;
  readonly #options: DriverOptions;
  readonly #servers: StdioServer[] = [];
  readonly #exits: { ms: number; exit: Exit | undefined }[] = [];
  #current: StdioServer | undefined;

  constructor(command: Command, options: DriverOptions) {
    this.#command = command;
    this.#options = options;
  }

  async open(): Promise<Link> {
    const { env, limits, signal } = this.#options;
    let answered = false;
    const server = new StdioServer(this.#command, env, () => (answered ? limits.request : limits.start), signal);
    this.#servers.push(server);
    this.#current = server;
    return {
      notify: (method, params) => server.notify(method, params),
      async request(method, params) {
        const result = await server.request(method, params);
        answered = true;
        return result;
      },
    };
  }

  async close(): Promise<void> {
    const server = this.#current;
    this.#current = undefined;
    if (server === undefined) return;
    const started = performance.now();
    const exit = await server.hangUp(this.#options.limits.exit);
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
    record.add('exit-on-eof', ms, bad && exitProblem(bad.exit, 'its input ended', this.#options.limits), 'exit code 0');
  }

  lastLines = (): string => this.#servers.at(-1)?.process.lastLines() ?? '';

  kill(): void {
    for (const server of this.#servers) server.process.kill();
  }
}

/** One process for all connections, on a free port of this machine. */
export class HttpDriver implements Driver {
  readonly #options: DriverOptions;
  readonly #server: ServerProcess;
  #url = '';
  #link: HttpLink | undefined;

  constructor(command: Command, options: DriverOptions) {
    this.#options = options;
    const env = { ...command.env, HOST: '127.0.0.1', PORT: '0' };
    this.#server = new ServerProcess({ ...command, env }, options.env);
    // Nobody reads it, and a full pipe would stop the server.
    this.#server.child.stdout.resume();
  }

  /** Waits for the line that says where the server listens. */
  async start(): Promise<string> {
    const { limits, signal } = this.#options;
    let unwatch = (): void => {};
    const found = new Promise<string>((resolve) => {
      unwatch = this.#server.watchStderr((text) => {
        const address = addressIn(text);
        if (address !== undefined) resolve(address);
      });
    });
    const gone = this.#server.exited.then(async (exit): Promise<never> => {
      await this.#server.drained();
      throw new LinkError(`${describeExit(exit)} before it listened.`);
    });
    gone.catch(() => {});
    const late = `The server wrote no address like http://127.0.0.1:3000/mcp to stderr within ${limits.start / 1000} s.`;
    try {
      this.#url = await within(Promise.race([found, gone]), limits.start, late, signal);
    } finally {
      unwatch();
    }
    return `listening on ${this.#url}`;
  }

  async open(dialect: Dialect): Promise<Link> {
    const { limits, signal } = this.#options;
    this.#link = new HttpLink(this.#url, dialect.headers, () => limits.request, signal);
    return this.#link;
  }

  async close(): Promise<void> {
    await this.#link?.close();
    this.#link = undefined;
  }

  async finish(record: StepRecord, failed: boolean): Promise<void> {
    // Windows has no such signal: there a server can only be killed.
    if (failed || this.#options.env.platform === 'win32') return;
    await this.close();
    const started = performance.now();
    this.#server.child.kill('SIGTERM');
    const exit = await this.#server.exitWithin(this.#options.limits.exit);
    const problem = exit?.code === 0 ? undefined : exitProblem(exit, 'SIGTERM', this.#options.limits);
    record.add('exit-on-sigterm', performance.now() - started, problem, 'exit code 0');
  }

  lastLines = (): string => this.#server.lastLines();

  kill(): void {
    this.#server.kill();
  }
}

function noiseProblem(first: string | undefined, count: number): string | undefined {
  if (count === 0) return undefined;
  const lines = count === 1 ? 'a line that is' : `${count} lines that are`;
  return `carries ${lines} no JSON-RPC, the first: ${JSON.stringify(first)}. Write logs to stderr (console.error).`;
}

function exitProblem(exit: Exit | undefined, cause: string, limits: Limits): string {
  if (exit === undefined) return `The server was still running ${limits.exit / 1000} s after ${cause}.`;
  return `${describeExit(exit)} after ${cause}, instead of 0.`;
}
