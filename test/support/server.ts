import { Child } from './child.ts';
import type { Made } from './made.ts';

/** What a GUI application hands to the servers it starts. */
export const BARE_ENV = { PATH: '/usr/bin:/bin', HOME: '/nonexistent' };

/** A generated server that listens. */
export interface Listening {
  /** Its endpoint. */
  readonly url: string;
  readonly child: Child;
  /** Asks it to stop, and gives its exit code. */
  stop(): Promise<number | null>;
  /** Ends it at once, if it still runs. */
  kill(): Promise<void>;
}

/**
 * Starts a server over HTTP on a free port, and waits until it says where.
 *
 * @param start what starts it, with the transport where it has several
 */
export async function listen(
  [program, ...args]: Made['start'],
  env: Readonly<Record<string, string>>,
): Promise<Listening> {
  const child = new Child(program, args, { cwd: '/', env: { ...BARE_ENV, ...env, PORT: '0' } });
  const url = await child.until(({ stderr }) => /http:\/\/\S+\/mcp/.exec(stderr)?.[0]);
  return {
    url,
    child,
    async stop() {
      child.kill('SIGTERM');
      return (await child.finished).code;
    },
    kill: () => child.stop(),
  };
}
