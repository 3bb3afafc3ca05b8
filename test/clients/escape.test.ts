import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ServerEntry } from '../../src/base/entry.ts';
import { writeEntry } from '../../src/clients/edit.ts';
import { readClientEntries } from '../../src/clients/read.ts';
import { clientOf } from '../../src/clients/registry.ts';
import { fakeEnv } from '../support/env.ts';
import { configFile } from './support.ts';

const VARS = { API_TOKEN: 'open sesame', HOME: '/home/ann' };

/** The entry as it stands in a new file of the client, and as it is read back from there. */
async function written(id: string, entry: ServerEntry): Promise<{ text: string; read: unknown }> {
  const [client, path] = [clientOf(id), configFile()];
  await writeEntry({ client, path, named: { name: 'mine', entry }, env: fakeEnv() });
  const entries = await readClientEntries(client, { path, scope: 'user', projectDir: '/' }, VARS);
  return { text: readFileSync(path, 'utf8'), read: entries.get('mine') };
}

describe('texts that a client would take for something else', () => {
  const HOSTILE = { A: '$HOME', B: '$(id)', C: '`id`', D: '!id', E: 'C:\\n', F: '\\$HOME', G: '$$', H: `\${HOME}` };
  const local = { transport: 'stdio', command: '/n $HOME', args: ['C:\\s $(id)', '\\'], env: HOSTILE } as const;

  it('Crush: a shell in all of them', async () => {
    const { text, read } = await written('crush', local);
    expect(read).toEqual(local);
    const { command, args, env } = JSON.parse(text).mcp.mine;
    expect([command, ...args]).toEqual(['/n \\$HOME', 'C:\\\\s \\$(id)', '\\\\']);
    expect(env).toEqual({
      A: '\\$HOME',
      B: '\\$(id)',
      C: '\\`id\\`',
      D: '!id',
      E: 'C:\\\\n',
      F: '\\\\\\$HOME',
      G: '\\$\\$',
      H: `\\\${HOME}`,
    });
  });

  it('pi: variables and commands', async () => {
    const entry = { ...local, command: '/n', args: ['$HOME'] };
    const { text, read } = await written('pi', entry);
    expect(read).toEqual(entry);
    const { args, env } = JSON.parse(text).mcpServers.mine;
    expect(args).toEqual(['$HOME']);
    expect(env).toMatchObject({ A: '$$HOME', D: '$!id', E: 'C:\\n', G: '$$$$', H: `$\${HOME}` });
  });

  it('a secret is looked up between them', async () => {
    const headers = { Authorization: { before: '$ ', secret: 'API_TOKEN', after: ' !' } };
    const remote = { transport: 'http', url: 'http://a/$x', headers } as const;
    for (const id of ['crush', 'pi']) {
      const { text, read } = await written(id, remote);
      expect(text).toContain(`\${API_TOKEN}`);
      expect(read).toMatchObject({ url: 'http://a/$x', headers: { Authorization: '$ open sesame !' } });
    }
  });
});

describe('Mistral Vibe, which takes one header from a variable', () => {
  const remote = (headers: Extract<ServerEntry, { transport: 'http' }>['headers']): ServerEntry => ({
    transport: 'http',
    url: 'http://a',
    headers,
  });

  it('gets a format for it, and placeholders for others', async () => {
    const headers = {
      'X-Key': { before: 'k ', secret: 'API_TOKEN', after: ' $1' },
      'X-Other': { secret: 'OTHER' },
      a: 'b',
    };
    const { text, read } = await written('mistral-vibe', remote(headers));
    expect(text).toBe(`[[mcp_servers]]
name = "mine"
transport = "streamable-http"
url = "http://a"

[mcp_servers.auth]
type = "static"
api_key_env = "API_TOKEN"
api_key_header = "X-Key"
api_key_format = "k {token} $1"

[mcp_servers.auth.headers]
X-Other = "<OTHER>"
a = "b"
`);
    expect(read).toEqual(remote({ 'X-Key': 'k open sesame $1', 'X-Other': '<OTHER>', a: 'b' }));
  });

  it('gets a placeholder where the format would be another one', async () => {
    const { text } = await written('mistral-vibe', remote({ A: { before: '{', secret: 'API_TOKEN' } }));
    expect(text).toContain('[mcp_servers.auth.headers]\nA = "{<API_TOKEN>"\n');
    expect(text).not.toContain('api_key');
  });
});
