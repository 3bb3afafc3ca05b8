import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Env } from '../base/env.ts';
import { type CliError, failure } from '../base/errors.ts';
import { codeOf } from '../base/fs-errors.ts';
import { commandsOf, installerOf, setUpCommands } from '../languages/package-managers.ts';
import { type RunOptions, type RunResult, run } from './run.ts';

export interface StepOptions extends Pick<RunOptions, 'env' | 'signal'> {
  /** Absolute path of the project. */
  readonly dir: string;
  readonly pm: string;
  /** The server's name; in Python also that of its command. */
  readonly serverName: string;
}

/**
 * Installs the dependencies of a project, those for development too.
 *
 * @throws CliError (failed) `command-not-found`, `install-offline` or `install-failed`, with the commands that repeat
 * the step; `cancelled`
 */
export async function installProject(options: StepOptions): Promise<void> {
  const installer = installerOf(options.pm);
  if (installer.lockFile !== undefined) createIfMissing(join(options.dir, installer.lockFile));
  const result = await start(options, installer.args, installer.vars);
  if (!result.ok) throw installFailed(options, result.output);
}

/**
 * Builds a project whose dependencies are installed; nothing for a package manager under which nothing is built.
 *
 * @throws CliError (failed) `command-not-found` or `build-failed`; `cancelled`
 */
export async function buildProject(options: StepOptions): Promise<void> {
  const { build } = commandsOf(options.pm, options.serverName);
  if (build === undefined) return;
  const result = await start(options, ['run', 'build']);
  if (result.ok) return;
  throw failure('build-failed', `${build} failed: ${reasonIn(result.output)}`, {
    hint: `See what is wrong with: ${build}`,
  });
}

function start(
  { dir, pm, env, signal }: StepOptions,
  args: readonly string[],
  vars?: Readonly<Record<string, string>>,
): Promise<RunResult> {
  return run(installerOf(pm).command?.(env) ?? pm, args, {
    cwd: dir,
    env,
    vars: { ...neutral(env), ...vars },
    signal,
  });
}

/**
 * `npm create` and `npm start` pass their own situation on in variables, and it is not that of the new project: another
 * workspace, another package. `NODE_ENV=production` would leave the compiler out, and a variable of uv's can say that the
 * environment is elsewhere, where no client that starts the server would look.
 */
function neutral({ vars }: Env): Record<string, string | undefined> {
  const foreign =
    /^(npm_(package|lifecycle)_|npm_config_(local_prefix|workspaces?|include_workspace_root|global|location|omit|only|production|dry_run|json|package|call)$)|^NODE_ENV$|^UV_(PROJECT|WORKING_DIR|NO_SYNC|NO_DEV|NO_INSTALL|NO_EDITABLE|LOCKED|FROZEN|ISOLATED)/i;
  const cleared = Object.keys(vars).filter((name) => foreign.test(name));
  return {
    ...Object.fromEntries(cleared.map((name) => [name, undefined])),
    // Corepack must not ask, nor hold the project to the package manager of a folder above, nor edit package.json.
    COREPACK_ENABLE_DOWNLOAD_PROMPT: '0',
    COREPACK_ENABLE_STRICT: '0',
    COREPACK_ENABLE_AUTO_PIN: '0',
  };
}

function createIfMissing(path: string): void {
  try {
    writeFileSync(path, '', { flag: 'wx' });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}

interface Cause {
  readonly pattern: RegExp;
  readonly code?: string;
  readonly says: string;
  readonly hint: string;
}

/** First match wins: causes that name themselves come before those that are guessed from a word. */
const CAUSES: readonly Cause[] = [
  {
    pattern: /ENOSPC|no space left on device/i,
    says: 'no space is left on the disk',
    hint: 'Free some space.',
  },
  {
    pattern: /ERESOLVE|ERR_PNPM_PEER_DEP|No solution found when resolving/,
    says: 'the versions of some packages exclude each other',
    hint: 'Look for settings of your own (.npmrc) that pin or force versions.',
  },
  {
    pattern: /EBADENGINE|UNSUPPORTED_ENGINE|The engine "node" is incompatible/,
    says: 'a package does not run on this version of Node.js',
    hint: 'Use the Node.js version in the project\'s package.json ("engines").',
  },
  {
    pattern: /No interpreter found for|No download found for request|requested interpreter resolved to/i,
    says: 'this machine does not have the Python that the project targets',
    hint: 'Install it with "uv python install" in the project, or choose another one with --runtime.',
  },
  {
    pattern: /\bE40[13]\b|ERR_PNPM_FETCH_40[13]|\b40[13] (Unauthorized|Forbidden)/i,
    says: 'the registry refuses you',
    hint: 'Log in to the registry, or choose another one in .npmrc.',
  },
  {
    pattern:
      /\bE404\b|ETARGET|FETCH_404|NO_MATCHING_VERSION|No matching version|couldn't find any versions|was not found in the package registry/i,
    says: 'the registry does not have a package, or a version of it',
    hint: 'If you use a mirror of the registry, it may lag behind.',
  },
  {
    pattern: /SELF_SIGNED_CERT|UNABLE_TO_(VERIFY|GET)|CERT_(HAS_EXPIRED|UNTRUSTED)|certificate/i,
    says: "the registry's certificate is not trusted",
    hint: 'Behind a proxy that opens TLS, name its certificate in NODE_EXTRA_CA_CERTS.',
  },
  {
    pattern:
      /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ERR_SOCKET_TIMEOUT|ENOTCACHED|NO_OFFLINE|ConnectionRefused|FailedToOpenSocket|RequestError|Failed to fetch|dns error|client error \(Connect\)|network/i,
    code: 'install-offline',
    says: 'the registry cannot be reached',
    hint: 'Check the network, and the proxy and registry settings.',
  },
  {
    pattern: /EACCES|EPERM|permission denied/i,
    says: 'a file may not be read or written',
    hint: 'Check who owns the cache of the package manager.',
  },
];

function installFailed({ pm, dir, serverName }: StepOptions, output: string): CliError {
  const commands = commandsOf(pm, serverName);
  const cause = CAUSES.find(({ pattern }) => pattern.test(output));
  const retry = `The project is in ${dir}. There, run: ${setUpCommands(commands).join(' && ')}`;
  return failure(cause?.code ?? 'install-failed', `${commands.install} failed: ${cause?.says ?? reasonIn(output)}.`, {
    hint: cause === undefined ? retry : `${cause.hint}\n${retry}`,
  });
}

/** The line of a log that most likely says why: the first that speaks of an error, else the last. */
function reasonIn(output: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours start with ESC
  const lines = output.replace(/\x1b\[[\d;]*m/g, '').split('\n');
  const said = lines.map((line) => line.trim()).filter((line) => line !== '');
  const reason = said.find((line) => /error|ERR!|ERR_/i.test(line)) ?? said.at(-1) ?? 'it said nothing';
  return reason.replace(/[.:\s]+$/, '').slice(0, 300);
}
