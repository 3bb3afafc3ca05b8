import { pathOf } from '../answers/names.ts';
import type { Env } from '../env.ts';

/** What is started: a project's folder, and the file in it that its installation or build makes. */
interface Launched {
  /** Absolute. */
  readonly dir: string;
  /** Relative to `dir`, with `/`. */
  readonly entry: string;
}

export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
}

type Machine = Pick<Env, 'platform' | 'nodePath' | 'uvPath'>;

interface Started {
  readonly file: string;
  readonly dir: string | undefined;
}

interface Launcher {
  /** How a package that is published is started, without a project. */
  published(name: string): Launch;
  /** How a client starts a server, but for what goes behind. */
  start(project: Launched, env: Machine, stableNode: () => string): Launch;
  /** What an entry starts, as far as it can be told from it: a file, and the folder of the project that it is in. */
  startedBy(launch: Launch, entry: string, env: Pick<Env, 'platform'>): Started | undefined;
  /** Where `entry` is on this system. */
  fileOf(project: Launched, env: Pick<Env, 'platform'>): string;
}

const fileOf: Launcher['fileOf'] = ({ dir, entry }, env) => pathOf(env).join(dir, ...entry.split('/'));

function startedAs(file: string, entry: string, env: Pick<Env, 'platform'>): Started | undefined {
  if (!pathOf(env).isAbsolute(file)) return undefined;
  const tail = `/${entry}`;
  return { file, dir: file.replaceAll('\\', '/').endsWith(tail) ? file.slice(0, -tail.length) : undefined };
}

/** The runtime with the built file. */
const node: Launcher = {
  published: (name) => ({ command: 'npx', args: ['-y', name] }),
  start: (project, env, stableNode) => ({ command: stableNode(), args: [fileOf(project, env)] }),
  startedBy: ({ args: [file = ''] }, entry, env) => startedAs(file, entry, env),
  fileOf,
};

/**
 * `uv run` in the project's folder: uv finds the environment and its Python there, and puts both on PATH for whatever the
 * server starts.
 *
 * `--no-sync`, since a start must not depend on anything but what is installed: without it uv compares the environment
 * with the lock file first, and where they differ a client waits for downloads, or fails without a network.
 *
 * Without uv the script of the environment is started by its own path, which is what pip installs as well.
 */
const uv: Launcher = {
  published: (name) => ({ command: 'uvx', args: [name] }),
  start: (project, { uvPath, ...env }) =>
    uvPath === undefined
      ? { command: scriptOf(project, env), args: [] }
      : { command: uvPath, args: ['--directory', project.dir, 'run', '--no-sync', scriptName(project)] },
  startedBy: ({ command, args }, entry, env) => {
    const dir = args[args.indexOf('--directory') + 1];
    return dir === undefined || !args.includes('--directory')
      ? startedAs(command, scriptIn(entry, env), env)
      : { dir, file: scriptOf({ dir, entry }, env) };
  },
  fileOf: (project, env) => scriptOf(project, env),
};

const scriptName = ({ entry }: Launched): string => entry.slice(entry.lastIndexOf('/') + 1);

/** Environments of Python are laid out in another way on Windows. */
const scriptIn = (entry: string, { platform }: Pick<Env, 'platform'>): string =>
  platform === 'win32' ? entry.replace('/bin/', '/Scripts/').replace(/$/, '.exe') : entry;

const scriptOf = ({ dir, entry }: Launched, env: Pick<Env, 'platform'>): string =>
  fileOf({ dir, entry: scriptIn(entry, env) }, env);

const LAUNCHERS: Readonly<Record<string, Launcher>> = { typescript: node, python: uv };

/** How projects of a language are started; undefined for a language that we do not know. */
export const launcherOf = (language: string): Launcher | undefined =>
  Object.hasOwn(LAUNCHERS, language) ? LAUNCHERS[language] : undefined;

/** How a published package is started; npm's way for a language that we do not know. */
export const publishedLaunch = (language: string, name: string): Launch =>
  (launcherOf(language) ?? node).published(name);
