import { join } from 'node:path';
import { Child } from './child.ts';
import type { NodeVersion } from './node-versions.ts';

/** What a GUI application hands to the servers it starts. */
export const BARE_ENV = { PATH: '/usr/bin:/bin', HOME: '/nonexistent' };

/** A generated server that listens. */
export interface Listening {
  readonly url: string;
  /** Asks it to stop, and gives its exit code. */
  stop(): Promise<number | null>;
  /** Ends it at once, if it still runs. */
  kill(): Promise<void>;
}

/** Starts a built project over HTTP on a free port, and waits until it says where. */
export const listen = (
  { node }: NodeVersion,
  dir: string,
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): Promise<Listening> => listenTo(node, [join(dir, 'dist', 'main.js'), ...args], env);

/** The same for any command that starts a generated server. */
export async function listenTo(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Listening> {
  const child = new Child(command, args, { cwd: '/', env: { ...BARE_ENV, ...env, PORT: '0' } });
  const url = await child.until(({ stderr }) => /http:\/\/\S+\/mcp/.exec(stderr)?.[0]);
  return {
    url,
    async stop() {
      child.kill('SIGTERM');
      return (await child.finished).code;
    },
    kill: () => child.stop(),
  };
}
