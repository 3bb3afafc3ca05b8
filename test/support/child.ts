import { type ChildProcess, spawn } from 'node:child_process';
import { delimiter } from 'node:path';
import { CUT_OFF_ENV } from './cut-off.ts';

/** What came of a process. */
export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ChildOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** `closed`: nothing can be read. `open`: a pipe that nobody writes to and nobody ends. */
  readonly stdin?: 'closed' | 'open';
  /** How many milliseconds it may take before it is ended with all it has started. */
  readonly limit?: number;
}

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) signalGroup(child, 'SIGKILL');
});

/** No process of a test is meant to last longer. */
const LONGEST = 8 * 60_000;

/** A running process, in a process group of its own. */
export class Child {
  readonly finished: Promise<Finished>;
  readonly #child: ChildProcess;
  /** In milliseconds since 1970. */
  #ended = Number.POSITIVE_INFINITY;
  stdout = '';
  stderr = '';

  constructor(command: string, args: readonly string[], options: ChildOptions) {
    const { cwd, env = childEnv(), stdin = 'closed', limit = LONGEST } = options;
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: [stdin === 'open' ? 'pipe' : 'ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
    });
    this.#child = child;
    running.add(child);
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), limit);
    this.finished = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve({ code, signal, stdout: this.stdout, stderr: this.stderr }));
    }).finally(() => {
      clearTimeout(timer);
      running.delete(child);
      this.#ended = Date.now();
    }) as Promise<Finished>;
    // Whoever is interested awaits it.
    this.finished.catch(() => {});
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Types something, where stdin is `open`. */
  type(text: string): void {
    this.#child.stdin?.write(text);
  }

  /** Sends a signal to the process itself, as `kill` does. */
  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Ends the process and all that it has started. */
  async stop(): Promise<void> {
    // Long after its end its id may be another process's.
    if (Date.now() - this.#ended < 30_000) signalGroup(this.#child, 'SIGKILL');
    await this.finished.catch(() => {});
  }

  /** Waits until `look` finds something, in the output or anywhere else; fails when the process ends before. */
  async until<T>(look: (child: Child) => T | undefined | false): Promise<T> {
    let ended = false;
    void this.finished.catch(() => {}).then(() => (ended = true));
    for (;;) {
      const isLast = ended;
      const found = look(this);
      if (found !== undefined && found !== false) return found;
      if (isLast) throw new Error(`The process ended too early.\n${this.stdout}${this.stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // It has ended by itself.
  }
}

/** Runs a process to its end. */
export const run = (command: string, args: readonly string[], options: ChildOptions): Promise<Finished> =>
  new Child(command, args, options).finished;

/** Runs a process that must succeed, and gives what it wrote to stdout. */
export async function runOk(command: string, args: readonly string[], options: ChildOptions): Promise<string> {
  const { code, signal, stdout, stderr } = await run(command, args, options);
  if (code === 0) return stdout;
  throw new Error(`${[command, ...args].join(' ')} ended with ${code ?? signal}:\n${stdout}\n${stderr}`);
}

/** A download that takes longer hangs. */
const LONGEST_DOWNLOAD = 3 * 60_000;

/** Runs a process that downloads something, once more if it fails or hangs: networks do that. */
export async function download(command: string, args: readonly string[], options: ChildOptions): Promise<string> {
  const limited = { ...options, limit: LONGEST_DOWNLOAD };
  try {
    return await runOk(command, args, limited);
  } catch (error) {
    process.stderr.write(`Once more, since it failed: ${String(error).split('\n')[0]}\n`);
    return runOk(command, args, limited);
  }
}

/** What npm and vitest tell their own children, and what would make a difference between here and CI. */
const FOREIGN =
  /^(npm_|VITEST|NODE_|TEST$|MODE$|DEV$|PROD$|SSR$|BASE_URL$|CI$|CONTINUOUS_INTEGRATION$|BUILD_NUMBER$|GITHUB_|FORCE_COLOR$|NO_COLOR$|GIT_|COREPACK_|INIT_CWD$|COLOR$)/;
/** How this machine reaches the registry. */
const KEPT =
  /^(npm_config_(registry|cache|userconfig|globalconfig|proxy|https_proxy|noproxy|cafile|ca|strict_ssl)|NODE_EXTRA_CA_CERTS)$/i;

/**
 * The environment of a shell in which somebody works: without what npm and vitest have added to ours.
 *
 * @param overrides variables to set; `path` is put in front of PATH
 */
export function childEnv(overrides: Readonly<Record<string, string>> = {}, path: readonly string[] = []) {
  const kept = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && (!FOREIGN.test(entry[0]) || KEPT.test(entry[0])),
  );
  const env = Object.fromEntries(kept);
  const shell = (env.PATH ?? '').split(delimiter).filter((folder) => !/[\\/]node_modules[\\/]/.test(`${folder}/`));
  return {
    ...env,
    ...AUTHOR,
    ...CUT_OFF_ENV,
    NO_COLOR: '1',
    // Not of the machine: no settings that sign commits, no hooks.
    GIT_CONFIG_GLOBAL: process.platform === 'win32' ? 'NUL' : '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    ...overrides,
    PATH: [...path, ...(overrides.PATH?.split(delimiter) ?? shell)].join(delimiter),
  };
}

const AUTHOR = {
  GIT_AUTHOR_NAME: 'Test',
  GIT_AUTHOR_EMAIL: 'test@example.com',
  GIT_COMMITTER_NAME: 'Test',
  GIT_COMMITTER_EMAIL: 'test@example.com',
};

/** npm as a command: a script on Windows. */
export const NPM = process.platform === 'win32' ? 'npm.cmd' : 'npm';
