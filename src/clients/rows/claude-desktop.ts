import { win32 } from 'node:path';
import type { HttpEntry } from '../../base/entry.ts';
import { pathOf } from '../../base/paths.ts';
import { startable } from '../../languages/launch.ts';
import type { Client, Place, Site } from './client.ts';
import { appData, applicationSupport } from './paths.ts';
import { commandOf } from './shapes.ts';

const FILE = 'claude_desktop_config.json';

export const claudeDesktop: Client = {
  id: 'claude-desktop',
  title: 'Claude Desktop',
  format: 'json',
  keyPath: ['mcpServers'],
  paths: { user: userPaths },
  noMark: 'Claude Desktop cannot read such a file, and may write one without your servers over it',
  // Without an empty `env`: old builds drop the inherited environment when it is present at all.
  stdio: commandOf,
  http: bridge,
  hasWindows: true,
  after: [
    'Quit Claude Desktop completely, also from the tray or the menu bar, and start it again.',
    'It rewrites this file from memory: if it was running just now and takes the change back, quit it first and make the change again with create-mcp-mason config.',
  ],
  notes: ({ transport }) =>
    transport === 'http'
      ? [
          'Claude Desktop takes no URL in this file. For a server on the internet use Settings > Connectors; this entry reaches it through the npm package mcp-remote instead, which needs Node.js on the PATH that Claude Desktop sees.',
        ]
      : [],
  evidence:
    'anthropics/claude-code#26073, #25579 (MSIX folder), #76034, #85005 (rewrites the file); cboxdk/statamic-mcp#20 (no url entries); tradesdontlie/tradingview-mcp#419 (byte order mark); aaddrick/claude-desktop-debian README (Linux)',
};

function userPaths({ env, files }: Place): readonly string[] {
  const classic = pathOf(env).join(applicationSupport(env), 'Claude');
  const packaged = env.platform === 'win32' ? packagedFolders({ env, files }) : [];
  const found = [...packaged, classic].filter((folder) => files.exists(folder));
  return (found.length > 0 ? found : [classic]).map((folder) => pathOf(env).join(folder, FILE));
}

/** The Windows app is an MSIX package: it reads a private copy of %APPDATA%, whose folder name ends in a hash. */
function packagedFolders({ env, files }: Pick<Place, 'env' | 'files'>): string[] {
  const local = env.vars.LOCALAPPDATA || win32.join(appData(env), '..', 'Local');
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
function bridge({ url, headers }: HttpEntry, site: Site): object {
  const names = Object.keys(headers);
  const variable = (name: string): string => `MCP_HEADER_${name.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;
  const args = [
    '-y',
    'mcp-remote',
    url,
    ...(needsPermission(url) ? ['--allow-http'] : []),
    ...names.flatMap((name) => ['--header', `${name}:\${${variable(name)}}`]),
  ];
  const env = Object.fromEntries(Object.entries(headers).map(([name, value]) => [variable(name), value]));
  return commandOf(startable({ transport: 'stdio', command: 'npx', args, env }, site.env), site);
}

/** mcp-remote refuses plain HTTP to other machines unless it is told that the network is trusted. */
function needsPermission(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && hostname !== 'localhost' && hostname !== '127.0.0.1';
}
