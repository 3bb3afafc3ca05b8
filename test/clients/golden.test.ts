import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { NamedEntry } from '../../src/base/entry.ts';
import type { Env } from '../../src/base/env.ts';
import { sharedEntryOf } from '../../src/clients/entry.ts';
import { CLIENTS, locate } from '../../src/clients/registry.ts';
import { type Client, SCOPES } from '../../src/clients/rows/client.ts';
import { linkOf } from '../../src/clients/shape.ts';
import { snippetOf } from '../../src/clients/snippet.ts';
import { fakeEnv } from '../support/env.ts';
import { fakeFiles } from './support.ts';

/** One golden file a client: its files on each system, and every entry that it can get. */
const SYSTEMS: Readonly<Record<string, Env>> = {
  macOS: fakeEnv({ platform: 'darwin', home: '/Users/ann', cwd: '/work', nodePath: '/usr/local/bin/node', vars: {} }),
  Windows: fakeEnv({
    platform: 'win32',
    home: 'C:\\Users\\Ann Lee',
    cwd: 'C:\\work',
    nodePath: 'C:\\Program Files\\nodejs\\node.exe',
    vars: { APPDATA: 'C:\\Users\\Ann Lee\\AppData\\Roaming', LOCALAPPDATA: 'C:\\Users\\Ann Lee\\AppData\\Local' },
  }),
  Linux: fakeEnv({ platform: 'linux', home: '/home/ann', cwd: '/work', vars: {} }),
};

const ENTRIES: Readonly<Record<string, (env: Env) => NamedEntry>> = {
  'stdio, with a variable and a secret': ({ nodePath, platform }) => ({
    name: 'my-server',
    entry: {
      transport: 'stdio',
      command: nodePath,
      args: [platform === 'win32' ? 'C:\\srv\\my server\\dist\\main.js' : '/srv/my server/dist/main.js'],
      env: { LOG_LEVEL: 'debug', API_TOKEN: { secret: 'API_TOKEN' } },
    },
  }),
  'stdio, by npx': () => ({
    name: 'my-server',
    entry: { transport: 'stdio', command: 'npx', args: ['-y', 'my-server'], env: {} },
  }),
  http: () => ({
    name: 'my-server',
    entry: { transport: 'http', url: 'https://example.com/mcp', headers: {} },
  }),
  'http, with secrets in headers': () => ({
    name: 'my-server',
    entry: {
      transport: 'http',
      url: 'https://example.com/mcp',
      headers: {
        Authorization: { before: 'Bearer ', secret: 'API_TOKEN' },
        'X-Key': { secret: 'TEAM_KEY' },
        'X-Team': 'a b',
      },
    },
  }),
};

async function golden(client: Client): Promise<string> {
  const parts = [`# ${client.title}\n`];
  for (const scope of SCOPES) {
    for (const [system, env] of Object.entries(SYSTEMS)) {
      for (const { path } of locate(client, scope, { env, files: fakeFiles([]), projectDir: env.cwd })) {
        parts.push(`${scope}, ${system}: ${path}`);
      }
    }
  }
  for (const [title, entryOf] of Object.entries(ENTRIES)) {
    for (const [system, env] of Object.entries(SYSTEMS)) {
      const named = entryOf(env);
      const link = linkOf(client, named, env);
      parts.push(
        `\n## ${title}, ${system}\n`,
        (await snippetOf(client, named, env)).trimEnd(),
        ...(link === undefined ? [] : [link]),
      );
    }
  }
  const { projectRoot } = client;
  if (projectRoot !== undefined) {
    const project = {
      dir: '/srv',
      name: 'my-server',
      language: 'typescript',
      transports: ['stdio'],
      entry: 'dist/main.js',
    };
    const shared = sharedEntryOf({ ...project, entryEnv: { API_TOKEN: { secret: 'API_TOKEN' } } }, projectRoot);
    parts.push('\n## In a file that a team shares\n', await snippetOf(client, shared, fakeEnv(), 'project'));
  }
  return `${parts.join('\n').trimEnd()}\n`;
}

describe('what each client gets', () => {
  it.each(CLIENTS.map((client) => [client.id, client] as const))('%s', async (id, client) => {
    await expect(await golden(client)).toMatchFileSnapshot(join(import.meta.dirname, 'golden', `${id}.txt`));
  });
});
