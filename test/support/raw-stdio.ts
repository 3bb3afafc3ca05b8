import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Made } from './made.ts';
import { BARE_ENV } from './server.ts';

/** An answer, as it came. */
export interface RawAnswer {
  // biome-ignore lint/suspicious/noExplicitAny: what a server answers
  readonly result?: any;
  readonly error?: { readonly code: number; readonly message: string };
}

/** A stdio server that is spoken to by hand, as a client of 2025: for what no client would send or do. */
export class RawStdio {
  readonly process: ChildProcessWithoutNullStreams;
  readonly ended: Promise<number | null>;
  readonly notifications: string[] = [];
  readonly #waiting = new Map<number, (answer: RawAnswer) => void>();
  #last = 0;
  stderr = '';

  constructor([program, ...args]: Made['start'], env: Readonly<Record<string, string>>) {
    this.process = spawn(program, [...args, 'stdio'], { cwd: '/', env: { ...BARE_ENV, ...env } });
    this.ended = new Promise((resolve) => this.process.once('close', resolve));
    this.process.stdin.on('error', () => {});
    this.process.stderr.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    createInterface({ input: this.process.stdout }).on('line', (line) => {
      const message = JSON.parse(line);
      if (message.id === undefined) this.notifications.push(line);
      this.#waiting.get(message.id)?.(message);
    });
  }

  send(message: object): void {
    this.process.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  }

  ask(method: string, params: object = {}): Promise<RawAnswer> {
    const id = ++this.#last;
    this.send({ id, method, params });
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, resolve);
      void this.ended.then((code) => reject(new Error(`It ended with ${code}.\n${this.stderr}`)));
    });
  }

  async connect(): Promise<this> {
    const clientInfo = { name: 'raw', version: '1.0.0' };
    await this.ask('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo });
    return this;
  }

  /** The result of a tool. */
  async call(name: string, args: object): Promise<RawAnswer['result']> {
    return (await this.ask('tools/call', { name, arguments: args })).result;
  }
}

/** What a tool says that has failed. */
export const textOf = (result: RawAnswer['result']): string => result.content[0].text;
