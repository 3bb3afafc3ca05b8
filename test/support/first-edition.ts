import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Projects as 0.1.0 made them: `scripts/first-edition.ts` makes them again. */
const PACKED = fileURLToPath(new URL('first-edition', import.meta.url));

/** Unpacks the project of a language into a folder. @returns the project */
export function firstEdition(language: string, parent: string): string {
  execFileSync('tar', ['-xzf', join(PACKED, `${language}.tgz`), '-C', parent]);
  return join(parent, 'kept');
}

/** Git for a test, with an author, and with nothing of this machine's settings. */
export function git(dir: string, ...args: readonly string[]): string {
  const own = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com', '-c', 'commit.gpgSign=false'];
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  return execFileSync('git', [...own, ...args], { cwd: dir, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Makes a repository of a project, with one commit. */
export function commitAll(dir: string): void {
  git(dir, 'init', '--quiet', '--initial-branch=main');
  git(dir, 'add', '--all');
  git(dir, 'commit', '--quiet', '-m', 'all');
}
