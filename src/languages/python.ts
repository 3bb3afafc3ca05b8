import { serverNameOf } from '../base/answers.ts';
import type { Env } from '../base/env.ts';
import type { JsonObject } from '../base/json.ts';
import type { Language, ProjectFacts } from './language.ts';
import { fileOf, type Launched, type Launcher, startedAs } from './launch.ts';
import { distributionNameOf } from './python-names.ts';
import { findUv, pythonVersion } from './uv.ts';

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
  start: (project, { uvPath, ...machine }) =>
    uvPath === undefined
      ? { command: scriptOf(project, machine), args: [] }
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

/** Python's environments have another layout on Windows. */
const scriptIn = (entry: string, { platform }: Pick<Env, 'platform'>): string =>
  platform === 'win32' ? `${entry.replace('/bin/', '/Scripts/')}.exe` : entry;

const scriptOf = ({ dir, entry }: Launched, env: Pick<Env, 'platform'>): string =>
  fileOf({ dir, entry: scriptIn(entry, env) }, env);

export const python: Language = {
  entry: (serverName) => `.venv/bin/${distributionNameOf(serverName)}`,
  manifest: { path: 'pyproject.toml', of: pyproject },
  launcher: uv,
  storeHost: async () => (await import('./store-host-python.ts')).pythonStoreHost,
  registrar: async () => (await import('./register-python.ts')).pythonRegistrar,
  publishedName: (name) => distributionNameOf(serverNameOf(name)),
  // Python's formatter would break longer ones over lines.
  longestName: { characters: 80, of: 'a Python package' },
  runtimeHere: (env) => pythonVersion(env, findUv(env)),
  isOurRuntime: false,
};

/** npm's word for none, which is no licence that Python's indexes know. */
const UNLICENSED = 'UNLICENSED';

/** The build backend belongs to uv, which has it built in for its own version; others get it from the registry. */
const BUILD_SYSTEM = { requires: ['uv_build>=0.13,<1'], 'build-backend': 'uv_build' };

/** A Python project's pyproject.toml before options merge their parts into it. */
function pyproject(project: ProjectFacts): JsonObject {
  const { packageName, distributionName, description, license, author, authorEmail, repository, issues } = project;
  const urls = { ...(repository !== '' && { Repository: repository }), ...(issues !== '' && { Issues: issues }) };
  return {
    project: {
      name: distributionName,
      version: '0.1.0',
      // It becomes a header of the package's metadata, which is one line.
      description: description.replace(/\s+/g, ' ').trim(),
      readme: 'README.md',
      ...(license !== '' && license !== UNLICENSED && { license, 'license-files': ['LICENSE'] }),
      ...(author !== '' && { authors: [{ name: author, ...(authorEmail !== '' && { email: authorEmail }) }] }),
      keywords: ['mcp', 'mcp-server', 'model-context-protocol'],
      'requires-python': project.engines,
      dependencies: requirements(project.dependencies),
      scripts: { [distributionName]: `${packageName}.__main__:main` },
      ...(Object.keys(urls).length > 0 && { urls }),
    },
    'dependency-groups': { dev: requirements(project.devDependencies) },
    'build-system': BUILD_SYSTEM,
    tool: { uv: { 'build-backend': { 'module-name': packageName } } },
  };
}

const requirements = (ranges: Readonly<Record<string, string>>): string[] =>
  Object.entries(ranges).map(([name, range]) => `${name}${range}`);
