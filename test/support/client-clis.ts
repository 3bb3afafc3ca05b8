import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { Scope } from '../../src/clients/rows/client.ts';
import { CACHE, once } from './cache.ts';
import { Child, childEnv, type Finished } from './child.ts';
import { nodeOf } from './node-versions.ts';
import { installPackages } from './tools.ts';

interface Package {
  readonly name: string;
  /** Exact. */
  readonly version: string;
  /** What is started, in the package: a binary, or a script for Node. */
  readonly file: string;
}

/**
 * Clients with a command of their own on npm.
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
  const { name, version, file }: Package = PACKAGES[id];
  const dir = join(CACHE, 'tools', `${id}-${version}`);
  // Voice, pictures and keyrings are optional, and of no use to the commands that the tests run.
  await once(dir, () => installPackages(dir, { [name]: version }, ['--omit=optional']));
  const started = join(dir, 'node_modules', name, file);
  if (!existsSync(started)) throw new Error(`${name} ${version} brings no ${file}`);
  return started;
}

/** Nobody listens there, so that whatever is not on this machine is refused at once. */
const NOWHERE = 'http://127.0.0.1:9';

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

/** What a client says about a server. */
export interface Listed {
  /** The command line, or the address. */
  readonly target: string;
  /** In lower case; only from clients that connect to what they list. */
  readonly state?: string;
}

/** How one client is told and asked, as a person would at a terminal. */
export interface ClientCli {
  readonly id: CliId;
  readonly scopes: readonly Scope[];
  /** Lists the servers of a folder, in which it is started. */
  readonly list: readonly string[];
  readonly read: (printed: Finished) => ReadonlyMap<string, Listed>;
  /** Whether it connects to the servers that it lists. */
  readonly connects: boolean;
  /** Makes it connect to its servers, and may then wait for a network. */
  readonly session: readonly string[];
  /** Adds a server of its own, in the scopes in which it can; a command line follows. */
  readonly add: Readonly<Partial<Record<Scope, readonly string[]>>>;
  /** The file below home that says of a project that its servers may be used. */
  readonly trust?: (dir: string) => readonly [path: string, text: string];
  /** Says it of a server that is in the project already; its name follows. */
  readonly approve?: readonly string[];
}

const MCP_LIST = ['mcp', 'list'] as const;
/** With a model that cannot be reached. */
const DEAD_MODEL = `model_providers.dead={name="dead",base_url="${NOWHERE}/v1"}`;

export const CLIENT_CLIS: readonly ClientCli[] = [
  {
    id: 'claude-code',
    scopes: ['user', 'local', 'project'],
    list: MCP_LIST,
    read: byPattern(/^(?<name>\S+): (?<target>.+?)(?: \(HTTP\))? - \S (?<state>\w+)/gm),
    connects: true,
    session: MCP_LIST,
    add: {
      user: ['mcp', 'add', '-s', 'user', 'own', '--'],
      local: ['mcp', 'add', '-s', 'local', 'own', '--'],
      project: ['mcp', 'add', '-s', 'project', 'own', '--'],
    },
    trust: () => ['.claude/settings.json', '{"enableAllProjectMcpServers":true}'],
  },
  {
    id: 'codex',
    scopes: ['user', 'project'],
    list: ['mcp', 'list', '--json'],
    read: byJson((text) => (JSON.parse(text) as Named[]).map(({ name, transport }) => [name, transport])),
    connects: false,
    session: ['exec', '--skip-git-repo-check', '-c', 'model_provider=dead', '-c', DEAD_MODEL, 'hello'],
    add: { user: ['mcp', 'add', 'own', '--'] },
    trust: (dir) => ['.codex/config.toml', `[projects.${JSON.stringify(dir)}]\ntrust_level = "trusted"\n`],
  },
  {
    id: 'gemini-cli',
    scopes: ['user', 'project'],
    list: MCP_LIST,
    read: byPattern(/^\S (?<name>\S+): (?<target>.+) \(\w+\) - (?<state>\w+)/gm),
    connects: true,
    session: MCP_LIST,
    add: { user: ['mcp', 'add', '-s', 'user', 'own'], project: ['mcp', 'add', '-s', 'project', 'own'] },
  },
  {
    id: 'copilot-cli',
    scopes: ['user', 'project'],
    list: ['mcp', 'list', '--json'],
    read: byJson((text) => Object.entries((JSON.parse(text) as { mcpServers: Record<string, Entry> }).mcpServers)),
    connects: false,
    session: ['-p', 'hello'],
    add: { user: ['mcp', 'add', 'own', '--'] },
    trust: (dir) => ['.copilot/config.json', JSON.stringify({ trustedFolders: [dir] })],
  },
  {
    id: 'opencode',
    scopes: ['user', 'project'],
    list: MCP_LIST,
    read: byPattern(/^● +\S (?<name>\S+) (?<state>\w+).*\n│ +(?<target>.+)$/gm),
    connects: true,
    session: MCP_LIST,
    add: { user: ['mcp', 'add', 'own', '--'] },
  },
  {
    id: 'amp',
    scopes: ['user', 'project'],
    list: MCP_LIST,
    read: byPattern(/^ +(?<name>\S+) +(?:command|url) +(?<target>.+)$/gm),
    connects: false,
    session: ['mcp', 'doctor'],
    add: { user: ['mcp', 'add', 'own', '--'], project: ['mcp', 'add', 'own', '--workspace', '--'] },
  },
  {
    id: 'qwen-code',
    scopes: ['user', 'project'],
    list: MCP_LIST,
    read: byPattern(/^\S (?<name>\S+): (?<target>.+) \(\w+\) - (?<state>\w+)/gm),
    connects: true,
    session: MCP_LIST,
    add: { user: ['mcp', 'add', '-s', 'user', 'own'], project: ['mcp', 'add', '-s', 'project', 'own'] },
    approve: ['mcp', 'approve'],
  },
];

/** A server in a client's JSON. */
interface Entry {
  readonly command?: string;
  readonly args?: readonly string[];
  readonly url?: string;
}

interface Named {
  readonly name: string;
  readonly transport: Entry;
}

function byJson(entriesOf: (text: string) => readonly (readonly [string, Entry])[]): ClientCli['read'] {
  const target = ({ command, args = [], url }: Entry): string => url ?? [command, ...args].join(' ');
  return ({ stdout }) => new Map(entriesOf(stdout).map(([name, entry]) => [name, { target: target(entry) }]));
}

/** From a text for people, with colours whatever we ask for, which Gemini CLI prints on stderr. */
function byPattern(pattern: RegExp): ClientCli['read'] {
  return ({ stdout, stderr }) => {
    const text = stripVTControlCharacters(`${stdout}\n${stderr}`);
    const servers = new Map<string, Listed>();
    for (const { groups } of text.matchAll(pattern)) {
      const { name = '', target = '', state } = groups ?? {};
      servers.set(name, { target, ...(state !== undefined && { state: state.toLowerCase() }) });
    }
    return servers;
  };
}
