import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Env } from '../env.ts';

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

interface PackageManager {
  readonly commands: PackageManagerCommands | ((serverName: string) => PackageManagerCommands);
  /** The lock file it writes first, then older names of it. */
  readonly lockFiles: readonly [string, ...string[]];
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
    lockFiles: ['package-lock.json', 'npm-shrinkwrap.json'],
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
    lockFiles: ['pnpm-lock.yaml'],
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
    lockFiles: ['yarn.lock'],
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
    lockFiles: ['bun.lock', 'bun.lockb'],
  },
  uv: {
    // A project has no scripts of its own choosing: what it installs are commands, and the server is one of them.
    commands: (serverName) => ({
      install: 'uv sync',
      ci: 'uv sync --locked',
      run: 'uv run',
      exec: 'uv run',
      dlx: 'uvx',
      add: 'uv add',
      dev: `uv run ${serverName}`,
      start: `uv run ${serverName}`,
      test: 'uv run pytest',
    }),
    lockFiles: ['uv.lock'],
  },
};

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

/** The name of the lock file that this package manager writes. */
export const lockFileOf = (pm: string): string => managerOf(pm).lockFiles[0];

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
  ids.find((pm) => managerOf(pm).lockFiles.some((name) => existsSync(join(folder, name))));

const fromUserAgent = (agent: string | undefined): string | undefined => agent?.split(' ')[0]?.split('/')[0];
