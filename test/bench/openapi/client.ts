import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { PATIENCE } from './measured.ts';

/** What starts a server that speaks over stdio. */
export interface Start {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

export interface Tool {
  readonly name: string;
  readonly inputSchema: object;
  readonly outputSchema?: object;
}

export interface Answer {
  readonly isError?: boolean;
  readonly content?: readonly { readonly text?: string }[];
}

interface Message {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** Seconds of the server's CPU. */
const [LIST_LIMIT, CALL_LIMIT] = [120, 30];

const started = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of started) child.kill('SIGKILL');
});

/** Speaks to a server as a client of 2025 does, by hand: a client of the SDK would refuse what is to be measured. */
export class RawClient {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (line: string) => void>();
  readonly #ended: Promise<never>;
  #last = 0;
  #log = '';

  constructor({ command: [command = '', ...args], env, cwd }: Start) {
    const child = spawn(command, args, { env, cwd, stdio: 'pipe' });
    this.#child = child;
    started.add(child);
    createInterface({ input: child.stdout }).on('line', (line) => {
      // Logs of a server that writes them to stdout are no answers.
      const id = /^\{/.test(line) ? idOf(line) : undefined;
      if (id !== undefined) this.#waiting.get(id)?.(line);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#log = (this.#log + text).slice(-4000);
    });
    // It may have ended before it has read everything.
    child.stdin.on('error', () => {});
    this.#ended = new Promise((_, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => reject(new Error(`ended with ${code ?? signal}: ${lastLine(this.#log)}`)));
    });
    this.#ended.catch(() => {});
  }

  /** @returns the answer as it came @throws Error when the server fails, ends or takes too long */
  async list(): Promise<{ tools: readonly Tool[]; bytes: number }> {
    const clientInfo = { name: 'bench', version: '1' };
    await this.#ask('initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo }, LIST_LIMIT);
    this.#child.stdin?.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
    const { line, result } = await this.#ask('tools/list', {}, LIST_LIMIT);
    const { tools, nextCursor } = result as { tools: Tool[]; nextCursor?: string };
    if (nextCursor !== undefined) throw new Error('the list has pages, of which this reads one');
    return { tools, bytes: Buffer.byteLength(line) };
  }

  /** What is wrong with a call is an error whether the protocol or the tool says so. */
  async call(name: string, args: object): Promise<Answer> {
    try {
      const { result } = await this.#ask('tools/call', { name, arguments: args }, CALL_LIMIT);
      return result as Answer;
    } catch (error) {
      return { isError: true, content: [{ text: String(error) }] };
    }
  }

  /** Of the server, so far; not a number where there is no /proc. */
  used(): { megabytes: number; cpu: number } {
    try {
      const { pid } = this.#child;
      const memory = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
      // The second field is a name in brackets that may hold anything; time is counted in hundredths of a second.
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
      return { megabytes: Number(memory) / 1024, cpu: (Number(fields[11]) + Number(fields[12])) / 100 };
    } catch {
      return { megabytes: Number.NaN, cpu: Number.NaN };
    }
  }

  /** Ends the server. */
  async stop(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended.catch(() => {});
    started.delete(this.#child);
  }

  async #ask(method: string, params: object, limit: number): Promise<{ line: string; result: unknown }> {
    this.#last += 1;
    const id = this.#last;
    const answered = new Promise<string>((done) => this.#waiting.set(id, done));
    this.#child.stdin?.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    const [asked, before] = [performance.now(), this.used().cpu];
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setInterval(() => {
        const isLate = this.used().cpu - before > limit || performance.now() - asked > limit * PATIENCE * 1000;
        if (isLate) reject(new Error(`no answer to ${method} in ${limit} s`));
      }, 1000);
    });
    try {
      const line = await Promise.race([answered, late, this.#ended]);
      const { result, error } = JSON.parse(line) as Message;
      if (error !== undefined) throw new Error(`${method}: ${error.message}`);
      return { line, result };
    } finally {
      clearInterval(timer);
      this.#waiting.delete(id);
    }
  }
}

function idOf(line: string): number | undefined {
  try {
    return (JSON.parse(line) as Message).id;
  } catch {
    return undefined;
  }
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1)?.trim() ?? '';
