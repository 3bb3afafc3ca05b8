import { realpathSync } from 'node:fs';
import type { StdioEntry } from '../base/entry.ts';
import type { Env } from '../base/env.ts';
import { pathOf } from '../base/paths.ts';
import { findNode } from './node.ts';
import { findUv } from './uv.ts';

/** What is started: a project's folder, and the file in it that its installation or build makes. */
export interface Launched {
  /** Absolute. */
  readonly dir: string;
  /** Relative to `dir`, with `/`. */
  readonly entry: string;
}

export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
}

/** A machine that servers are started on, and its runtimes. */
export interface Machine extends Pick<Env, 'platform' | 'nodePath'> {
  /** uv, Python's package manager, if it is there. */
  readonly uvPath: string | undefined;
}

/** This machine. Runtimes are looked for when they are asked for. */
export const machineOf = (env: Env): Machine => ({
  platform: env.platform,
  // Where there is none, Bun can start a server as well. Else it is bare, and a client then says what is missing: our own in
  // uv's cache may be gone tomorrow.
  get nodePath() {
    return findNode(env)?.path ?? (env.runner === 'bun' ? env.nodePath : 'node');
  },
  get uvPath() {
    return findUv(env);
  },
});

interface Started {
  readonly file: string;
  readonly dir: string | undefined;
}

export interface Launcher {
  /** How a package that is published is started, without a project. */
  published(name: string): Launch;
  /** How a client starts a server. An argument that chooses the transport may follow. */
  start(project: Launched, machine: Machine): Launch;
  /** What an entry starts, as far as it can be told from it: a file, and the folder of the project that it is in. */
  startedBy(launch: Launch, entry: string, env: Pick<Env, 'platform'>): Started | undefined;
  /** Where `entry` is on this system. */
  fileOf(project: Launched, env: Pick<Env, 'platform'>): string;
}

/** The file that starts a server, with the separators of the system. */
export const fileOf: Launcher['fileOf'] = ({ dir, entry }, env) => pathOf(env).join(dir, ...entry.split('/'));

/** A file that an entry starts, and the folder of its project, if the path ends as that of a built server does. */
export function startedAs(file: string, entry: string, env: Pick<Env, 'platform'>): Started | undefined {
  if (!pathOf(env).isAbsolute(file)) return undefined;
  const tail = `/${entry}`;
  return { file, dir: file.replaceAll('\\', '/').endsWith(tail) ? file.slice(0, -tail.length) : undefined };
}

/** What is a batch file on Windows, which only cmd.exe can start. */
const BATCH_FILE = /^(?:npx|npm|pnpx|pnpm|yarn|yarnpkg|corepack)(?:\.cmd)?$/i;

/** The entry as Windows can start it. On other systems, and for programs, as it is. */
export function startable<Entry extends Pick<StdioEntry, 'command' | 'args'>>(
  entry: Entry,
  { platform }: Pick<Env, 'platform'>,
): Entry {
  if (platform !== 'win32' || !BATCH_FILE.test(entry.command)) return entry;
  return { ...entry, command: 'cmd', args: ['/c', entry.command, ...entry.args] };
}

/**
 * The Node binary under a path that outlives updates where there is one.
 *
 * Homebrew's real path holds the version (`Cellar/node/24.1.0`) and goes away with the next update, but `opt/node` always
 * points to the installed one; so does `current` of snap and Scoop.
 */
export function stableRuntime(env: Pick<Env, 'nodePath'>, real: (path: string) => string = realpathSync): string {
  const stable = env.nodePath
    .replace(/\/Cellar\/([^/]+)\/[^/]+\//, '/opt/$1/')
    .replace(/^(\/snap\/[^/]+\/)\d+\//, '$1current/')
    .replace(/([\\/]scoop[\\/]apps[\\/][^\\/]+[\\/])[^\\/]+(?=[\\/])/i, '$1current');
  if (stable === env.nodePath) return stable;
  try {
    return real(stable) === env.nodePath ? stable : env.nodePath;
  } catch {
    return env.nodePath;
  }
}

/** Version managers by a part of the paths under which they install runtimes. */
const MANAGERS: readonly (readonly [RegExp, string])[] = [
  [/[\\/]fnm_multishells[\\/]/i, 'fnm (a folder of this shell only)'],
  [/[\\/]fnm[\\/]node-versions[\\/]/i, 'fnm'],
  [/[\\/](?:\.?nvm|nvm4w)[\\/]/i, 'nvm'],
  [/[\\/]\.?volta[\\/]/i, 'Volta'],
  [/[\\/]\.?asdf[\\/]/i, 'asdf'],
  [/[\\/]\.?mise[\\/]/i, 'mise'],
  [/[\\/]\.?nodenv[\\/]/i, 'nodenv'],
  [/[\\/]\.?nvs[\\/]/i, 'nvs'],
  [/[\\/]\.?proto[\\/]tools[\\/]/i, 'proto'],
  [/[\\/]n[\\/]versions[\\/]/i, 'n'],
  [/^[\\/]nix[\\/]store[\\/]/i, 'Nix'],
  [/[\\/]Cellar[\\/]/, 'Homebrew'],
  [/^[\\/]snap[\\/][^\\/]+[\\/]\d+[\\/]/, 'snap'],
  [/[\\/]\.nodebrew[\\/]/, 'nodebrew'],
  [/[\\/]pnpm[\\/]nodejs[\\/]/i, 'pnpm env'],
  [/[\\/](?:(?:ana|mini)conda|(?:mini|mamba)forge|micromamba|\.conda)\d*[\\/]/i, 'conda'],
  [/[\\/]\.(?:version-fox|vfox)[\\/]/, 'vfox'],
  [/[\\/]scoop[\\/]apps[\\/][^\\/]+[\\/](?!current[\\/])/i, 'Scoop'],
];

/** Why the runtime of an entry may vanish, or undefined: version managers put the version into the path. */
export function runtimeWarning(command: string): string | undefined {
  const manager = MANAGERS.find(([pattern]) => pattern.test(command))?.[1];
  if (manager === undefined) return undefined;
  return `${command} belongs to ${manager} and goes away when that version is removed. Then run "create-mcp-mason config --write" again.`;
}
