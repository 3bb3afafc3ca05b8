import { run } from '../../support/child.ts';

export interface Measured {
  readonly stdout: string;
  /** User and system time of the command and all that it has started. */
  readonly cpu: number;
  /** Seconds of the clock. */
  readonly wall: number;
}

/** Bash has the kernel's own account of its child, which Node does not offer. */
const SCRIPT = 'TIMEFORMAT="%U %S %R"; time "$@"; exit $?';

/** The lines that say most, in this order. */
const TELLING = [/heap out of memory/, /error TS\d+/, /^\w*(Error|Exception)\b/, /\berror\b/i, /\S/];

/**
 * Runs a command to its end, which must come within a time.
 *
 * @throws Error with the line of its output that says most
 */
export async function measured(
  command: string,
  args: readonly string[],
  options: { cwd: string; env: Readonly<Record<string, string>>; limit: number },
): Promise<Measured> {
  const started = performance.now();
  const { code, stdout, stderr } = await run('bash', ['-c', SCRIPT, 'bench', command, ...args], options);
  if (code !== 0) {
    if (code === null && performance.now() - started >= options.limit)
      throw new Error(`no end in ${options.limit / 1000} s`);
    throw new Error(telling(`${stderr}\n${stdout}`) ?? `ended with ${code}`);
  }
  const [user = 0, system = 0, wall = 0] = stderr.trim().split(/\s+/).slice(-3).map(Number);
  return { stdout, cpu: user + system, wall };
}

function telling(output: string): string | undefined {
  // The last line is bash's own.
  const lines = output.split('\n').filter((line) => !/^[\d.]+ [\d.]+ [\d.]+$/.test(line));
  for (const pattern of TELLING) {
    const line = lines.find((one) => pattern.test(one));
    if (line !== undefined) return line.trim();
  }
  return undefined;
}
