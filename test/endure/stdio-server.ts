import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { ToolResult } from '../support/mcp-clients.ts';

const INITIALIZE = {
  protocolVersion: '2025-11-25',
  capabilities: {},
  clientInfo: { name: 'crash', version: '1.0.0' },
};

/** The server went away before it answered: what it was asked to do is done or not. */
export class Gone extends Error {}

type Answer = (message: { readonly result?: ToolResult; readonly error?: { readonly message: string } }) => void;

/** A server on stdio that is spoken to without a library, so that it can be killed at any moment. */
export class StdioServer {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #waiting = new Map<number, { answer: Answer; fail: (error: Error) => void }>();
  readonly #closed: Promise<void>;
  #next = 0;
  #isGone = false;
  stderr = '';

  constructor(command: string, args: readonly string[], env: Readonly<Record<string, string>>) {
    const child = spawn(command, args, { cwd: '/', env });
    this.#child = child;
    child.stderr.on('data', (text) => (this.stderr += String(text)));
    // Writing to a process that was killed a moment ago.
    child.stdin.on('error', () => {});
    createInterface(child.stdout).on('line', (line) => {
      const { id, ...message } = JSON.parse(line);
      this.#waiting.get(id)?.answer(message);
      this.#waiting.delete(id);
    });
    this.#closed = new Promise((resolve) => {
      child.once('close', () => {
        this.#isGone = true;
        for (const { fail } of this.#waiting.values()) fail(new Gone(this.stderr));
        resolve();
      });
    });
  }

  async initialize(): Promise<this> {
    await this.#request('initialize', INITIALIZE);
    this.#child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' })}\n`);
    return this;
  }

  /** The structured content of a call that succeeds. @throws Gone, or Error when it fails */
  async call(name: string, args: object): Promise<Record<string, unknown>> {
    const result = await this.#request('tools/call', { name, arguments: args });
    if (result.isError) throw new Error(JSON.stringify(result.content));
    return result.structuredContent ?? {};
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#closed;
  }

  #request(method: string, params: object): Promise<ToolResult> {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      if (this.#isGone) return reject(new Gone(this.stderr));
      const answer: Answer = ({ result, error }) => (result ? resolve(result) : reject(new Error(error?.message)));
      this.#waiting.set(id, { answer, fail: reject });
      this.#child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    });
  }
}
