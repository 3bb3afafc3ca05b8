import { serverNameOf } from '../base/answers.ts';
import type { NamedEntry, StdioEntry, Value } from '../base/entry.ts';
import type { Env } from '../base/env.ts';
import { failure } from '../base/errors.ts';
import { placeholderOf, textOf } from '../base/secrets.ts';
import { launcherOf } from '../languages/index.ts';
import type { Machine } from '../languages/launch.ts';

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
export function entryOf(project: EntryProject, machine: Machine): NamedEntry {
  const name = serverNameOf(project.name);
  if (!project.transports.includes('stdio')) {
    return { name, entry: { transport: 'http', url: DEFAULT_URL, headers: {} } };
  }
  return { name, entry: startOf(project, 'stdio', machine) };
}

/**
 * The same for a file that a team shares: nothing in it is of this machine.
 *
 * @param root how the client refers to the project's folder: `${workspaceFolder}`
 */
export const sharedEntryOf = (project: EntryProject, root: string): NamedEntry =>
  entryOf({ ...project, dir: root }, SHARED);

/** With `/` in paths, which every system takes. */
const SHARED: Machine = { platform: 'linux', nodePath: 'node', uvPath: 'uv' };

/** The command that starts one of a project's transports, as a client would. */
export function startOf(project: EntryProject, transport: string, machine: Machine): StdioEntry {
  const launcher = launcherOf(project.language);
  if (launcher === undefined) throw failure('no-runtime', `No runtime is known for the language ${project.language}.`);
  const { command, args } = launcher.start(project, machine);
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
