import { run } from '../../support/child.ts';

export interface Measured {
  readonly stdout: string;
  /** User and system time of the command and all that it has started. */
  readonly cpu: number;
  /** Seconds of the clock. */
  readonly wall: number;
}

/** Bash has the kernel's own account of its child, which Node does not offer; and a process that is out of time ends. */
const SCRIPT = 'ulimit -t "$0"; TIMEFORMAT="%U %S %R"; time "$@"; exit $?';

/** How much longer than its time of CPU a command may take on a machine that is shared. */
export const PATIENCE = 4;

/** By SIGKILL and SIGXCPU, which a shell adds 128 to. */
const OUT_OF_TIME = [137, 152];

/** The lines that say most, in this order. */
const TELLING = [/heap out of memory/, /error TS\d+/, /^\w*(Error|Exception)\b/, /\berror\b/i, /\S/];

/**
 * Runs a command to its end.
 *
 * @param options `limit` is in seconds of CPU: what is measured must not depend on what else the machine does
 * @throws Error with the line of its output that says most
 */
export async function measured(
  command: string,
  args: readonly string[],
  { limit, ...options }: { cwd: string; env: Readonly<Record<string, string>>; limit: number },
): Promise<Measured> {
  const { code, stdout, stderr } = await run('bash', ['-c', SCRIPT, String(limit), command, ...args], {
    ...options,
    limit: limit * PATIENCE * 1000,
  });
  if (code === null || OUT_OF_TIME.includes(code)) throw new Error(`no end in ${limit} s`);
  if (code !== 0) throw new Error(telling(`${stderr}\n${stdout}`) ?? `ended with ${code}`);
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
