import { describe, expect, it } from 'vitest';
import type { Value } from '../../src/base/entry.ts';
import type { Env } from '../../src/base/env.ts';
import { CliError } from '../../src/base/errors.ts';
import { CLIENTS, clientOf, detectClients, locate } from '../../src/clients/registry.ts';
import { claudeDesktopConfigText, snippetOf } from '../../src/clients/snippet.ts';
import { fakeEnv } from '../support/env.ts';
import { ENTRY, fakeFiles, SHAPE } from './support.ts';

const claude = clientOf('claude-desktop');
const userPaths = (env: Env, existing: readonly string[] = []) =>
  locate(claude, 'user', { env, files: fakeFiles(existing), projectDir: env.cwd });

const windows = fakeEnv({
  platform: 'win32',
  home: 'C:\\Users\\Ann Lee',
  cwd: 'C:\\work',
  vars: { APPDATA: 'C:\\Users\\Ann Lee\\AppData\\Roaming', LOCALAPPDATA: 'C:\\Users\\Ann Lee\\AppData\\Local' },
});
const PACKAGED = 'C:\\Users\\Ann Lee\\AppData\\Local\\Packages\\Claude_pzs8sxrjxfjjc\\LocalCache\\Roaming\\Claude';
const CLASSIC = 'C:\\Users\\Ann Lee\\AppData\\Roaming\\Claude';

describe('the file of Claude Desktop', () => {
  it('is in Application Support on macOS', () => {
    const env = fakeEnv({ platform: 'darwin', home: '/Users/ann' });
    expect(userPaths(env)).toEqual([
      {
        path: '/Users/ann/Library/Application Support/Claude/claude_desktop_config.json',
        scope: 'user',
        found: false,
      },
    ]);
    expect(userPaths(env, ['/Users/ann/Library/Application Support/Claude/x'])[0]?.found).toBe(true);
  });

  it('follows XDG_CONFIG_HOME on Linux, if that is absolute', () => {
    const pathOf = (vars: Env['vars']) => userPaths(fakeEnv({ home: '/home/ann', vars }))[0]?.path;
    expect(pathOf({})).toBe('/home/ann/.config/Claude/claude_desktop_config.json');
    expect(pathOf({ XDG_CONFIG_HOME: '/cfg' })).toBe('/cfg/Claude/claude_desktop_config.json');
    expect(pathOf({ XDG_CONFIG_HOME: 'cfg' })).toBe('/home/ann/.config/Claude/claude_desktop_config.json');
    expect(pathOf({ XDG_CONFIG_HOME: '' })).toBe('/home/ann/.config/Claude/claude_desktop_config.json');
  });

  it('is in the folder of every package on Windows, and in the classic one if that exists', () => {
    const second = PACKAGED.replace('pzs8sxrjxfjjc', 'another');
    const stranger = PACKAGED.replace('Claude_pzs8sxrjxfjjc', 'Claudette_1');
    const notRunYet = 'C:\\Users\\Ann Lee\\AppData\\Local\\Packages\\Claude_new\\x';
    const files = [`${PACKAGED}\\claude_desktop_config.json`, `${second}\\x`, `${stranger}\\x`, notRunYet];
    expect(userPaths(windows, files)).toEqual([
      { path: `${second}\\claude_desktop_config.json`, scope: 'user', found: true },
      { path: `${PACKAGED}\\claude_desktop_config.json`, scope: 'user', found: true },
    ]);
    expect(userPaths(windows, [...files, `${CLASSIC}\\x`]).map(({ path }) => path)).toContain(
      `${CLASSIC}\\claude_desktop_config.json`,
    );
  });

  it('would be made in the classic folder on Windows when there is none', () => {
    expect(userPaths(windows)).toEqual([
      { path: `${CLASSIC}\\claude_desktop_config.json`, scope: 'user', found: false },
    ]);
    expect(userPaths({ ...windows, vars: {} })).toEqual(userPaths(windows));
  });

  it('does not exist for a project', () => {
    expect(locate(claude, 'project', { env: fakeEnv(), files: fakeFiles([]), projectDir: '/p' })).toEqual([]);
  });
});

describe('the registry', () => {
  it('finds the clients that are installed', () => {
    const env = fakeEnv({ home: '/home/ann', vars: {} });
    expect(detectClients(env, fakeFiles(['/home/ann/.config/other']))).toEqual([]);
    expect(detectClients(env, fakeFiles(['/home/ann/.config/Claude/x'])).map(({ id }) => id)).toEqual([
      'claude-desktop',
    ]);
  });

  it('has unique ids that can be typed, and says where its facts come from', () => {
    expect(new Set(CLIENTS.map(({ id }) => id)).size).toBe(CLIENTS.length);
    for (const { id, evidence } of CLIENTS) {
      expect(id).toMatch(/^[a-z][a-z0-9-]*$/);
      expect(evidence).not.toBe('');
    }
  });

  it('answers an unknown id with the nearest one', () => {
    const hintOf = (id: string): string | undefined => {
      try {
        clientOf(id);
      } catch (error) {
        if (error instanceof CliError && error.exit === 2) return error.hint;
      }
      return undefined;
    };
    expect(hintOf('claude-destkop')).toBe('Did you mean claude-desktop?');
    expect(hintOf('zzz')).toContain('claude-desktop');
  });
});

describe('the snippet for Claude Desktop', () => {
  const remote = async (url: string, headers: Record<string, Value> = {}, env = fakeEnv()): Promise<unknown> =>
    JSON.parse(await snippetOf(claude, { name: 'r', entry: { transport: 'http', url, headers } }, env)).mcpServers.r;

  it('is the whole file, with two spaces and a final newline', async () => {
    const text = `${JSON.stringify({ mcpServers: { 'my-server': SHAPE } }, null, 2)}\n`;
    expect(await snippetOf(claude, ENTRY, fakeEnv())).toBe(text);
    expect(await claudeDesktopConfigText(ENTRY, fakeEnv())).toBe(text);
  });

  it('leaves out an empty environment, which old builds would start the server with', async () => {
    const entry = { transport: 'stdio', command: '/n', args: [], env: {} } as const;
    expect(JSON.parse(await snippetOf(claude, { name: 'x', entry }, fakeEnv())).mcpServers.x).toEqual({
      command: '/n',
      args: [],
    });
  });

  it('bridges to a URL, which the client does not take', async () => {
    expect(await remote('https://example.com/mcp')).toEqual({
      command: 'npx',
      args: ['-y', 'mcp-remote', 'https://example.com/mcp'],
    });
    expect(await remote('https://example.com/mcp', {}, windows)).toEqual({
      command: 'cmd',
      args: ['/c', 'npx', '-y', 'mcp-remote', 'https://example.com/mcp'],
    });
    expect(claude.notes?.({ transport: 'http', url: 'https://example.com/mcp', headers: {} }).join()).toContain(
      'Connectors',
    );
  });

  it('allows plain HTTP to other machines only', async () => {
    expect(await remote('http://127.0.0.1:3000/mcp')).toMatchObject({
      args: ['-y', 'mcp-remote', 'http://127.0.0.1:3000/mcp'],
    });
    expect(await remote('http://10.0.0.7/mcp')).toMatchObject({
      args: ['-y', 'mcp-remote', 'http://10.0.0.7/mcp', '--allow-http'],
    });
  });

  it('keeps spaces of header values out of the arguments', async () => {
    expect(await remote('https://example.com/mcp', { Authorization: 'Bearer x y', 'X-Team': 'a' })).toEqual({
      command: 'npx',
      args: [
        ...['-y', 'mcp-remote', 'https://example.com/mcp'],
        ...['--header', `Authorization:\${MCP_HEADER_AUTHORIZATION}`],
        ...['--header', `X-Team:\${MCP_HEADER_X_TEAM}`],
      ],
      env: { MCP_HEADER_AUTHORIZATION: 'Bearer x y', MCP_HEADER_X_TEAM: 'a' },
    });
  });
});
