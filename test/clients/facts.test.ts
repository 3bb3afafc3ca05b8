import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ServerEntry } from '../../src/base/entry.ts';
import { main } from '../../src/cli.ts';
import { type EditRequest, removeEntry, writeEntry } from '../../src/clients/edit.ts';
import { CLIENTS, clientOf, detectClients, locate } from '../../src/clients/registry.ts';
import { fakeContext, fakeEnv } from '../support/env.ts';
import { tempDir } from '../support/temp.ts';
import { configFile, failureOf, fakeFiles } from './support.ts';

/** What clients do with files that are not plain JSON, and where they are found: facts of the rows. */

const ENTRY: ServerEntry = { transport: 'stdio', command: '/n', args: ['/s.js'], env: {} };
const BOM = '\uFEFF';

function edit(id: string, text?: string): EditRequest {
  const path = configFile(text);
  return { client: clientOf(id), path, named: { name: 'mine', entry: ENTRY }, env: fakeEnv() };
}
const textOf = ({ path }: EditRequest): string => readFileSync(path, 'utf8');

describe('a byte order mark', () => {
  const BLIND = ['claude-desktop', 'windsurf', 'roo-code', 'gemini-cli', 'amp', 'qwen-code', 'crush', 'mistral-vibe'];

  it.each(BLIND)('is refused for %s, which cannot read it, with the reason', async (id) => {
    const text = `${BOM}${clientOf(id).format === 'toml' ? '' : '{}'}\n`;
    const request = edit(id, text);
    const { message, exit } = await failureOf(writeEntry(request));
    expect({ message, exit }).toMatchObject({ exit: 1, message: expect.stringContaining(`${request.path}:1:1: `) });
    expect(message).toContain('begins with a byte order mark, and ');
    expect(message).toContain(request.client.title);
    expect(message).toContain('save it as UTF-8 without one');
    expect(textOf(request)).toBe(text);
    expect(readdirSync(dirname(request.path))).toHaveLength(1);
  });

  it('stays where the client reads it', async () => {
    expect(CLIENTS.filter(({ noMark }) => noMark !== undefined).map(({ id }) => id)).toEqual(BLIND);
    for (const id of ['claude-code', 'codex', 'opencode', 'copilot-cli', 'grok', 'pi']) {
      const request = edit(id, `${BOM}${clientOf(id).format === 'toml' ? '' : '{}'}\n`);
      await writeEntry(request);
      expect(textOf(request).startsWith(BOM), id).toBe(true);
    }
  });

  it('goes with nothing: an entry can be taken out of any file', async () => {
    const request = edit('amp', `${BOM}{"amp.mcpServers":{"mine":{},"b":{}}}`);
    await removeEntry({ ...request, name: 'mine' });
    expect(textOf(request)).toBe(`${BOM}{"amp.mcpServers":{"b":{}}}`);
  });
});

describe('null in the place of the table', () => {
  it.each([
    ['claude-code', 'mcpServers'],
    ['gemini-cli', 'mcpServers'],
    ['qwen-code', 'mcpServers'],
    ['amp', 'amp.mcpServers'],
  ])('gives way for %s, as for its own command line, and comes back', async (id, key) => {
    const text = `{\n  "a": 1,\n  "${key}": null,\n  "b": [2]\n}\n`;
    const request = edit(id, text);
    expect(await writeEntry(request)).toMatchObject({ action: 'added' });
    const { [key]: table, ...rest } = JSON.parse(textOf(request));
    expect({ table: Object.keys(table), rest }).toEqual({ table: ['mine'], rest: { a: 1, b: [2] } });
    expect(textOf(request)).toMatch(/^\{\n {2}"a": 1,\n {2}"\S+": \{\n {4}"mine": \{\n/);
    expect(await writeEntry(request)).toMatchObject({ action: 'unchanged' });
    await removeEntry({ ...request, name: 'mine' });
    expect(textOf(request)).toBe(text);
  });

  it('is read on the way to it, too', async () => {
    const request = { ...edit('claude-code', '{"projects": null}'), scope: 'local', projectDir: '/p' } as const;
    await writeEntry(request);
    expect(JSON.parse(textOf(request)).projects['/p'].mcpServers).toHaveProperty('mine');
  });

  it('is refused where nobody has seen it taken', async () => {
    for (const [id, text] of [
      ['cursor', '{"mcpServers": null}'],
      ['copilot-cli', '{"mcpServers": null}'],
      ['amp', 'null'],
      ['gemini-cli', '{"mcpServers": nullx}'],
    ] as const) {
      expect((await failureOf(writeEntry(edit(id, text)))).code).toBe('config-invalid');
    }
  });
});

it('GitHub Copilot CLI: comments and trailing commas stay', async () => {
  const request = edit('copilot-cli', '{\n  // mine\n  "mcpServers": {\n    "a": {}, // first\n  },\n}\n');
  await writeEntry(request);
  expect(textOf(request)).toMatch(
    /^\{\n {2}\/\/ mine\n {2}"mcpServers": \{\n {4}"a": \{\}, \/\/ first\n {4}"mine": \{\n/,
  );
});

describe('where clients are', () => {
  const home = '/home/ann';
  const found = (existing: readonly string[]) =>
    detectClients(fakeEnv({ home, vars: {} }), fakeFiles(existing)).map(({ id }) => id);
  const code = `${home}/.config/Code/User/globalStorage`;

  it.each([
    ['junie', `${home}/.junie/x`],
    ['roo-code', `${code}/rooveterinaryinc.roo-cline/tasks/x`],
    ['cline', `${code}/saoudrizwan.claude-dev/tasks/x`],
    ['cline', `${home}/.cline/x`],
    ['antigravity', `${home}/.gemini/antigravity/x`],
    ['antigravity', `${home}/.gemini/antigravity-cli/x`],
    ['antigravity', `${home}/.gemini/config/x`],
  ])('%s is found by %s, before it has a file', (id, path) => {
    expect(found([path])).toContain(id);
    expect(found([`${home}/x`])).not.toContain(id);
  });

  it('Antigravity: the old file counts until it has been moved', () => {
    const [current, old] = [`${home}/.gemini/config/mcp_config.json`, `${home}/.gemini/antigravity/mcp_config.json`];
    const pathOf = (existing: readonly string[]) =>
      locate(clientOf('antigravity'), 'user', { env: fakeEnv({ home }), files: fakeFiles(existing), projectDir: '/p' });
    expect(pathOf([])).toMatchObject([{ path: current }]);
    expect(pathOf([old])).toMatchObject([{ path: old }]);
    expect(pathOf([old, `${home}/.gemini/config/.migrated`])).toMatchObject([{ path: current, found: true }]);
  });
});

async function run(home: string, ...argv: readonly string[]) {
  const context = fakeContext({ env: fakeEnv({ home, cwd: home, vars: { NO_COLOR: '1' } }) });
  const code = await main(argv, context);
  return { code, out: context.stdout.text, err: context.stderr.text };
}
const ANY = ['--name', 'x', '--', '/n'];

describe('Continue with a config.json', () => {
  function homeWith(...files: readonly string[]): string {
    const home = tempDir();
    mkdirSync(join(home, '.continue'));
    for (const name of files) writeFileSync(join(home, '.continue', name), name.endsWith('.json') ? '{}' : '');
    return home;
  }

  it('gets its entry there, and no config.yaml, which would take its place', async () => {
    const text = '{\n  // mine\n  "models": []\n}\n';
    const home = homeWith('config.json');
    const path = join(home, '.continue', 'config.json');
    writeFileSync(path, text);
    for (const argv of [
      ['continue', '--write', '--env', 'API_TOKEN'],
      ['--all', '--write', '--env', 'API_TOKEN'],
    ]) {
      expect(await run(home, 'config', ...argv, ...ANY)).toMatchObject({ code: 0, out: expect.stringContaining(path) });
    }
    const [server] = JSON.parse(readFileSync(path, 'utf8').replace('// mine', '')).experimental
      .modelContextProtocolServers;
    const env = { API_TOKEN: '<API_TOKEN>' };
    expect(server).toEqual({ name: 'x', transport: { type: 'stdio', command: '/n', args: [], env } });
    expect(existsSync(join(home, '.continue', 'config.yaml'))).toBe(false);
    expect((await run(home, 'config', '--list', 'continue')).out).toMatch(/found .*config\.json\n$/);
    expect((await run(home, 'check', '--client', 'continue')).err).not.toContain('It has none');
    expect((await run(home, 'config', 'continue', ...ANY)).out).toContain('modelContextProtocolServers');
    expect((await run(home, 'config', 'continue', '--remove', '--name', 'x')).code).toBe(0);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('and one that has both, or neither, gets what it reads', async () => {
    for (const home of [homeWith('config.json', 'config.yaml'), homeWith()]) {
      expect((await run(home, 'config', 'continue', '--write', ...ANY)).code).toBe(0);
      expect(readFileSync(join(home, '.continue', 'config.yaml'), 'utf8')).toContain('- name: x');
    }
  });
});

it('config --list tells a file that is there from one that would be made', async () => {
  const home = tempDir();
  mkdirSync(join(home, '.cursor'));
  mkdirSync(join(home, '.codex'));
  writeFileSync(join(home, '.cursor', 'mcp.json'), '{}');
  const { out } = await run(home, 'config', '--list', 'cursor', 'codex', 'zed', 'chatgpt');
  expect(
    out.split('\n').map((line) =>
      line
        .replace(/ +\/.*/, '')
        .trim()
        .split(/ {2,}/)
        .at(-1),
    ),
  ).toEqual([...['found', 'no file', 'not found', 'by hand', '']]);
  const json = JSON.parse((await run(home, 'config', '--list', '--json', 'cursor', 'codex')).out);
  expect(json.clients).toMatchObject([
    { found: true, exists: true },
    { found: true, exists: false },
  ]);
});

describe('after a change', () => {
  it('nobody is told to trust what is gone', async () => {
    for (const [id, added, both] of [
      ['vscode', 'trust it', ''],
      ['cursor', 'Switch the server on', 'Look at Settings'],
      ['claude-code', 'asks once', 'new session'],
    ] as const) {
      const request = edit(id);
      const written = (await writeEntry(request)).after.join(' ');
      const removed = (await removeEntry({ ...request, name: 'mine' })).after.join(' ');
      expect({ written: written.includes(added), removed: removed.includes(added) }).toEqual({
        written: true,
        removed: false,
      });
      expect(written).toContain(both);
      expect(removed).toContain(both);
    }
    const said = CLIENTS.flatMap(({ after }) => after).join(' ');
    expect(said).not.toMatch(/start the server|switch|trust|approve|this command/i);
  });
});

describe('in WSL', () => {
  const vars = { WSL_DISTRO_NAME: 'Ubuntu', NO_COLOR: '1' };
  const said = async (client: string, argv: readonly string[], more: Readonly<Record<string, string>> = vars) => {
    const [home, context] = [tempDir(), fakeContext({ env: fakeEnv({ home: tempDir(), vars: more }) })];
    expect(await main(['config', client, ...argv], { ...context, env: { ...context.env, home } })).toBe(0);
    return context.stderr.text;
  };
  const SERVER = ['--name', 'x', '--env', 'MODE=a b', '--env', 'API_TOKEN', '--', '/usr/bin/node', '/srv/x.js'];

  it('an application of Windows is said to have another file, and what stands in it', async () => {
    for (const argv of [[], ['--write']]) {
      const text = await said('claude-desktop', [...argv, ...SERVER]);
      expect(text).toContain('%APPDATA%\\Claude\\claude_desktop_config.json');
      const [, entry = ''] = /Enter there: (.*)/.exec(text) ?? [];
      expect(JSON.parse(entry)).toEqual({
        x: {
          command: 'wsl.exe',
          args: [
            ...['-d', 'Ubuntu', '--exec', '/usr/bin/env', 'MODE=a b', 'API_TOKEN=<API_TOKEN>'],
            ...['/usr/bin/node', '/srv/x.js'],
          ],
        },
      });
    }
    expect(await said('cursor', ['--name', 'x', '--', '/n'])).toContain('%USERPROFILE%\\.cursor\\mcp.json');
    expect(await said('zed', ['--name', 'x', '--url', 'https://e.com/mcp'])).toContain(
      '{"x":{"url":"https://e.com/mcp"}}',
    );
  });

  it('a command line is at home, and elsewhere nothing is said', async () => {
    for (const id of ['codex', 'claude-code', 'gemini-cli']) expect(await said(id, SERVER)).not.toContain('WSL');
    expect(await said('claude-desktop', SERVER, { NO_COLOR: '1' })).not.toContain('WSL');
  });
});
