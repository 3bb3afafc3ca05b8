import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { CACHE, once } from './cache.ts';
import { Child, childEnv } from './child.ts';
import { nodeOf } from './node-versions.ts';
import { programsWith } from './python.ts';
import { installPackages } from './tools.ts';

interface Package {
  readonly name: string;
  /** Exact. */
  readonly version: string;
  /** What is started, in the package: a binary, perhaps as Brotli, or a script for Node. */
  readonly file: string;
  /** Of a package on PyPI: the least Python that it needs, `3.<python>`. What is started is a program of its environment. */
  readonly python?: number;
}

/**
 * Clients with a command of their own on npm or PyPI.
 *
 * Of those that are binaries, only the package of this platform is installed: that needs no install script, and no second
 * copy of some hundred megabytes.
 */
const PACKAGES = {
  'claude-code': { name: '@anthropic-ai/claude-code-linux-x64', version: '2.1.330', file: 'claude' },
  codex: { name: '@openai/codex', version: '0.169.0-linux-x64', file: 'vendor/x86_64-unknown-linux-musl/bin/codex' },
  'gemini-cli': { name: '@google/gemini-cli', version: '0.61.0', file: 'bundle/gemini.js' },
  'copilot-cli': { name: '@github/copilot-linux-x64', version: '1.0.102', file: 'copilot' },
  opencode: { name: 'opencode-linux-x64-baseline', version: '1.18.33', file: 'bin/opencode' },
  amp: { name: '@ampcode/cli-linux-x64', version: '0.0.1790142911-g7618fb', file: 'amp' },
  grok: { name: '@xai-official/grok-linux-x64', version: '1.0.41', file: 'bin/grok.br' },
  pi: { name: '@earendil-works/pi-coding-agent', version: '1.6.0', file: 'dist/bundle/cli.js' },
  'mistral-vibe': { name: 'mistral-vibe', version: '3.0.2', file: 'vibe', python: 12 },
  'qwen-code': { name: '@qwen-code/qwen-code', version: '0.24.4', file: 'cli-entry.js' },
} as const satisfies Readonly<Record<string, Package>>;

/** As our registry has it. */
export type CliId = keyof typeof PACKAGES;

/** Starts a client's command. */
export type StartCli = (args: readonly string[], options: { readonly cwd: string; readonly env: Env }) => Child;
type Env = Readonly<Record<string, string>>;

const ready = new Map<CliId, Promise<StartCli>>();

/**
 * A client's command, which is installed where it is not yet.
 *
 * @throws Error when it cannot be installed, or does not run here
 */
export function cliOf(id: CliId): Promise<StartCli> {
  const present = ready.get(id);
  if (present !== undefined) return present;
  const fresh = prepare(id);
  ready.set(id, fresh);
  return fresh;
}

async function prepare(id: CliId): Promise<StartCli> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(`it is only tested on linux-x64, and this is ${process.platform}-${process.arch}`);
  }
  const file = await install(id);
  // Qwen Code needs Node 22; Gemini CLI is content with it.
  const [command, ...script] = file.endsWith('.js') ? [(await nodeOf('22')).node, file] : [file];
  const start: StartCli = (args, options) => new Child(command, [...script, ...args], options);
  const home = mkdtempSync(join(tmpdir(), 'mason-cli-'));
  try {
    const { code, stdout, stderr } = await start(['--version'], { cwd: home, env: clientEnv(home) }).finished;
    if (code !== 0) throw new Error(`--version ended with ${code}:\n${stdout}${stderr}`);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
  return start;
}

/** @returns what is to be started, absolute */
async function install(id: CliId): Promise<string> {
  const { name, version, file, python }: Package = PACKAGES[id];
  if (python !== undefined) return join(await programsWith(python, `${name}==${version}`), file);
  const dir = join(CACHE, 'tools', `${id}-${version}`);
  const brought = join(dir, 'node_modules', name, file);
  const started = brought.replace(/\.br$/, '');
  await once(dir, async () => {
    // Voice, pictures and keyrings are optional, and of no use to the commands that the tests run.
    await installPackages(dir, { [name]: version }, ['--omit=optional']);
    if (started !== brought) writeFileSync(started, brotliDecompressSync(readFileSync(brought)), { mode: 0o755 });
  });
  if (!existsSync(started)) throw new Error(`${name} ${version} brings no ${file}`);
  return started;
}

/** Nobody listens there, so that whatever is not on this machine is refused at once. */
export const NOWHERE = 'http://127.0.0.1:9';

/**
 * All that a client sees of this machine: nothing of the one who tests, no account, no network.
 *
 * The same goes for our own command, as some clients' files are where a variable says.
 */
export function clientEnv(home: string): Env {
  const tmp = join(home, '.tmp');
  mkdirSync(tmp, { recursive: true });
  return {
    HOME: home,
    PATH: childEnv().PATH ?? dirname(process.execPath),
    TMPDIR: tmp,
    XDG_CONFIG_HOME: join(home, '.config'),
    XDG_DATA_HOME: join(home, '.local', 'share'),
    XDG_STATE_HOME: join(home, '.local', 'state'),
    XDG_CACHE_HOME: join(home, '.cache'),
    LANG: 'C.UTF-8',
    TERM: 'dumb',
    NO_COLOR: '1',
    ...Object.fromEntries(['http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY'].map((name) => [name, NOWHERE])),
    no_proxy: '127.0.0.1,localhost',
    NO_PROXY: '127.0.0.1,localhost',
    ...SWITCHES,
  };
}

/** What keeps the clients from waiting for updates, models, accounts and people. */
const SWITCHES = {
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
  CODEX_API_KEY: 'not-a-key',
  COPILOT_AUTO_UPDATE: 'false',
  COPILOT_MODEL: 'none',
  COPILOT_OFFLINE: 'true',
  COPILOT_PROVIDER_BASE_URL: NOWHERE,
  // In a folder that it does not trust, it starts no server at all.
  GEMINI_CLI_TRUST_WORKSPACE: 'true',
  OPENCODE_DISABLE_AUTOUPDATE: '1',
  OPENCODE_DISABLE_DEFAULT_PLUGINS: '1',
  OPENCODE_DISABLE_MODELS_FETCH: '1',
  // Without a key it begins to log in. Nobody looks at this one, as it reaches nobody.
  AMP_API_KEY: 'not-a-key',
};
