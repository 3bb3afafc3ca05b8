import type { Env } from '../base/env.ts';
import { within } from './limits.ts';
import { type Command, type Exit, ServerProcess } from './process.ts';
import { type Link, LinkError, type Message, type Params, parseMessage, type Result, resultOf } from './rpc.ts';

/** No message of a working server comes near this; more than that without a line end is not the protocol. */
const MAX_LINE = 32 * 1024 * 1024;
const KEPT_NOISE = 5;

/** A server that is spoken to over its stdin and stdout: one JSON-RPC message a line. */
export class StdioServer implements Link {
  readonly #limit: () => number;
  readonly #signal: AbortSignal | undefined;
  readonly process: ServerProcess;
  /** The first lines on stdout that were no JSON-RPC. */
  readonly noise: string[] = [];
  noiseCount = 0;
  /** The pieces of a line whose end has not come yet. */
  #pieces: string[] = [];
  #pending = 0;
  #nextId = 1;
  readonly #waiting = new Map<number, (message: Message) => void>();

  constructor(command: Command, env: Env, limit: () => number, signal: AbortSignal | undefined) {
    this.#limit = limit;
    this.#signal = signal;
    this.process = new ServerProcess(command, env);
    this.process.child.stdout.setEncoding('utf8').on('data', (text: string) => this.#receive(text));
    this.process.child.stdout.once('end', () => this.#rest());
  }

  async request(method: string, params: Params = {}): Promise<Result> {
    const id = this.#nextId++;
    const answer = new Promise<Message>((resolve) => this.#waiting.set(id, resolve));
    this.#send({ jsonrpc: '2.0', id, method, params });
    const gone = this.process.exited.then((exit) => this.#tellExit(method, exit));
    gone.catch(() => {});
    const limit = this.#limit();
    try {
      const late = `The server did not answer ${method} within ${limit / 1000} s.`;
      return resultOf(method, await within(Promise.race([answer, gone]), limit, late, this.#signal));
    } finally {
      this.#waiting.delete(id);
    }
  }

  async notify(method: string, params: Params = {}): Promise<void> {
    this.#send({ jsonrpc: '2.0', method, params });
  }

  /** Hangs up as a client that quits does. Returns how the server ended, or undefined when it kept running. */
  async hangUp(ms: number): Promise<Exit | undefined> {
    this.process.child.stdin.end();
    const exit = await this.process.exitWithin(ms);
    await this.process.drained();
    return exit;
  }

  async #tellExit(method: string, exit: Exit): Promise<never> {
    await this.process.drained();
    throw new LinkError(`${describeExit(exit)} before it answered ${method}.`);
  }

  #send(message: object): void {
    if (this.process.child.stdin.writable) this.process.child.stdin.write(`${JSON.stringify(message)}\n`);
  }

  #receive(text: string): void {
    const [first = '', ...others] = text.split('\n');
    this.#pieces.push(first);
    this.#pending += first.length;
    for (const line of others) {
      this.#line(this.#pieces.join(''));
      this.#pieces = [line];
      this.#pending = line.length;
    }
    if (this.#pending > MAX_LINE) this.#rest();
  }

  #rest(): void {
    if (this.#pending > 0) this.#line(this.#pieces.join(''));
    this.#pieces = [];
    this.#pending = 0;
  }

  #line(line: string): void {
    const message = parseMessage(line);
    if (message === undefined) {
      this.noiseCount++;
      if (this.noise.length < KEPT_NOISE) this.noise.push(this.process.printable(line.slice(0, 200)).trim());
    } else if (message.method === undefined) {
      this.#waiting.get(Number(message.id))?.(message);
    } else if (message.id !== undefined) this.#answer(message);
  }

  /** A server may ask its client, too; this one offers nothing but `ping`. */
  #answer({ id, method }: Message): void {
    const body = method === 'ping' ? { result: {} } : { error: { code: -32601, message: 'Method not found' } };
    this.#send({ jsonrpc: '2.0', id, ...body });
  }
}

/** `The server exited with code 1` and the like. */
export function describeExit({ code, signal, error }: Exit): string {
  if (error !== undefined) return `The server could not be started (${error.message})`;
  return signal === null ? `The server exited with code ${code}` : `The server was ended by ${signal}`;
}
