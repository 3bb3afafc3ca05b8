import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ServerEntry, Value } from '../../src/base/entry.ts';
import type { Env } from '../../src/base/env.ts';
import { type EditRequest, previewEntry, previewRemoval, removeEntry, writeEntry } from '../../src/clients/edit.ts';
import { clientOf, detectClients, locate } from '../../src/clients/registry.ts';
import type { Scope } from '../../src/clients/rows/client.ts';
import { fakeEnv } from '../support/env.ts';
import { configFile, failureOf, fakeFiles } from './support.ts';

const stdio = (env: Record<string, Value> = {}): ServerEntry => ({
  transport: 'stdio',
  command: '/n',
  args: ['/s.js'],
  env,
});
const TOKEN = { secret: 'API_TOKEN' };

function edit(id: string, path: string, entry: ServerEntry, more: Partial<EditRequest> = {}): EditRequest {
  const env = fakeEnv({ platform: process.platform });
  return { client: clientOf(id), path, named: { name: 'mine', entry }, env, ...more };
}

const textAfter = async (request: EditRequest): Promise<string> => {
  await writeEntry(request);
  return readFileSync(request.path, 'utf8');
};

describe('VS Code', () => {
  const before = '{\n\t// servers\n\t"servers": {\n\t\t"other": {"type": "stdio", "command": "x"},\n\t},\n}\n';

  it('asks for a secret, once, and forgets the question with the entry', async () => {
    const path = configFile(before);
    const request = edit('vscode', path, stdio({ API_TOKEN: TOKEN, MODE: 'a' }));
    const text = await textAfter(request);
    expect(text).toContain(`"API_TOKEN": "\${input:mine-api-token}"`);
    expect(text).toContain('\t"inputs": [\n\t\t{\n\t\t\t"type": "promptString",\n\t\t\t"id": "mine-api-token"');
    expect(await writeEntry(request)).toMatchObject({ action: 'unchanged' });
    const { client, env } = request;
    await removeEntry({ client, path, env, name: 'mine' });
    expect(readFileSync(path, 'utf8')).toBe(before);
  });

  it('keeps a question as the user has it, and one that another server needs', async () => {
    const own = '{"id": "mine-api-token", "type": "promptString", "description": "Mine"}';
    const other = `"other": {"command": "x", "env": {"T": "\${input:mine-api-token}"}}`;
    const path = configFile(`{"inputs": [${own}], "servers": {${other}}}\n`);
    const request = edit('vscode', path, stdio({ API_TOKEN: TOKEN }));
    expect(await textAfter(request)).toContain(`"inputs": [${own}]`);
    const { client, env } = request;
    writeFileSync(`${path}.mason-backup`, 'something else');
    await removeEntry({ client, path, env, name: 'mine' });
    expect(readFileSync(path, 'utf8')).toBe(`{"inputs": [${own}], "servers": {${other}}}\n`);
  });

  it('keeps a question that the user has written, when the only entry that asks it goes', async () => {
    const own = '{"id": "mine-api-token", "type": "promptString", "description": "Mine", "password": true}';
    const entry = `"mine": {"command": "x", "env": {"T": "\${input:mine-api-token}"}}`;
    const path = configFile(`{"inputs": [${own}], "servers": {${entry}}}\n`);
    const { client, env } = edit('vscode', path, stdio({ API_TOKEN: TOKEN }));
    await removeEntry({ client, path, env, name: 'mine' });
    expect(readFileSync(path, 'utf8')).toBe(`{"inputs": [${own}], "servers": {}}\n`);
  });

  it('refuses questions that are no list, and two of one name', async () => {
    const request = (text: string) => edit('vscode', configFile(text), stdio({ API_TOKEN: TOKEN }));
    expect((await failureOf(writeEntry(request('{"inputs": {}}')))).message).toMatch(
      /"inputs" must hold an array, not an object/,
    );
    const twice = '{"inputs": [{"id": "mine-api-token"}, {"id": "mine-api-token"}]}';
    expect((await failureOf(writeEntry(request(twice)))).message).toMatch(/:1:39: there are two items whose "id"/);
  });
});

describe('Claude Desktop, which looks no variables up', () => {
  it('gets a placeholder, and what was filled in for it stays when the entry is written again', async () => {
    const path = configFile('{}');
    const request = edit('claude-desktop', path, stdio({ API_TOKEN: TOKEN }));
    const text = await textAfter(request);
    expect(JSON.parse(text).mcpServers.mine.env).toEqual({ API_TOKEN: '<API_TOKEN>' });
    writeFileSync(path, text.replace('<API_TOKEN>', 's3cret'));
    expect(await writeEntry(request)).toMatchObject({ action: 'unchanged', entry: { env: { API_TOKEN: '***' } } });
    const moved = {
      ...request,
      force: true,
      named: { name: 'mine', entry: { ...stdio({ API_TOKEN: TOKEN }), command: '/other' } as ServerEntry },
    };
    const { diff } = await previewEntry(moved);
    expect(diff).toContain('-      "command": "/n"');
    expect(diff).not.toContain('s3cret');
    expect(await writeEntry(moved)).toMatchObject({ action: 'replaced', entry: { env: { API_TOKEN: '***' } } });
    expect(JSON.parse(readFileSync(path, 'utf8')).mcpServers.mine).toEqual({
      command: '/other',
      args: ['/s.js'],
      env: { API_TOKEN: 's3cret' },
    });
  });

  it('shows no value of a neighbour, whatever it is called', async () => {
    const value = 'plain-words 0001';
    const texts: Readonly<Record<string, string>> = {
      cursor:
        `{\n  "mcpServers": {\n    "other": {"command": "/opt/other", "args": ["-y", "${value}"],\n` +
        `      "url": "https://x.example/${value}/mcp", "env": {"MODE": "${value}\\nx", "REF": "\${env:REF}"} }\n  }\n}\n`,
      codex: `[mcp_servers.other]\ncommand = "/opt/other"\nargs = ["-y", '${value}']\nenv = { MODE = "${value}", REF = "$REF" }\n`,
      goose: `extensions:\n  other:\n    cmd: /opt/other\n    args: [-y, ${value}]\n    envs:\n      MODE: ${value}\n      PIN: 90001\n`,
    };
    for (const [id, text] of Object.entries(texts)) {
      const path = configFile(text);
      const request = edit(id, path, stdio({ OWN: 'mine' }));
      const { diff } = await previewEntry(request);
      expect(diff).toContain('***');
      expect(diff).toMatch(/OWN.*mine/);
      const { client, env } = request;
      const removal = { client, path, env, name: 'other' };
      const gone = await previewRemoval(removal);
      expect(gone.diff).toMatch(/^-.*other/m);
      const other = edit(id, path, stdio(), { named: { name: 'other', entry: stdio() } });
      const { message } = await failureOf(writeEntry(other));
      expect(message).toContain('/opt/other');
      const said = [diff, gone.diff, message, JSON.stringify(gone), JSON.stringify(await removeEntry(removal))].join(
        '\n',
      );
      expect(said, id).not.toContain('0001');
    }
  });

  it('shows no secret of a neighbour in a diff', async () => {
    const path = configFile(
      `{\n  "mcpServers": {\n    "other": {\n      "env": { "MY_TOKEN": "abc", "B_SECRET": "\${env:B}" }\n    }\n  }\n}\n`,
    );
    const { diff } = await previewEntry(edit('claude-desktop', path, stdio()));
    expect(diff).toContain(`"env": { "MY_TOKEN": "***", "B_SECRET": "\${env:B}" }`);
  });
});

describe('Claude Code', () => {
  it('keeps what is for one project under that project', async () => {
    const path = configFile('{"projects": {"/a.b/c": {"allowedTools": []}}, "numStartups": 3}');
    const at = { scope: 'local' as Scope, projectDir: '/a.b/c' };
    const { projects, numStartups } = JSON.parse(await textAfter(edit('claude-code', path, stdio(), at)));
    expect(numStartups).toBe(3);
    expect(projects['/a.b/c']).toEqual({
      allowedTools: [],
      mcpServers: { mine: { type: 'stdio', command: '/n', args: ['/s.js'] } },
    });
  });
});

describe('opencode', () => {
  it('has servers where the version of the file has them', async () => {
    const first = JSON.parse(
      await textAfter(edit('opencode', configFile('{"mcp": {"servers": {"type": "local", "command": []}}}'), stdio())),
    );
    expect(Object.keys(first.mcp)).toEqual(['servers', 'mine']);
    const second = JSON.parse(
      await textAfter(edit('opencode', configFile('{"mcp": {"servers": {"a": {}}}}'), stdio())),
    );
    expect(second.mcp).toEqual({ servers: { a: {}, mine: { type: 'local', command: ['/n', '/s.js'] } } });
  });

  it('gets a schema into a new file', async () => {
    const path = configFile();
    expect(await writeEntry(edit('opencode', path, stdio()))).toMatchObject({ action: 'created' });
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({
      $schema: 'https://opencode.ai/config.json',
      mcp: { mine: {} },
    });
  });
});

describe('YAML and TOML', () => {
  it('Continue: an item of a list, in a file that is complete', async () => {
    expect(await textAfter(edit('continue', configFile(), stdio({ API_TOKEN: TOKEN })))).toBe(
      'name: Local\nversion: 0.0.1\nschema: v1\nmcpServers:\n  - name: mine\n    type: stdio\n    command: /n\n    args:\n      - /s.js\n    env:\n' +
        `      API_TOKEN: "\${{ secrets.API_TOKEN }}"\n`,
    );
  });

  it('Goose: comments stay, and the same bytes come back', async () => {
    const before = '# mine\nextensions: # all\n  dev:\n    enabled: no # off\nGOOSE_MODEL: gpt # 1.10\n';
    const path = configFile(before);
    const request = edit('goose', path, stdio({ API_TOKEN: TOKEN }));
    expect(await textAfter(request)).toContain('    enabled: no # off\n  mine:\n    name: mine\n    type: stdio\n');
    const { client, env } = request;
    await removeEntry({ client, path, env, name: 'mine' });
    expect(readFileSync(path, 'utf8')).toBe(before);
  });

  it('Codex: a secret is passed on by its name', async () => {
    const before = '# mine\nmodel = "o"\n\n[mcp_servers.a] # keep\ncommand = "x"\n\n[tools]\nweb = true\n';
    const path = configFile(before);
    const request = edit('codex', path, stdio({ API_TOKEN: TOKEN, MODE: 'a' }));
    expect(await textAfter(request)).toBe(
      '# mine\nmodel = "o"\n\n[mcp_servers.a] # keep\ncommand = "x"\n\n' +
        '[mcp_servers.mine]\ncommand = "/n"\nargs = ["/s.js"]\nenv_vars = ["API_TOKEN"]\n\n[mcp_servers.mine.env]\nMODE = "a"\n\n[tools]\nweb = true\n',
    );
    const { client, env } = request;
    await removeEntry({ client, path, env, name: 'mine' });
    expect(readFileSync(path, 'utf8')).toBe(before);
  });
});

describe('where clients keep their files', () => {
  const home = '/home/ann';
  const pathOf = (id: string, vars: Env['vars'], existing: readonly string[] = []): string | undefined =>
    locate(clientOf(id), 'user', { env: fakeEnv({ home, vars }), files: fakeFiles(existing), projectDir: '/p' })[0]
      ?.path;

  it.each<[string, Env['vars'], string]>([
    ['codex', { CODEX_HOME: '/cfg/codex' }, '/cfg/codex/config.toml'],
    ['claude-code', { CLAUDE_CONFIG_DIR: '/cfg/claude' }, '/cfg/claude/.claude.json'],
    ['copilot-cli', { COPILOT_HOME: '/cfg/c', XDG_CONFIG_HOME: '/x' }, '/cfg/c/mcp-config.json'],
    ['copilot-cli', { XDG_CONFIG_HOME: '/x' }, '/home/ann/.copilot/mcp-config.json'],
    ['cline', { CLINE_MCP_SETTINGS_PATH: '/cfg/cline.json' }, '/cfg/cline.json'],
    ['cline', { CLINE_DATA_DIR: '/cfg/data' }, '/cfg/data/settings/cline_mcp_settings.json'],
    ['goose', { GOOSE_PATH_ROOT: '/cfg/goose' }, '/cfg/goose/config/config.yaml'],
    ['opencode', { XDG_CONFIG_HOME: '/x' }, '/x/opencode/opencode.jsonc'],
  ])('%s with %j', (id, vars, path) => {
    expect(pathOf(id, vars)).toBe(path);
  });

  it.each([
    ['opencode', '/home/ann/.config/opencode/opencode.json'],
    ['antigravity', '/home/ann/.gemini/antigravity/mcp_config.json'],
    ['lm-studio', '/home/ann/.cache/lm-studio/mcp.json'],
    ['amp', '/home/ann/.config/amp/settings.jsonc'],
  ])('%s: the file that exists, of several', (id, path) => {
    expect(pathOf(id, {}, [path])).toBe(path);
  });

  it('a file in the home folder does not mean that its client is there', () => {
    const found = (existing: readonly string[]) =>
      detectClients(fakeEnv({ home, vars: {} }), fakeFiles(existing)).map(({ id }) => id);
    expect(found(['/home/ann/x', '/home/ann/.config/x'])).toEqual([]);
    expect(found(['/home/ann/.claude.json'])).toEqual(['claude-code']);
    expect(found(['/home/ann/.claude/projects/x'])).toEqual(['claude-code']);
    expect(found(['/home/ann/.cursor/x', '/home/ann/.codex/x'])).toEqual(['cursor', 'codex']);
  });
});

it('makes the folder of a client that was named', async () => {
  const path = configFile().replace(/[^/\\]+$/, 'deep/er/mcp.json');
  await writeEntry(edit('cursor', path, stdio(), { createFolder: true }));
  expect(JSON.parse(readFileSync(path, 'utf8')).mcpServers.mine.command).toBe('/n');
});
