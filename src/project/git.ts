import { existsSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CliError } from '../base/errors.ts';
import { withoutForeign } from './git-facts.ts';
import { type RunOptions, type RunResult, run } from './run.ts';

export interface GitOptions extends Pick<RunOptions, 'env' | 'signal'> {
  /** Absolute path of the project. */
  readonly dir: string;
  /** The message of the first commit. */
  readonly message?: string;
}

export interface GitResult {
  /** `initialised`: there is a repository, with everything staged, but no commit. */
  readonly status: 'committed' | 'initialised' | 'skipped';
  /** For people: what was done, or why not and what to do. */
  readonly detail: string;
}

/**
 * Makes a repository of the project, with one commit on `main`.
 *
 * A project without a repository is still a good project, so nothing that goes wrong here fails: the result says it.
 *
 * @throws CliError `cancelled`; the repository is taken back first
 */
export async function initRepository(options: GitOptions): Promise<GitResult> {
  const { dir, message = 'Create project with create-mcp-mason' } = options;
  const outer = repositoryAround(dir);
  if (outer !== undefined) return skipped(`${outer} is a repository already.`);
  const git = (...args: readonly string[]): Promise<RunResult> => runGit(args, options);
  try {
    const made = await initOn('main', git);
    if (!made.ok) return takeBack(dir, `git init failed: ${lastLine(made.output)}`);
    const added = await git('add', '--all');
    if (!added.ok) return takeBack(dir, `git add failed: ${lastLine(added.output)}`);
    const committed = await git('commit', '--quiet', '-m', message);
    return committed.ok ? { status: 'committed', detail: 'One commit on main.' } : withoutCommit(committed.output);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    const result = takeBack(dir, error.code === 'command-not-found' ? 'git is not installed.' : error.message);
    if (error.code === 'cancelled') throw error;
    return result;
  }
}

/** Git before 2.28 cannot name the first branch at once. */
async function initOn(branch: string, git: (...args: readonly string[]) => Promise<RunResult>): Promise<RunResult> {
  const result = await git('init', '--quiet', `--initial-branch=${branch}`);
  if (result.ok || !/unknown option/.test(result.output)) return result;
  const plain = await git('init', '--quiet');
  return plain.ok ? git('symbolic-ref', 'HEAD', `refs/heads/${branch}`) : plain;
}

function runGit(args: readonly string[], { dir, env, signal }: GitOptions): Promise<RunResult> {
  // In English, since what it says decides what we say.
  const vars = {
    ...withoutForeign(env.vars),
    GIT_TERMINAL_PROMPT: '0',
    LC_ALL: 'C',
  };
  return run('git', args, { cwd: dir, env, vars, signal });
}

/** The folder, from the project upward, that Git or Mercurial keeps; a repository in a repository helps nobody. */
export function repositoryAround(dir: string): string | undefined {
  for (let folder = dir; ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git')) || existsSync(join(folder, '.hg'))) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

const skipped = (detail: string): GitResult => ({ status: 'skipped', detail });

/** There was no `.git` before: `repositoryAround` has looked. */
function takeBack(dir: string, detail: string): GitResult {
  rmSync(join(dir, '.git'), { recursive: true, force: true, maxRetries: 3 });
  return skipped(detail);
}

function withoutCommit(output: string): GitResult {
  const isUnknown = /tell me who you are|user\.(email|name)|empty ident|auto-detect/i.test(output);
  const detail = isUnknown
    ? 'Everything is staged, but git does not know you. Set user.name and user.email with git config, then: git commit'
    : `Everything is staged, but git commit failed: ${lastLine(output)}`;
  return { status: 'initialised', detail };
}

const lastLine = (output: string): string => output.trim().split('\n').at(-1) ?? '';
