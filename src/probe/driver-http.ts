import { type Driver, exitProblem } from './driver.ts';
import type { Dialect } from './eras.ts';
import { addressIn, type Endpoint, HttpLink } from './http.ts';
import { within } from './limits.ts';
import { type Command, ServerProcess } from './process.ts';
import { type Link, LinkError } from './rpc.ts';
import { describeExit, type Wire } from './stdio.ts';
import type { StepRecord } from './steps.ts';

/** One process for all connections, on a free port of this machine. */
export class HttpDriver implements Driver {
  readonly #wire: Wire;
  readonly #server: ServerProcess;
  readonly #headers: Readonly<Record<string, string>>;
  #url = '';
  #link: HttpLink | undefined;
  /** Why a start that is still waited for comes to nothing. */
  readonly #late = new AbortController();

  constructor({ headers = {}, ...command }: Command & Pick<Endpoint, 'headers'>, wire: Wire) {
    this.#wire = wire;
    this.#headers = headers;
    const env = { ...command.env, HOST: '127.0.0.1', PORT: '0' };
    this.#server = new ServerProcess({ ...command, env }, wire.env);
    // Nobody reads it, and a full pipe would stop the server.
    this.#server.child.stdout.resume();
  }

  /** Waits for the line that says where the server listens. */
  async start(): Promise<string> {
    const { limits, signal } = this.#wire;
    let unwatch = (): void => {};
    const found = new Promise<string>((resolve) => {
      unwatch = this.#server.watchStderr((text) => {
        const address = addressIn(text);
        if (address !== undefined) resolve(address);
      });
    });
    const gone = this.#server.exited.then(async (exit): Promise<never> => {
      await this.#server.drained();
      throw this.#late.signal.reason ?? new LinkError(`${describeExit(exit)} before it listened.`);
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
    this.#link = new HttpLink({ url: this.#url, headers: this.#headers }, dialect.headers, this.#wire);
    return this.#link;
  }

  async close(): Promise<void> {
    await this.#link?.close();
    this.#link = undefined;
  }

  async finish(record: StepRecord, failed: boolean): Promise<void> {
    // Windows has no such signal: there a server can only be killed.
    if (failed || this.#wire.env.platform === 'win32') return;
    await this.close();
    const started = performance.now();
    this.#server.child.kill('SIGTERM');
    const exit = await this.#server.exitWithin(this.#wire.limits.exit);
    const problem = exit?.code === 0 ? undefined : exitProblem(exit, 'SIGTERM', this.#wire.limits);
    record.add('exit-on-sigterm', performance.now() - started, problem, 'exit code 0');
  }

  lastLines = (): string => this.#server.lastLines();

  kill(error?: LinkError): void {
    if (error !== undefined) {
      this.#late.abort(error);
      this.#link?.fail(error);
    }
    this.#server.kill();
  }
}

/** A server that somebody else has started: it is only spoken to. */
export class RemoteDriver implements Driver {
  readonly #endpoint: Endpoint;
  readonly #wire: Wire;
  #link: HttpLink | undefined;

  constructor(endpoint: Endpoint, wire: Wire) {
    this.#endpoint = endpoint;
    this.#wire = wire;
  }

  async open(dialect: Dialect): Promise<Link> {
    this.#link = new HttpLink(this.#endpoint, dialect.headers, this.#wire);
    return this.#link;
  }

  async close(): Promise<void> {
    await this.#link?.close();
    this.#link = undefined;
  }

  async finish(_record: StepRecord, failed: boolean): Promise<void> {
    if (!failed) await this.close();
  }

  lastLines = (): string => '';

  kill(error = new LinkError('The connection was ended.')): void {
    this.#link?.fail(error);
  }
}
