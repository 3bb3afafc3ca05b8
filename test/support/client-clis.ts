import { stripVTControlCharacters } from 'node:util';
import type { Scope } from '../../src/clients/rows/client.ts';
import type { Finished } from './child.ts';
import { type CliId, NOWHERE } from './client-cli-start.ts';

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
    read: byJson((text) =>
      (JSON.parse(text) as (Named & { transport: Entry })[]).map((one) => [one.name, one.transport]),
    ),
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
    id: 'grok',
    scopes: ['user', 'project'],
    list: ['mcp', 'list', '--json'],
    read: byJson((text) => (JSON.parse(text) as (Entry & Named)[]).map((entry) => [entry.name, entry])),
    connects: false,
    session: ['mcp', 'doctor'],
    add: { user: ['mcp', 'add', 'own', '--'], project: ['mcp', 'add', '--scope', 'project', 'own', '--'] },
  },
  {
    id: 'pi',
    scopes: ['user', 'project'],
    list: ['mcp', 'list', '--json'],
    read: ({ stdout }) => {
      const { servers } = JSON.parse(stdout) as { servers: { name: string; transport: string; state: string }[] };
      return new Map(servers.map(({ name, transport: target, state }) => [name, { target, state }]));
    },
    connects: true,
    session: MCP_LIST,
    add: { user: ['mcp', 'add', 'own', '--'], project: ['mcp', 'add', '-l', 'own', '--'] },
    trust: (dir) => ['.pi/agent/trust.json', JSON.stringify({ [dir]: true })],
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
