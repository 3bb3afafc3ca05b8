import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Env } from '../base/env.ts';
import { findNode } from './node.ts';
import { distributionNameOf } from './python-names.ts';
import { findUv, howToGetUv } from './uv.ts';

/** What a person types, with one package manager, inside a project. Each is a full command unless it says prefix. */
export interface PackageManagerCommands {
  readonly install: string;
  /** Installs exactly what the lock file says, for CI and containers. */
  readonly ci: string;
  /** Prefix of any package.json script: `npm run` + ` lint`. */
  readonly run: string;
  /** Prefix of a binary of an installed dependency: `npx` + ` vitest`. */
  readonly exec: string;
  /** Prefix of a package that is not installed: `npx -y` + ` @modelcontextprotocol/inspector`. */
  readonly dlx: string;
  /** Prefix that adds a dependency. */
  readonly add: string;
  /** Absent where installing is all that a project needs. */
  readonly build?: string;
  readonly dev: string;
  readonly start: string;
  readonly test: string;
}

/** How it installs what a project depends on, without anybody watching. */
export interface Installer {
  /** The program, where it may be elsewhere than on PATH. */
  readonly command?: (env: Env) => string | undefined;
  readonly args: readonly string[];
  readonly vars?: Readonly<Record<string, string>>;
  /** An empty lock file that marks the folder as a project of its own, where a parent folder is one too. */
  readonly lockFile?: string;
}

interface PackageManager {
  readonly commands: PackageManagerCommands | ((serverName: string) => PackageManagerCommands);
  readonly installer: Installer;
  /** The lock file it writes first, then older names of it. */
  readonly lockFiles: readonly [string, ...string[]];
  /** What it leaves at the top of a project besides the lock file. */
  readonly leaves: readonly string[];
  /** What to say when it is missing; without this, running it will tell. */
  readonly absence?: (env: Env) => Absence | undefined;
}

/** A program that is missing: the code of the error, what is wrong, and how to go on. */
export interface Absence {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

const PACKAGE_MANAGERS: Readonly<Record<string, PackageManager>> = {
  npm: {
    commands: {
      install: 'npm install',
      ci: 'npm ci',
      run: 'npm run',
      exec: 'npx',
      dlx: 'npx -y',
      add: 'npm install',
      build: 'npm run build',
      dev: 'npm run dev',
      start: 'npm start',
      test: 'npm test',
    },
    installer: { args: ['install', '--include=dev', '--no-audit', '--no-fund'] },
    lockFiles: ['package-lock.json', 'npm-shrinkwrap.json'],
    absence: nodeAbsence,
    leaves: ['node_modules'],
  },
  pnpm: {
    commands: {
      install: 'pnpm install',
      ci: 'pnpm install --frozen-lockfile',
      run: 'pnpm run',
      exec: 'pnpm exec',
      dlx: 'pnpm dlx',
      add: 'pnpm add',
      build: 'pnpm build',
      dev: 'pnpm dev',
      start: 'pnpm start',
      test: 'pnpm test',
    },
    // On build machines pnpm and Yarn refuse to make a lock file unless told otherwise.
    installer: { args: ['install', '--no-frozen-lockfile'] },
    lockFiles: ['pnpm-lock.yaml'],
    leaves: ['node_modules'],
  },
  yarn: {
    // Yarn 1 has no `dlx`, and which Yarn a person has is unknown here; npx comes with Node.
    commands: {
      install: 'yarn install',
      ci: 'yarn install --frozen-lockfile',
      run: 'yarn run',
      exec: 'yarn run',
      dlx: 'npx -y',
      add: 'yarn add',
      build: 'yarn build',
      dev: 'yarn dev',
      start: 'yarn start',
      test: 'yarn test',
    },
    installer: { args: ['install'], vars: { YARN_ENABLE_IMMUTABLE_INSTALLS: 'false' }, lockFile: 'yarn.lock' },
    lockFiles: ['yarn.lock'],
    leaves: ['node_modules', '.yarn', '.pnp.cjs', '.pnp.loader.mjs'],
  },
  bun: {
    // `bun test` and `bun build` are Bun's own test runner and bundler, so scripts need `run`.
    commands: {
      install: 'bun install',
      ci: 'bun install --frozen-lockfile',
      run: 'bun run',
      exec: 'bunx',
      dlx: 'bunx',
      add: 'bun add',
      build: 'bun run build',
      dev: 'bun run dev',
      start: 'bun run start',
      test: 'bun run test',
    },
    installer: { args: ['install'] },
    lockFiles: ['bun.lock', 'bun.lockb'],
    leaves: ['node_modules'],
  },
  uv: {
    // A Python project has no scripts: what it installs are commands, and the server is one of them.
    commands: (serverName) => ({
      install: 'uv sync',
      ci: 'uv sync --locked',
      run: 'uv run',
      exec: 'uv run',
      dlx: 'uvx',
      add: 'uv add',
      dev: `uv run ${distributionNameOf(serverName)}`,
      start: `uv run ${distributionNameOf(serverName)}`,
      test: 'uv run pytest',
    }),
    // Compiled here once, and not while a client waits for the first start.
    installer: { args: ['sync', '--compile-bytecode'], command: findUv },
    lockFiles: ['uv.lock'],
    leaves: ['.venv'],
    absence: uvAbsence,
  },
};

/** npm comes with the Node.js that runs this, but for the one that uvx has brought for us alone. */
function nodeAbsence(env: Env): Absence | undefined {
  if (findNode(env) !== undefined) return undefined;
  return {
    code: 'node-missing',
    message: 'Node.js is not found. TypeScript projects run on it, and npm, which installs them, comes with it.',
    hint: 'Get it: https://nodejs.org\nOr make the server in Python: --language python.',
  };
}

/** uv has to be there by itself. */
function uvAbsence(env: Env): Absence | undefined {
  if (findUv(env) !== undefined) return undefined;
  return {
    code: 'uv-missing',
    message: 'uv is not found. It installs the dependencies of Python projects and starts them.',
    hint: `Get it: ${howToGetUv(env.platform)}\nOr give --no-install, and install the project with pip as its README says.`,
  };
}

const managerOf = (pm: string): PackageManager => {
  const manager = Object.hasOwn(PACKAGE_MANAGERS, pm) ? PACKAGE_MANAGERS[pm] : undefined;
  if (manager === undefined) throw new Error(`Unknown package manager "${pm}".`);
  return manager;
};

/** The command table of one package manager, in the project of a server. */
export function commandsOf(pm: string, serverName: string): PackageManagerCommands {
  const { commands } = managerOf(pm);
  return typeof commands === 'function' ? commands(serverName) : commands;
}

/** What makes a fresh project ready to start, in order. */
export function setUpCommands({ install, build }: PackageManagerCommands): string[] {
  return build === undefined ? [install] : [install, build];
}

/** The lock file that decides what is installed in a folder: its own, or that of the workspace around it. */
export function lockFileAround(folder: string, pm: string): string | undefined {
  const above = dirname(folder);
  return lockFileIn(folder, pm) ?? (above === folder ? undefined : lockFileAround(above, pm));
}

const lockFileIn = (folder: string, pm: string): string | undefined =>
  managerOf(pm)
    .lockFiles.map((name) => join(folder, name))
    .find((path) => existsSync(path));

/** The name of the lock file that this package manager writes. */
export const lockFileOf = (pm: string): string => managerOf(pm).lockFiles[0];

/** How this package manager installs. */
export const installerOf = (pm: string): Installer => managerOf(pm).installer;

/** The names at the top of a project that this package manager makes there. */
export const leavingsOf = (pm: string): readonly string[] => [...managerOf(pm).leaves, lockFileOf(pm)];

/** What to say before anything is written when this package manager is missing; undefined when it need not be said. */
export const absenceOf = (pm: string, env: Env): Absence | undefined => managerOf(pm).absence?.(env);

/**
 * The package manager to use when none was named: the `packageManager` field or lock file found from `dir` upward, else
 * the one that runs us (`npm_config_user_agent`), else the first of those that may be used.
 *
 * @param dir absolute path of the project; it need not exist
 * @param ids those that the project's language has
 */
export function detectPackageManager(env: Env, dir: string, ids: readonly string[]): string {
  const [first = 'npm'] = ids;
  const known = (name: string | undefined): string | undefined => ids.find((id) => id === name);
  for (const folder of foldersUpward(dir, env.home)) {
    const found = known(fromManifest(join(folder, 'package.json'))) ?? fromLockFile(folder, ids);
    if (found !== undefined) return found;
  }
  return known(fromUserAgent(env.vars.npm_config_user_agent)) ?? first;
}

/** A stray lock file in the home folder, or above the repository, says nothing about this project. */
function* foldersUpward(dir: string, home: string): Generator<string> {
  for (let folder = dir; folder !== home && folder !== dirname(folder); folder = dirname(folder)) {
    yield folder;
    if (existsSync(join(folder, '.git'))) return;
  }
}

function fromManifest(path: string): string | undefined {
  try {
    const manifest: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof manifest !== 'object' || manifest === null || !('packageManager' in manifest)) return undefined;
    return String(manifest.packageManager).split('@')[0];
  } catch {
    // No manifest, or one that cannot be read: not ours to complain about.
    return undefined;
  }
}

const fromLockFile = (folder: string, ids: readonly string[]): string | undefined =>
  ids.find((pm) => lockFileIn(folder, pm) !== undefined);

const fromUserAgent = (agent: string | undefined): string | undefined => agent?.split(' ')[0]?.split('/')[0];
