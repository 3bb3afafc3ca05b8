import { posix, win32 } from 'node:path';
import type { Env } from './env.ts';

/** The path functions of the platform that `env` describes. */
export const pathOf = (env: Pick<Env, 'platform'>): typeof posix => (env.platform === 'win32' ? win32 : posix);

/** The absolute path of a target. `~/x` is the home folder's, because no shell expands it in a prompt or a file. */
export function targetOf(dir: string, env: Env): string {
  const path = pathOf(env);
  const inHome = dir === '~' || dir.startsWith('~/') || (env.platform === 'win32' && dir.startsWith('~\\'));
  return inHome ? path.join(env.home, dir.slice(1)) : path.resolve(env.cwd, dir);
}
