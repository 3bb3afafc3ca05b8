import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { VersionRange } from '../../src/catalog/manifest.ts';
import { CACHE, once } from './cache.ts';
import { childEnv, download, run, runOk } from './child.ts';
import { CUT_OFF } from './cut-off.ts';

/** Python, and what generated projects use for development, in an environment of its own. */
export interface PythonTools {
  /** The folder with the programs `python`, `uv` and `ruff`. Others are modules, for an environment that was moved. */
  readonly bin: string;
  readonly python: string;
  /** `3.11` */
  readonly version: string;
  /** A child's environment in which these commands are found, and uv never fetches a Python. */
  readonly env: Readonly<Record<string, string>>;
}

const VERSIONS = new URL('../../templates/python/versions.json', import.meta.url);
const TOOLS = new URL('python-tools.json', import.meta.url);
/** The oldest Python that generated projects run on: `3.<least>`. */
const LEAST = 10;
const [BIN, PYTHON] = process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python'];

/** The folder with the programs of an environment. */
export const programsOf = (environment: string): string => join(environment, BIN);

let tools: Promise<PythonTools> | undefined;

/**
 * Installs, where it is not yet, what Python's own checks need: all that any generated project depends on, and uv.
 *
 * @throws Error when there is no Python 3.10 or newer, or it cannot be installed
 */
export function pythonTools(): Promise<PythonTools> {
  tools ??= install();
  return tools;
}

async function install(): Promise<PythonTools> {
  const { command, version } = await findPython();
  const needed = [...requirements(VERSIONS, version), ...requirements(TOOLS, version)];
  const dir = await environment('python', command, needed);
  const bin = join(dir, BIN);
  const env = { ...childEnv({}, [bin]), UV_PYTHON_DOWNLOADS: 'never', PYTHONDONTWRITEBYTECODE: '1' };
  return { bin, python: join(bin, PYTHON), version, env };
}

/** An environment with packages of moto's kind: servers that stand in for what is rented, and nothing of ours uses. */
export const pythonProgram = async (...needed: readonly string[]): Promise<string> =>
  join(await programsWith(LEAST, ...needed), PYTHON);

/** The folder with the programs of an environment with some packages, and of a Python that they can do with: `3.<least>`. */
export async function programsWith(least: number, ...needed: readonly string[]): Promise<string> {
  const { command } = await findPython(least);
  return join(await environment('program', command, needed), BIN);
}

/** Makes an environment for a set of packages, compiled, and with uv. */
async function environment(name: string, python: string, needed: readonly string[]): Promise<string> {
  const key = createHash('sha256')
    .update([python, CUT_OFF.toISOString(), ...needed].join('\n'))
    .digest('hex')
    .slice(0, 12);
  const dir = join(CACHE, 'tools', `${name}-${key}`);
  await once(dir, async () => {
    await runOk(python, ['-m', 'venv', dir], { cwd: dir, env: childEnv() });
    const own = join(dir, BIN, PYTHON);
    // pip cannot be told a date, so it brings one package in one version, and that brings the others.
    const [uv = ''] = requirements(TOOLS, '');
    await download(own, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', uv], { cwd: dir });
    const install = ['pip', 'install', '--quiet', '--compile-bytecode', '--python', own, ...needed];
    await download(join(dir, BIN, 'uv'), install, { cwd: dir, env: { ...childEnv(), UV_PYTHON_DOWNLOADS: 'never' } });
  });
  return dir;
}

const read = (url: URL): Record<string, VersionRange> => JSON.parse(readFileSync(url, 'utf8'));

const requirements = (file: URL, python: string): string[] =>
  Object.entries(read(file)).map(([name, range]) => `${name}${typeof range === 'string' ? range : range[python]}`);

async function findPython(least: number = LEAST): Promise<{ command: string; version: string }> {
  for (const command of ['python3', 'python', ...pyenvPythons()]) {
    // Where it really is: a version manager's shim starts a dozen processes each time.
    const script = 'import sys; print(sys.executable, "%d.%d" % sys.version_info[:2])';
    const { code, stdout } = await run(command, ['-c', script], { cwd: '/' }).catch(() => ({ code: 1, stdout: '' }));
    const [, executable = '', version = '', minor] = /^(.+) (3\.(\d+))$/.exec(stdout.trim()) ?? [];
    if (code === 0 && Number(minor) >= least) return { command: executable, version };
  }
  throw new Error(`no Python 3.${least} or newer on PATH, nor in pyenv`);
}

/** Those that are not the one of the day. */
function pyenvPythons(): readonly string[] {
  const versions = join(process.env.PYENV_ROOT ?? join(homedir(), '.pyenv'), 'versions');
  return existsSync(versions) ? readdirSync(versions).map((version) => join(versions, version, 'bin', 'python3')) : [];
}
