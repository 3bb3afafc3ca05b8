import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { readRegular, Unreadable } from '../base/inside.ts';

/**
 * The folder under which clients keep what a person has set for one project: the root of the repository that `dir` lies
 * in, or of the main one if that is a worktree, with links resolved; outside of any repository, `dir` itself.
 */
export function repositoryRoot(dir: string): string {
  const start = existsSync(dir) ? realpathSync(dir) : dir;
  for (let folder = start; ; folder = dirname(folder)) {
    const git = join(folder, '.git');
    if (existsSync(git)) return statSync(git).isDirectory() ? folder : (mainWorktree(git, folder) ?? folder);
    if (dirname(folder) === folder) return start;
  }
}

/** A stranger's may be a pipe, or have no end. */
function textOf(path: string): string {
  try {
    return readRegular(path, 4096)?.toString('utf8') ?? '';
  } catch (error) {
    if (error instanceof Unreadable) return '';
    throw error;
  }
}

/** `.git` of a worktree is a file that names its folder in the main one; that of a submodule names another place. */
function mainWorktree(git: string, folder: string): string | undefined {
  const [, path] = /^gitdir: (.+)$/m.exec(textOf(git)) ?? [];
  const [, main] =
    /^(.*)[\\/]\.git[\\/]worktrees[\\/][^\\/]+$/.exec(path === undefined ? '' : resolve(folder, path)) ?? [];
  return main;
}
