import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { execa } from 'execa';
import type { Env } from '../base/env.ts';
import { cancelled, failure } from '../base/errors.ts';

export interface RunOptions {
  /** Absolute path of the folder in which it runs. */
  readonly cwd: string;
  readonly env: Env;
  /** Variables to set, or to take away with `undefined`. */
  readonly vars?: Readonly<Record<string, string | undefined>>;
  /** Aborting it stops the command and everything that the command has started. */
  readonly signal: AbortSignal;
}

export interface RunResult {
  /** Whether it exited with 0. */
  readonly ok: boolean;
  /** The last 64 KiB (UTF-16 units) of both streams. */
  readonly output: string;
}

const OUTPUT_LIMIT = 64 * 1024;

/** Milliseconds that a stopped command gets to clean up before it is killed. */
const GRACE = 3000;

/**
 * Runs a command without a shell, a terminal or input, and waits for it.
 *
 * @throws CliError (failed) `command-not-found` when there is no such command, `command-failed` when it cannot be
 * started; `cancelled` when the signal was aborted, after the command has ended
 */
export async function run(command: string, args: readonly string[], options: RunOptions): Promise<RunResult> {
  const { cwd, env, signal } = options;
  if (signal.aborted) throw cancelled();
  const child = execa(command, args, {
    cwd,
    env: variablesOf(options),
    extendEnv: false,
    all: true,
    buffer: false,
    reject: false,
    stdin: 'ignore',
    // A process group of its own, so that what npm has started can be stopped with it.
    detached: env.platform !== 'win32',
  });
  let output = '';
  child.all.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(-OUTPUT_LIMIT);
  });
  const untangle = stopWith(signal, child.pid, env);
  try {
    const result = await child;
    if (signal.aborted) throw cancelled();
    if (child.pid === undefined) throw notStarted(command, cwd, result.code, result.originalMessage);
    return { ok: result.exitCode === 0, output };
  } finally {
    untangle();
  }
}

/** What a command printed, whole, and whether it exited with 0. */
export interface Captured {
  readonly ok: boolean;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/**
 * Runs a quick command for what it prints, like `run`.
 *
 * @param input what it reads
 * @throws CliError as `run`; `command-failed` also when it prints more than 64 MiB
 */
export async function capture(
  command: string,
  args: readonly string[],
  input: Buffer | string,
  options: RunOptions,
): Promise<Captured> {
  const { cwd, signal } = options;
  if (signal.aborted) throw cancelled();
  const result = await execa(command, args, {
    cwd,
    env: variablesOf(options),
    extendEnv: false,
    encoding: 'buffer',
    reject: false,
    input: Buffer.from(input as string),
    maxBuffer: CAPTURE_LIMIT,
    cancelSignal: signal,
    stripFinalNewline: false,
  });
  if (signal.aborted) throw cancelled();
  if (result.exitCode === undefined) throw notStarted(command, cwd, result.code, result.originalMessage);
  return {
    ok: result.exitCode === 0,
    stdout: Buffer.from(result.stdout),
    stderr: Buffer.from(result.stderr).toString('utf8'),
  };
}

const CAPTURE_LIMIT = 64 * 1024 * 1024;

function variablesOf({ env, vars }: RunOptions): Record<string, string> {
  const merged = Object.entries({ ...env.vars, ...vars });
  return Object.fromEntries(merged.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/**
 * Ends a command with the signal, or with this process.
 *
 * @returns call it when the command has ended
 */
function stopWith(signal: AbortSignal, pid: number | undefined, env: Env): () => void {
  let timer: NodeJS.Timeout | undefined;
  const kill = (): void => stopTree(pid, 'SIGKILL', env);
  const stop = (): void => {
    stopTree(pid, 'SIGTERM', env);
    timer ??= setTimeout(kill, GRACE);
  };
  signal.addEventListener('abort', stop, { once: true });
  // Nobody would be there any more to see whether it heeds a milder signal.
  process.once('exit', kill);
  return () => {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    process.removeListener('exit', kill);
  };
}

function stopTree(pid: number | undefined, signal: NodeJS.Signals, env: Env): void {
  if (pid === undefined) return;
  if (env.platform === 'win32') {
    spawnSync('taskkill', ['/pid', String(pid), '/t', '/f'], { stdio: 'ignore', windowsHide: true });
    return;
  }
  try {
    process.kill(-pid, signal);
  } catch {
    // The group has ended by itself.
  }
}

function notStarted(command: string, cwd: string, code: string | undefined, reason: string | undefined): Error {
  // ENOENT may also mean that the folder is gone.
  if (code === 'ENOENT' && existsSync(cwd)) {
    return failure('command-not-found', `${command} is not found.`, {
      hint: `Install ${command}, or add the folder that holds it to PATH.`,
    });
  }
  return failure('command-failed', `${command} could not be started: ${reason ?? code ?? 'unknown reason'}`);
}
