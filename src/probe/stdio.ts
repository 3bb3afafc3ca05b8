import type { Env } from '../base/env.ts';
import { cut } from '../base/text.ts';
import { type Limits, megabytes, within } from './limits.ts';
import { type Command, type Exit, ServerProcess } from './process.ts';
import {
  type Host,
  type Link,
  LinkError,
  type Message,
  type Params,
  parseMessage,
  type Result,
  replyTo,
  resultOf,
} from './rpc.ts';

const KEPT_NOISE = 5;
/** What may wait for a server that does not read. */
const MAX_UNREAD = 1024 * 1024;
const LINE_END = 0x0a;

/** What a connection depends on besides the server. */
export interface Wire {
  readonly env: Env;
  readonly limits: Limits;
  readonly signal: AbortSignal | undefined;
  readonly host?: Host | undefined;
}

interface Waiting {
  readonly resolve: (message: Message) => void;
  readonly reject: (error: Error) => void;
}

/** A server that is spoken to over its stdin and stdout: one JSON-RPC message a line. */
export class StdioServer implements Link {
  readonly #wire: Wire;
  readonly process: ServerProcess;
  /** The first lines on stdout that were no JSON-RPC. */
  readonly noise: string[] = [];
  noiseCount = 0;
  /** The pieces of a line whose end has not come yet. */
  #pieces: Buffer[] = [];
  #pending = 0;
  #received = 0;
  #nextId = 1;
  #answered = false;
  /** Why nothing more is read. */
  #broken: Error | undefined;
  readonly #waiting = new Map<number, Waiting>();

  constructor(command: Command, wire: Wire) {
    this.#wire = wire;
    this.process = new ServerProcess(command, wire.env);
    this.process.child.stdout.on('data', (bytes: Buffer) => this.#receive(bytes));
    this.process.child.stdout.once('end', () => this.#rest());
  }

  async request(method: string, params: Params = {}): Promise<Result> {
    if (this.#broken !== undefined) throw this.#broken;
    const { limits, signal, host } = this.#wire;
    const id = this.#nextId++;
    const answer = new Promise<Message>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    answer.catch(() => {});
    this.#send({ jsonrpc: '2.0', id, method, params });
    const gone = this.process.exited.then((exit) => this.#tellExit(method, exit));
    gone.catch(() => {});
    const limit = this.#answered ? limits.request : limits.start;
    try {
      const late = `The server did not answer ${method} within ${limit / 1000} s.`;
      const left = (since: number): number => host?.left(since, limit) ?? 0;
      const message = await within(Promise.race([answer, gone]), limit, late, signal, left);
      this.#answered = true;
      return resultOf(method, message);
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

  /** Ends the server, and tells whoever waits for an answer why. */
  fail(error: Error): void {
    this.#broken ??= error;
    for (const { reject } of this.#waiting.values()) reject(this.#broken);
    this.process.kill();
  }

  async #tellExit(method: string, exit: Exit): Promise<never> {
    await this.process.drained();
    throw this.#broken ?? new LinkError(`${describeExit(exit)} before it answered ${method}.`);
  }

  #send(message: object): void {
    if (this.process.child.stdin.writable) this.process.child.stdin.write(`${JSON.stringify(message)}\n`);
  }

  #receive(bytes: Buffer): void {
    const { limits } = this.#wire;
    this.#received += bytes.length;
    if (this.#received > limits.bytes) this.fail(tooMuch(limits));
    if (this.#broken !== undefined) return;
    let start = 0;
    for (
      let end = bytes.indexOf(LINE_END);
      end >= 0 && this.#broken === undefined;
      end = bytes.indexOf(LINE_END, start)
    ) {
      this.#pieces.push(bytes.subarray(start, end));
      this.#rest();
      start = end + 1;
    }
    this.#pieces.push(bytes.subarray(start));
    this.#pending += bytes.length - start;
    if (this.#pending > limits.message) this.fail(tooLong('a line', limits.message));
  }

  #rest(): void {
    const pieces = this.#pieces;
    this.#pieces = [];
    this.#pending = 0;
    // What is too long to be read may be too long for a text, too.
    if (this.#broken !== undefined) return;
    const line = Buffer.concat(pieces).toString('utf8');
    if (line !== '') this.#line(line);
  }

  #line(line: string): void {
    const message = this.#parsed(line);
    if (this.#broken !== undefined) return;
    if (message === undefined) {
      this.noiseCount++;
      if (this.noiseCount > this.#wire.limits.noise) this.fail(tooNoisy(this.#wire.limits));
      if (this.noise.length < KEPT_NOISE) this.noise.push(this.process.shown(cut(line, 200)).trim());
    } else if (message.method === undefined) {
      this.#waiting.get(Number(message.id))?.resolve(message);
    } else if (message.id === undefined) {
      this.#wire.host?.notified(message.method, (message.params ?? {}) as Params);
    } else if (this.process.child.stdin.writableLength < MAX_UNREAD) void this.#reply(message);
  }

  #parsed(line: string): Message | undefined {
    try {
      return parseMessage(line);
    } catch (error) {
      if (error instanceof LinkError) this.fail(error);
      return undefined;
    }
  }

  /** A server may ask its client, too. */
  async #reply(message: Message): Promise<void> {
    try {
      this.#send(await replyTo(message, this.#wire.host));
    } catch (error) {
      this.fail(error as Error);
    }
  }
}

export const tooLong = (what: string, bytes: number): LinkError =>
  new LinkError(`The server sent ${what} of more than ${megabytes(bytes)}: a message may have that many at most.`);

export const tooMuch = ({ bytes }: Limits): LinkError =>
  new LinkError(`The server sent more than ${megabytes(bytes)} over one connection.`);

const tooNoisy = ({ noise }: Limits): LinkError =>
  new LinkError(`The server wrote more than ${noise} lines to stdout that are no JSON-RPC.`);

/** `The server exited with code 1` and the like. */
export function describeExit({ code, signal, error }: Exit): string {
  if (error !== undefined) return `The server could not be started (${error.message})`;
  return signal === null ? `The server exited with code ${code}` : `The server was ended by ${signal}`;
}
