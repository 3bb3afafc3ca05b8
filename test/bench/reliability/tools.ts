import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export type ClientId = 'claude-desktop' | 'vscode';

/** A client's config file as one of the tools sees it. */
export interface Target {
  /** The id of the client in the tool's own words. */
  readonly client: string;
  /** Below the home folder. */
  readonly file: string;
  /** Where the entries stand. */
  readonly keys: readonly string[];
}

export interface Tool {
  readonly id: string;
  readonly version: string;
  readonly ours: boolean;
  /** The file that Node runs. */
  readonly script: string;
  /** Missing for a client that the tool does not write a file for. */
  readonly targets: Readonly<Partial<Record<ClientId, Target>>>;
  readonly args: (client: string, name: string) => readonly string[];
}

/** Exact versions, so that the table stays true for what it names. */
export const PEERS = ['add-mcp@2.4.0', 'install-mcp@1.10.2', '@smithery/cli@4.11.1'] as const;

const CLAUDE = { file: '.config/Claude/claude_desktop_config.json', keys: ['mcpServers'] };
const VSCODE = { client: 'vscode', file: '.config/Code/User/mcp.json', keys: ['servers'] };
const SERVER = '/abs/server.js';

type Row = Omit<Tool, 'version' | 'script' | 'ours'> & { readonly main: string };

const ROWS: readonly Row[] = [
  {
    id: 'create-mcp-mason',
    main: 'bin/create-mcp-mason.js',
    targets: { 'claude-desktop': { client: 'claude-desktop', ...CLAUDE }, vscode: VSCODE },
    args: (client, name) => ['config', client, '--write', '--name', name, '--', 'node', SERVER],
  },
  {
    id: 'add-mcp',
    main: 'dist/index.js',
    targets: { 'claude-desktop': { client: 'claude-desktop', ...CLAUDE }, vscode: VSCODE },
    args: (client, name) => [`node ${SERVER}`, '-n', name, '-a', client, '-g', '-y'],
  },
  {
    id: 'install-mcp',
    main: 'bin/run',
    targets: {
      'claude-desktop': { client: 'claude', ...CLAUDE },
      vscode: { client: 'vscode', file: '.config/Code/User/settings.json', keys: ['mcp', 'servers'] },
    },
    args: (client, name) => [`node ${SERVER}`, '--name', name, '--client', client, '-y'],
  },
  {
    id: '@smithery/cli',
    main: 'dist/index.js',
    // For VS Code it calls the `code` command.
    targets: { 'claude-desktop': { client: 'claude', ...CLAUDE } },
    args: (client, name) => ['mcp', 'add', `ns/${name}`, '--client', client, '--config', '{}'],
  },
];

/** The tools as installed in a folder. */
export function toolsIn(folder: string): readonly Tool[] {
  return ROWS.map(({ main, ...row }) => {
    const root = join(folder, 'node_modules', row.id);
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    return { ...row, version, ours: row.id === 'create-mcp-mason', script: join(root, main) };
  });
}

/** @throws {Error} when the tool has no file for the client; ask `targets` first. */
export function targetOf(tool: Tool, client: ClientId): Target {
  const target = tool.targets[client];
  if (target === undefined) throw new Error(`${tool.id} writes no file for ${client}.`);
  return target;
}
