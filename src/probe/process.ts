import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Env } from '../base/env.ts';
import { cut } from '../base/text.ts';
import { guiEnvironment, guiFolder } from './environment.ts';
import { endMarked, MARK, newMark } from './leftovers.ts';
import { type Shown, secretsIn, secretsInWords, shownWithout } from './shown.ts';

/** How a server is started: the entry of a client's config. */
export interface Command {
  readonly command: string;
  readonly args: readonly string[];
  /** Added to the environment of a GUI application. */
  readonly env: Readonly<Record<string, string>>;
  /** Secrets that it reads elsewhere, so that they are not shown either. */
  readonly hidden?: readonly string[] | undefined;
}

/** What must not be seen of a command and its variables. */
export const hiddenIn = ({ args, env, hidden = [] }: Pick<Command, 'args' | 'env' | 'hidden'>): readonly string[] => [
  ...secretsIn(env),
  ...secretsInWords(args),
  ...hidden,
];

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The program could not even be started. */
  readonly error?: Error;
}

const KEPT_CHARACTERS = 16_384;
const SHOWN_LINES = 8;
const LONGEST_LINE = 500;
const DRAIN_MS = 200;

/** Processes that must not outlive this one, however it ends. */
const running = new Set<ServerProcess>();

/** A server as a child process, started as a GUI application would. */
export class ServerProcess {
  readonly #env: Env;
  readonly child: ChildProcessWithoutNullStreams;
  readonly exited: Promise<Exit>;
  /** Both outputs have been read to their ends. */
  readonly #closed: Promise<unknown>;
  #stderr = '';
  #over = false;
  #swept = false;
  readonly #mark = newMark();
  /** A text of the server as it may be shown. */
  readonly shown: Shown;

  constructor({ command, args, env: own, hidden }: Command, env: Env) {
    this.#env = env;
    this.shown = shownWithout(hiddenIn({ args, env: own, hidden }));
    this.child = spawn(command, args, {
      cwd: guiFolder(env),
      env: { ...guiEnvironment(env), ...own, [MARK]: this.#mark },
      stdio: 'pipe',
      windowsHide: true,
      // A group of its own, so that the children of the server can be ended with it.
      detached: env.platform !== 'win32',
    });
    if (running.size === 0) process.on('exit', killAll);
    running.add(this);
    this.exited = new Promise((resolve) => {
      this.child.once('error', (error) => resolve({ code: null, signal: null, error }));
      this.child.once('exit', (code, signal) => resolve({ code, signal }));
    });
    this.#closed = new Promise((resolve) => this.child.once('close', resolve));
    void this.exited.then(() => {
      this.kill();
      // From here on its id may be given to another process.
      this.#over = true;
    });
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-KEPT_CHARACTERS);
    });
    // Writing to a server that is gone must not throw: the wait for its answer will notice that it is gone.
    this.child.stdin.on('error', () => {});
    this.child.stdout.on('error', () => {});
  }

  /** Ends the server and all of its children. Safe to call at any time. */
  kill(): void {
    running.delete(this);
    if (running.size === 0) process.off('exit', killAll);
    this.#endGroup();
    // What it leaves is looked for once more after its end, and then no more.
    if (this.#swept) return;
    this.#swept = this.#over;
    endMarked(this.#mark, this.#env.platform);
  }

  #endGroup(): void {
    const { pid } = this.child;
    if (pid === undefined || this.#over) return;
    if (this.#env.platform === 'win32') {
      if (this.child.exitCode === null) spawnSync('taskkill', ['/pid', String(pid), '/T', '/F'], { windowsHide: true });
      return;
    }
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // All of them are gone already.
    }
  }

  /** The exit, if it comes within the given milliseconds. */
  async exitWithin(ms: number): Promise<Exit | undefined> {
    const timer = new AbortController();
    const late = sleep(ms, undefined, { signal: timer.signal }).catch(() => undefined);
    const exit = await Promise.race([this.exited, late]);
    timer.abort();
    return exit;
  }

  /** Waits for the last output of a server that has ended. */
  async drained(): Promise<void> {
    await Promise.race([this.#closed, sleep(DRAIN_MS)]);
  }

  /** Calls back with all that the server has written to stderr, now and whenever there is more. */
  watchStderr(listener: (text: string) => void): () => void {
    const onData = (): void => listener(this.#stderr);
    this.child.stderr.on('data', onData);
    onData();
    return () => this.child.stderr.off('data', onData);
  }

  /** The last lines that the server wrote to stderr, without secrets and stack frames; empty when there are none. */
  lastLines(): string {
    const lines = this.shown(this.#stderr)
      .split('\n')
      .filter((line) => line.trim() !== '' && !/^\s+at /.test(line))
      .map((line) => cut(line, LONGEST_LINE));
    return lines.slice(-SHOWN_LINES).join('\n');
  }
}

function killAll(): void {
  for (const server of [...running]) server.kill();
}
