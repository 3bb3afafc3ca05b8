import { posix, win32 } from 'node:path';
import type { Env } from '../../env.ts';
import type { Client, HttpEntry, Place, StdioEntry } from '../client.ts';

const FILE = 'claude_desktop_config.json';

export const claudeDesktop: Client = {
  id: 'claude-desktop',
  title: 'Claude Desktop',
  format: 'json',
  keyPath: ['mcpServers'],
  paths: { user: userPaths },
  stdio: ({ command, args, env }: StdioEntry) => ({
    command,
    args,
    // Old builds drop the inherited environment when `env` is present at all.
    ...(Object.keys(env).length > 0 && { env }),
  }),
  http: bridge,
  after: [
    'Quit Claude Desktop completely, also from the tray or the menu bar, and start it again.',
    'It rewrites this file from memory: if it was running just now and takes the change back, quit it first and run this command again.',
  ],
  notes: (entry) =>
    entry.transport === 'http'
      ? [
          'Claude Desktop takes no URL in this file. For a server on the internet use Settings > Connectors; this entry reaches it through the npm package mcp-remote instead, which needs Node.js on the PATH that Claude Desktop sees.',
        ]
      : [],
  evidence:
    'anthropics/claude-code#26073, #25579 (MSIX folder), #76034, #85005 (rewrites the file); cboxdk/statamic-mcp#20 (no url entries); aaddrick/claude-desktop-debian README (Linux)',
};

function userPaths({ env, files }: Place): readonly string[] {
  if (env.platform === 'darwin') return [posix.join(env.home, 'Library', 'Application Support', 'Claude', FILE)];
  if (env.platform !== 'win32') {
    const config = env.vars.XDG_CONFIG_HOME;
    // The specification of the variable says that a relative path is to be ignored.
    const base = config && posix.isAbsolute(config) ? config : posix.join(env.home, '.config');
    return [posix.join(base, 'Claude', FILE)];
  }
  const classic = win32.join(env.vars.APPDATA || win32.join(env.home, 'AppData', 'Roaming'), 'Claude');
  const found = [...packagedFolders({ env, files }), classic].filter((folder) => files.exists(folder));
  return (found.length > 0 ? found : [classic]).map((folder) => win32.join(folder, FILE));
}

/** The Windows app is an MSIX package: it reads a private copy of %APPDATA%, whose folder name ends in a hash. */
function packagedFolders({ env, files }: Place): string[] {
  const local = env.vars.LOCALAPPDATA || win32.join(env.home, 'AppData', 'Local');
  const packages = win32.join(local, 'Packages');
  return files
    .list(packages)
    .filter((name) => name.startsWith('Claude_'))
    .sort()
    .map((name) => win32.join(packages, name, 'LocalCache', 'Roaming', 'Claude'));
}

/**
 * `mcp-remote` speaks stdio to the client and HTTP to the server. Header values travel in the environment, because
 * Claude Desktop on Windows splits arguments at spaces (punkpeye/mcp-remote#26).
 */
function bridge({ url, headers }: HttpEntry, env: Env): unknown {
  const names = Object.keys(headers);
  const variable = (name: string): string => `MCP_HEADER_${name.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;
  const args = [
    '-y',
    'mcp-remote',
    url,
    ...(needsPermission(url) ? ['--allow-http'] : []),
    ...names.flatMap((name) => ['--header', `${name}:\${${variable(name)}}`]),
  ];
  const values = Object.fromEntries(names.map((name) => [variable(name), headers[name]]));
  return {
    // `npx` is a batch file on Windows, which only cmd.exe can start.
    ...(env.platform === 'win32' ? { command: 'cmd', args: ['/c', 'npx', ...args] } : { command: 'npx', args }),
    ...(names.length > 0 && { env: values }),
  };
}

/** mcp-remote refuses plain HTTP to other machines unless it is told that the network is trusted. */
function needsPermission(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && hostname !== 'localhost' && hostname !== '127.0.0.1';
}
