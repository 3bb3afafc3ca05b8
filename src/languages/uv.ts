import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readSync, realpathSync, statSync } from 'node:fs';
import { basename, posix, win32 } from 'node:path';
import type { Env } from '../base/env.ts';

/** How to get uv, by system: https://docs.astral.sh/uv/getting-started/installation */
export const howToGetUv = (platform: NodeJS.Platform): string =>
  platform === 'win32'
    ? 'winget install --id=astral-sh.uv -e'
    : `${platform === 'darwin' ? 'brew install uv' : 'pipx install uv'}, or see https://docs.astral.sh/uv/getting-started/installation`;

/** What the search depends on. */
type Machine = Pick<Env, 'platform' | 'home' | 'vars'>;

/**
 * The absolute path of uv, or undefined. Folders of PATH come first, then those where its installers put it, since they
 * change PATH only for the next shell.
 *
 * A shim of a version manager is passed over: it is a script, or a link to the manager, and asks the shell's environment
 * what to start, which a GUI application does not have. Links are not resolved, because the target of Homebrew's holds the
 * version and goes away with the next update.
 */
export function findUv({ platform, home, vars }: Machine): string | undefined {
  const { join, delimiter, isAbsolute } = platform === 'win32' ? win32 : posix;
  const path = (vars.PATH ?? vars.Path ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
  const usual = [join(home, '.local', 'bin'), join(home, '.cargo', 'bin'), '/opt/homebrew/bin', '/usr/local/bin'];
  const name = platform === 'win32' ? 'uv.exe' : 'uv';
  return [...path, ...usual].map((folder) => join(folder, name)).find((file) => isUv(file, name));
}

function isUv(file: string, name: string): boolean {
  try {
    return statSync(file).isFile() && basename(realpathSync(file)) === name && !startsWith(file, '#!');
  } catch {
    return false;
  }
}

function startsWith(file: string, text: string): boolean {
  const handle = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(text.length);
    readSync(handle, bytes, 0, text.length, 0);
    return bytes.toString('latin1') === text;
  } finally {
    closeSync(handle);
  }
}

/** The version of the Python that uv would take, or of the one on PATH; undefined where there is none. */
export function pythonVersion(env: Env, uvPath: string | undefined): string | undefined {
  const viaUv =
    uvPath === undefined ? undefined : ask(env, uvPath, ['python', 'find', '--no-project', '--show-version']);
  return viaUv ?? ask(env, env.platform === 'win32' ? 'python' : 'python3', ['--version']);
}

function ask({ tmp, vars }: Env, command: string, args: readonly string[]): string | undefined {
  const { stdout } = spawnSync(command, args, { cwd: tmp, env: vars, encoding: 'utf8', timeout: 10_000 });
  return /^(?:Python )?(\d+\.\d+)/.exec(stdout ?? '')?.[1];
}
