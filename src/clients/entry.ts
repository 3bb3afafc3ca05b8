import { realpathSync } from 'node:fs';
import { serverNameOf } from '../answers/answers.ts';
import type { Env } from '../env.ts';
import { failure } from '../errors.ts';
import { launcherOf } from './launch.ts';
import { placeholderOf, textOf } from './secrets.ts';
import type { NamedEntry, StdioEntry, Value } from './types.ts';

/** What an entry is made from; `Plan` and `ProjectAnswers` hold all of it. */
export interface EntryProject {
  /** Absolute. */
  readonly dir: string;
  /** The package name; its scope is not part of the entry's name. */
  readonly name: string;
  readonly language: string;
  /** `stdio`, `http`; the first is what the server speaks when nothing is said. */
  readonly transports: readonly string[];
  /** The file that starts it, relative to `dir`, with `/`. */
  readonly entry: string;
  readonly entryEnv: Readonly<Record<string, Value>>;
}

/** Where a project that only speaks HTTP listens unless it is told otherwise. */
export const DEFAULT_URL = 'http://127.0.0.1:3000/mcp';

/**
 * How a client starts a project: a GUI application has neither the shell's PATH nor its working folder, so the runtime
 * and the built file are absolute, and of the environment only what the server needs is written down.
 *
 * @throws {CliError} `no-runtime` for a language without a known runtime.
 */
export function entryOf(project: EntryProject, env: Machine): NamedEntry {
  const name = serverNameOf(project.name);
  if (!project.transports.includes('stdio')) {
    return { name, entry: { transport: 'http', url: DEFAULT_URL, headers: {} } };
  }
  return { name, entry: startOf(project, 'stdio', env) };
}

/**
 * The same for a file that a team shares: nothing in it is of this machine.
 *
 * @param root how the client refers to the project's folder: `${workspaceFolder}`
 */
export const sharedEntryOf = (project: EntryProject, root: string): NamedEntry =>
  entryOf({ ...project, dir: root }, SHARED);

/** Every system takes `/`. */
const SHARED = { platform: 'linux', nodePath: 'node', uvPath: 'uv' } as const;

type Machine = Pick<Env, 'platform' | 'nodePath' | 'uvPath'>;

/** The command that starts one of a project's transports, as a client would. */
export function startOf(project: EntryProject, transport: string, env: Machine): StdioEntry {
  const launcher = launcherOf(project.language);
  if (launcher === undefined) throw failure('no-runtime', `No runtime is known for the language ${project.language}.`);
  const { command, args } = launcher.start(project, env, () => stableRuntime(env));
  const more = project.transports.length > 1 ? [transport] : [];
  return { transport: 'stdio', command, args: [...args, ...more], env: project.entryEnv };
}

/** The environment as a process gets it: secrets from `vars`, or as placeholders where they are not set. */
export const environmentOf = (env: Readonly<Record<string, Value>>, vars: Env['vars']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).map(([name, value]) => [
      name,
      textOf(value, (secret) => vars[secret] ?? placeholderOf(secret)),
    ]),
  );

/**
 * The Node binary under a path that outlives updates where there is one.
 *
 * Homebrew's real path holds the version (`Cellar/node/24.1.0`) and goes away with the next update, but `opt/node` always
 * points to the installed one.
 *
 * @internal exported for tests
 */
export function stableRuntime(env: Pick<Env, 'nodePath'>, real: (path: string) => string = realpathSync): string {
  const stable = env.nodePath.replace(/\/Cellar\/([^/]+)\/[^/]+\//, '/opt/$1/');
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
];

/** Why the runtime of an entry may vanish, or undefined: version managers put the version into the path. */
export function runtimeWarning(command: string): string | undefined {
  const manager = MANAGERS.find(([pattern]) => pattern.test(command))?.[1];
  if (manager === undefined) return undefined;
  return `${command} belongs to ${manager} and goes away when that version is removed. Then run "create-mcp-mason config --write" again.`;
}
