import { lstatSync, realpathSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import type { Env } from '../base/env.ts';
import { CliError, failure } from '../base/errors.ts';
import { withoutForeign } from './git-facts.ts';
import { type Captured, capture } from './run.ts';
import type { Unmerged } from './stage-journal.ts';

/** How many commits of a path are looked through. */
const MOST_COMMITS = 2000;
/** How many versions of all files, and how large, are read for what was generated once. */
const MOST_BLOBS = 5000;
const MOST_BLOB_BYTES = 1024 * 1024;
/** How many are read at once, so that they fit into memory. */
const BATCH = 50;

/** A blob of the index or of history, with its text. */
interface Blob {
  readonly path: string;
  readonly text: string;
}

/** What git says has not been committed. */
export interface Dirt {
  /** Relative to the project, with `/`. */
  readonly tracked: readonly string[];
  readonly untracked: readonly string[];
}

/**
 * The repository that a project is in, which may be a stranger's clone: nothing that its config names is ever executed. Only
 * plumbing is used, and the settings that start programs are overruled: hooks, the file system monitor, filters,
 * signature programs, pagers, transports.
 */
export class Repository {
  readonly #root: string;
  /** The path of the project in the repository: `` or `packages/server/`. */
  readonly #prefix: string;
  readonly #env: Env;
  readonly #signal: AbortSignal;
  #overrides: readonly string[] | undefined;

  private constructor(root: string, dir: string, env: Env, signal: AbortSignal) {
    this.#root = root;
    const inner = relative(root, dir).split(sep).join('/');
    this.#prefix = inner === '' ? '' : `${inner}/`;
    this.#env = env;
    this.#signal = signal;
  }

  /** The repository around a project; undefined where there is none, or no git that could read it. */
  static async around(dir: string, env: Env, signal: AbortSignal): Promise<Repository | undefined> {
    const real = realpathSync(dir);
    for (let folder = real; ; folder = dirname(folder)) {
      if (lstatSync(join(folder, '.git'), { throwIfNoEntry: false }) !== undefined) {
        const repository = new Repository(folder, real, env, signal);
        return (await repository.#isReadable()) ? repository : undefined;
      }
      if (folder === dirname(folder)) return undefined;
    }
  }

  async #isReadable(): Promise<boolean> {
    try {
      const { ok } = await this.#git(['rev-parse', '--git-dir'], '', []);
      return ok;
    } catch (error) {
      if (error instanceof CliError && error.code === 'command-not-found') return false;
      throw error;
    }
  }

  /** Whether git knows a file of the project. */
  async tracks(path: string): Promise<boolean> {
    return (await this.#read(['ls-files', '-z', '--', `:(top,literal)${this.#prefix}${path}`])).length > 0;
  }

  /** What is not committed below the project. */
  async dirt(): Promise<Dirt> {
    const args = ['status', '--porcelain=v1', '-z', '--no-renames', '--untracked-files=all', '--ignore-submodules=all'];
    const out = await this.#read([
      ...args,
      '--',
      this.#prefix === '' ? '.' : `:(top,literal)${this.#prefix.slice(0, -1)}`,
    ]);
    const rows = rowsOf(out, '\0');
    const own = (isUntracked: boolean): string[] =>
      rows.filter((row) => row.startsWith('??') === isUntracked).map((row) => row.slice(3 + this.#prefix.length));
    return { tracked: own(false), untracked: own(true) };
  }

  /** All versions of files of the project that history has, newest first, as far as they are texts of some size. */
  async *versionsOf(paths: readonly string[]): AsyncGenerator<Blob> {
    if (paths.length === 0) return;
    const range = ['rev-list', '--all', '--objects', `--max-count=${MOST_COMMITS}`, '--'];
    const listed = await this.#read([...range, ...paths.map((path) => `:(top,literal)${this.#prefix}${path}`)]);
    const wanted = new Map(paths.map((path) => [this.#prefix + path, path]));
    const blobs = rowsOf(listed, '\n').flatMap((row) => {
      const at = row.indexOf(' ');
      const path = wanted.get(row.slice(at + 1));
      return path === undefined ? [] : [{ oid: row.slice(0, at), path }];
    });
    yield* this.#texts(blobs.slice(0, MOST_BLOBS));
  }

  async *#texts(blobs: readonly { readonly oid: string; readonly path: string }[]): AsyncGenerator<Blob> {
    const asked = await this.#read(['cat-file', '--batch-check=%(objecttype) %(objectsize)'], listOfOids(blobs));
    const sizes = rowsOf(asked, '\n').map((row) => (row.startsWith('blob ') ? Number(row.slice(5)) : Infinity));
    const small = blobs.filter((_, index) => (sizes[index] ?? Infinity) <= MOST_BLOB_BYTES);
    for (let from = 0; from < small.length; from += BATCH) {
      const some = small.slice(from, from + BATCH);
      let rest = await this.#read(['cat-file', '--batch=%(objectsize)'], listOfOids(some));
      for (const { path } of some) {
        const start = rest.indexOf('\n') + 1;
        const end = start + Number(rest.subarray(0, start).toString());
        yield { path, text: rest.subarray(start, end).toString('utf8') };
        rest = rest.subarray(end + 1);
      }
    }
  }

  /** Keeps a text as a blob, for a stage of a conflict. @returns its id */
  async keep(text: string | Buffer): Promise<string> {
    const out = await this.#read(['hash-object', '-w', '--no-filters', '--stdin'], text);
    return out.toString('utf8').trim();
  }

  /** Tells the index of conflicts, as `git merge` does, so that `git status` and merge tools know them. */
  async markUnmerged(unmerged: readonly Unmerged[]): Promise<void> {
    const lines = unmerged.flatMap(({ path, mode, stages }) => {
      const full = this.#prefix + path;
      const own = stages.flatMap((oid, index) => (oid === null ? [] : [`${mode} ${oid} ${index + 1}\t${full}\0`]));
      const width = stages.find((oid) => oid !== null)?.length ?? 40;
      return [`0 ${'0'.repeat(width)}\t${full}\0`, ...own];
    });
    await this.#read(['update-index', '-z', '--index-info'], lines.join(''));
  }

  async #read(args: readonly string[], input: string | Buffer = ''): Promise<Buffer> {
    this.#overrides ??= await this.#filtersOff();
    const { ok, stdout, stderr } = await this.#git(args, input, this.#overrides);
    if (ok) return stdout;
    throw failure('git-failed', `git ${args[0]} failed in ${this.#root}: ${stderr.trim().split('\n').at(-1) ?? ''}`, {
      hint: 'See what git status says there, then run the command again.',
    });
  }

  /** `-c` for each filter that any config names: a filter without a command leaves files as they are. */
  async #filtersOff(): Promise<readonly string[]> {
    const { stdout } = await this.#git(['config', '--list', '-z', '--name-only'], '', []);
    const names = rowsOf(stdout, '\0').filter((name) => /^filter\..*\.(clean|smudge|process|required)$/s.test(name));
    return [...new Set(names)].flatMap((name) => ['-c', `${name}=${name.endsWith('.required') ? 'false' : ''}`]);
  }

  #git(args: readonly string[], input: string | Buffer, overrides: readonly string[]): Promise<Captured> {
    const vars = { ...withoutForeign(this.#env.vars), ...QUIET };
    // Named outright, so that no core.worktree leads elsewhere.
    const place = [`--git-dir=${join(this.#root, '.git')}`, `--work-tree=${this.#root}`];
    return capture('git', [...place, ...SAFE, ...overrides, ...args], input, {
      cwd: this.#root,
      env: this.#env,
      vars,
      signal: this.#signal,
    });
  }
}

const rowsOf = (out: Buffer, end: string): string[] => out.toString('utf8').split(end).filter(Boolean);

const listOfOids = (blobs: readonly { readonly oid: string }[]): string => blobs.map(({ oid }) => `${oid}\n`).join('');

const SAFE: readonly string[] = [
  '--no-pager',
  '--no-replace-objects',
  ...[
    'core.fsmonitor=false',
    'core.hooksPath=/dev/null',
    'core.untrackedCache=false',
    'core.quotePath=false',
    'core.alternateRefsCommand=',
    'log.showSignature=false',
    'protocol.allow=never',
    'submodule.recurse=false',
    'status.submoduleSummary=false',
  ].flatMap((setting) => ['-c', setting]),
];

/** Nothing is asked, fetched, or written on the side. */
const QUIET = {
  GIT_TERMINAL_PROMPT: '0',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_NO_LAZY_FETCH: '1',
  GIT_ALLOW_PROTOCOL: 'none',
  GIT_LITERAL_PATHSPECS: undefined,
  GIT_GLOB_PATHSPECS: undefined,
  GIT_EXTERNAL_DIFF: undefined,
  LC_ALL: 'C',
};
