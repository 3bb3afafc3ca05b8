import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import type { Env } from '../base/env.ts';

/** How a process is started in a project. */
export interface HostCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** The project. */
  readonly cwd: string;
  readonly vars: Readonly<Record<string, string | undefined>>;
}

/** Longer than any answer can be: the largest values are a few MB. More than that is not an answer. */
const MAX_LINE = 64 * 1024 * 1024;
const KEPT_STDERR = 16_384;
const SHOWN_LINES = 8;

/** Processes that must not outlive this one, however it ends. */
const running = new Set<HostProcess>();

/** A process in a project that speaks to us by lines: those with our token are for us, all others are the project's noise. */
export class HostProcess {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #platform: NodeJS.Platform;
  readonly #token: string;
  readonly #onLine: (text: string) => void;
  /** How it ended, in words. */
  readonly ended: Promise<string>;
  /** The pieces of a line whose end has not come yet. */
  #pieces: string[] = [];
  #pending = 0;
  /** Whether that line begins with the token; undefined while it is too short to tell. */
  #isOurs: boolean | undefined;
  #stderr = '';
  #isOver = false;

  constructor({ command, args, cwd, vars }: HostCommand, env: Env, token: string, onLine: (text: string) => void) {
    this.#platform = env.platform;
    this.#token = token;
    this.#onLine = onLine;
    this.#child = spawn(command, args, {
      cwd,
      env: Object.fromEntries(Object.entries(vars).filter(([, value]) => value !== undefined)),
      stdio: 'pipe',
      windowsHide: true,
      // A group of its own: Ctrl-C is for us, who may still have something to finish, and its children end with it.
      detached: env.platform !== 'win32',
    });
    if (running.size === 0) process.on('exit', killAll);
    running.add(this);
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => this.#receive(text));
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-KEPT_STDERR);
    });
    // Who waits for an answer learns that the process is gone.
    this.#child.stdin.on('error', () => {});
    this.#child.stdout.on('error', () => {});
    this.ended = new Promise((resolve) => {
      this.#child.once('error', (error) => resolve(`could not be started (${error.message})`));
      this.#child.once('exit', () => {
        this.kill();
        // From here on its id may be given to another process.
        this.#isOver = true;
      });
      this.#child.once('close', (code, signal) => {
        resolve(signal === null ? `exited with code ${code}` : `was ended by ${signal}`);
      });
    });
  }

  send(message: object): void {
    if (this.#child.stdin.writable) this.#child.stdin.write(`${JSON.stringify(message)}\n`);
  }

  /** Lets it finish and end. */
  hangUp(): void {
    this.#child.stdin.end();
  }

  /** Ends it and all that it has started, at once. Safe to call at any time. */
  kill(): void {
    running.delete(this);
    if (running.size === 0) process.off('exit', killAll);
    const { pid } = this.#child;
    if (pid === undefined || this.#isOver) return;
    if (this.#platform === 'win32') {
      spawnSync('taskkill', ['/pid', String(pid), '/T', '/F'], { windowsHide: true });
      return;
    }
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // All of them are gone already.
    }
  }

  /** Lines on its stderr in which these words stand, as far as they are kept. */
  linesWith(words: string): string[] {
    return this.#stderr.split('\n').filter((line) => line.includes(words));
  }

  /** The last lines on its stderr, without stack frames; empty when there are none. */
  lastLines(): string {
    const lines = this.#stderr.split('\n').filter((line) => line.trim() !== '' && !/^\s+(at|File) /.test(line));
    return lines.slice(-SHOWN_LINES).join('\n');
  }

  #receive(text: string): void {
    const [first = '', ...others] = text.split('\n');
    this.#add(first);
    for (const piece of others) {
      if (this.#isOurs) this.#onLine(this.#pieces.join('').slice(this.#token.length));
      this.#pieces = [];
      this.#pending = 0;
      this.#isOurs = undefined;
      this.#add(piece);
    }
  }

  /** Noise is not kept, however long its line is. */
  #add(piece: string): void {
    if (this.#isOurs === false) return;
    this.#pieces.push(piece);
    this.#pending += piece.length;
    if (this.#pending > MAX_LINE) this.kill();
    if (this.#isOurs === undefined && this.#pending >= this.#token.length) {
      this.#isOurs = this.#pieces.join('').startsWith(this.#token);
      if (!this.#isOurs) this.#pieces = [];
    }
  }
}

function killAll(): void {
  for (const host of [...running]) host.kill();
}
