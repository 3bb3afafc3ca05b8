import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { VersionRange } from '../../src/catalog/catalog.ts';
import { childEnv, run, runOk } from './child.ts';

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

const CACHE = fileURLToPath(new URL('../../.tmp/tools', import.meta.url));
const VERSIONS = new URL('../../templates/python/versions.json', import.meta.url);
const TOOLS = new URL('../e2e/python-tools.json', import.meta.url);
const WINDOWS = process.platform === 'win32';

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
  const python = await findPython();
  const needed = requirements(python.version);
  const key = createHash('sha256')
    .update([python.version, ...needed].join('\n'))
    .digest('hex')
    .slice(0, 12);
  const dir = join(CACHE, `python-${key}`);
  const bin = join(dir, WINDOWS ? 'Scripts' : 'bin');
  if (!existsSync(dir)) {
    const draft = `${dir}.${process.pid}`;
    mkdirSync(CACHE, { recursive: true });
    try {
      await runOk(python.command, ['-m', 'venv', draft], { cwd: CACHE, env: childEnv() });
      const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...needed];
      await runOk(join(draft, WINDOWS ? 'Scripts' : 'bin', 'python'), pip, { cwd: CACHE, env: childEnv() });
      // Complete or not there at all, whenever this process may be ended. Another one may have been quicker.
      if (!existsSync(dir)) renameSync(draft, dir);
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
  }
  const env = { ...childEnv({}, [bin]), UV_PYTHON_DOWNLOADS: 'never', PYTHONDONTWRITEBYTECODE: '1' };
  return { bin, python: join(bin, WINDOWS ? 'python.exe' : 'python'), version: python.version, env };
}

const read = (url: URL): Record<string, VersionRange> => JSON.parse(readFileSync(url, 'utf8'));

const requirements = (python: string): string[] =>
  Object.entries({ ...read(VERSIONS), ...read(TOOLS) }).map(
    ([name, range]) => `${name}${typeof range === 'string' ? range : range[python]}`,
  );

async function findPython(): Promise<{ command: string; version: string }> {
  for (const command of ['python3', 'python']) {
    const { code, stdout } = await run(command, ['-c', 'import sys; print(*sys.version_info[:2], sep=".")'], {
      cwd: '/',
    }).catch(() => ({ code: 1, stdout: '' }));
    const [major, minor] = stdout.trim().split('.').map(Number);
    if (code === 0 && major === 3 && (minor ?? 0) >= 10) return { command, version: stdout.trim() };
  }
  throw new Error('no Python 3.10 or newer on PATH');
}
