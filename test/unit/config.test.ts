// biome-ignore-all lint/suspicious/noTemplateCurlyInString: configs of clients are full of them
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CliError } from '../../src/base/errors.ts';
import { CLIENTS, clientOf } from '../../src/clients/registry.ts';
import { runConfig } from '../../src/commands/config.ts';
import type { ConfigFlags } from '../../src/commands/config-flags.ts';
import { writeTo } from '../../src/commands/config-write.ts';
import { print } from '../../src/report/report.ts';
import { type FakeContext, fakeContext, fakeEnv } from '../support/env.ts';
import { tempDir } from '../support/temp.ts';
import { fakeProject } from './project.ts';

interface Run {
  readonly clients?: readonly string[];
  readonly command?: readonly string[];
  readonly flags?: ConfigFlags;
  readonly home?: string;
  readonly cwd?: string;
}

const COMMAND = ['/usr/bin/node', '/abs/server.js', '--flag'];
const SHAPE = { command: '/usr/bin/node', args: ['/abs/server.js', '--flag'] };

/** Runs the command for somebody whose home is a fresh folder. */
async function config({ clients = [], command = [], flags = {}, home = tempDir(), cwd = tempDir() }: Run) {
  const context: FakeContext = fakeContext({ env: fakeEnv({ home, cwd, vars: { NO_COLOR: '1' } }) });
  const report = await runConfig({ clients, command, flags }, context);
  const code = print(report, flags.json === true, context);
  return { code, stdout: context.stdout.text, stderr: context.stderr.text };
}

async function refusal(run: Run): Promise<CliError> {
  const outcome = await config(run).catch((error: unknown) => error);
  if (outcome instanceof CliError) return outcome;
  throw new Error(`Not the expected error: ${JSON.stringify(outcome)}`);
}

const fileOf = (home: string): string => join(home, '.config', 'Claude', 'claude_desktop_config.json');

/** A home in which Claude Desktop has been started. */
function homeWith(text?: string): string {
  const home = tempDir();
  mkdirSync(dirname(fileOf(home)), { recursive: true });
  if (text !== undefined) writeFileSync(fileOf(home), text);
  return home;
}

describe('config prints', () => {
  it('the snippet of any server, and nothing else on stdout', async () => {
    const { code, stdout, stderr } = await config({ command: COMMAND, flags: { name: 'my-server' } });
    expect(code).toBe(0);
    expect(stdout).toBe(`${JSON.stringify({ mcpServers: { 'my-server': SHAPE } }, null, 2)}\n`);
    expect(stderr).toBe('');
  });

  it('the snippet of the project, with paths of today and the environment that was filled in', async () => {
    const dir = fakeProject({ env: { REGION: 'north', API_TOKEN: 's3cret' } });
    const { stdout, stderr } = await config({ flags: { dir } });
    const env = { REGION: 'north', API_TOKEN: '<API_TOKEN>' };
    expect(JSON.parse(stdout)).toEqual({
      mcpServers: { notes: { command: '/usr/bin/node', args: [join(dir, 'dist', 'main.mjs')], env } },
    });
    expect(stderr).toContain('put your own value in the place of <API_TOKEN>');
    expect((await config({ cwd: dir })).stdout).toBe(stdout);
    expect(JSON.parse((await config({ cwd: dir, flags: { name: 'other' } })).stdout)).toHaveProperty(
      'mcpServers.other',
    );
  });

  it('no placeholder for what the .env of the project has, which would be overruled', async () => {
    const dir = fakeProject({ env: { REGION: 'north', API_TOKEN: 's3cret' } });
    writeFileSync(join(dir, '.env'), 'API_TOKEN=mine\n');
    const { stdout, stderr } = await config({ flags: { dir } });
    expect(JSON.parse(stdout).mcpServers.notes.env).toEqual({ REGION: 'north' });
    expect(stdout + stderr).not.toContain('API_TOKEN');
    expect(stdout + stderr).not.toContain('mine');
  });

  it('the snippet of a project whose entry or record is missing', async () => {
    const bare = await config({ flags: { dir: fakeProject({ entry: false, transport: 'both' }) } });
    expect(JSON.parse(bare.stdout).mcpServers.notes.args[1]).toBe('stdio');
    const foreign = await config({ flags: { dir: fakeProject({ record: false, args: ['x'] }) } });
    expect(JSON.parse(foreign.stdout).mcpServers.notes.args[1]).toBe('x');
  });

  it('a bridge for a server that is reached by its URL, with a note', async () => {
    const { stdout, stderr } = await config({ flags: { name: 'far', url: 'https://example.com/mcp' } });
    expect(JSON.parse(stdout)).toEqual({
      mcpServers: { far: { command: 'npx', args: ['-y', 'mcp-remote', 'https://example.com/mcp'] } },
    });
    expect(stderr).toContain('Connectors');
    for (const transport of ['http', 'sse']) {
      const { stdout } = await config({ flags: { dir: fakeProject({ transport }) } });
      expect(JSON.parse(stdout).mcpServers.notes.args).toContain('http://127.0.0.1:3000/mcp');
    }
    const project = await config({ flags: { dir: fakeProject({ transport: 'http' }) } });
    expect(project.stderr).toContain('start it first');
    const named = await config({ flags: { dir: fakeProject({ transport: 'http' }), url: 'https://x.example/mcp' } });
    expect(JSON.parse(named.stdout).mcpServers.notes.args).toContain('https://x.example/mcp');
  });

  it('warnings about a fragile command on stderr', async () => {
    const { stdout, stderr } = await config({ command: ['node', './server.js'], flags: { name: 'x' } });
    expect(JSON.parse(stdout).mcpServers.x).toEqual({ command: 'node', args: ['./server.js'] });
    expect(stderr).toContain('an absolute path is safer than node, here /usr/bin/node');
    expect(stderr).toContain('./server.js should be an absolute path');
  });

  it('every client, and JSON', async () => {
    const all = await config({ command: COMMAND, flags: { name: 'x', all: true, json: true } });
    const printed = JSON.parse(all.stdout);
    expect(printed).toMatchObject({
      ok: true,
      server: { name: 'x' },
      clients: expect.arrayContaining([expect.objectContaining({ client: 'claude-desktop', entry: SHAPE })]),
    });
    expect(printed.clients).toHaveLength(CLIENTS.length);
    expect(JSON.parse(printed.clients[0].snippet)).toEqual({ mcpServers: { x: SHAPE } });
    expect(all.stderr).toBe('');
  });
});

describe('config with --env and --header', () => {
  const entryOf = async (
    client: string,
    flags: ConfigFlags,
    command: readonly string[] = COMMAND,
  ): Promise<unknown> => {
    const { stdout } = await config({ clients: [client], command, flags: { name: 'x', json: true, ...flags } });
    return JSON.parse(stdout).clients[0].entry;
  };

  it('gives each client its own way to look a secret up', async () => {
    const env = ['API_TOKEN', 'REGION=north', 'DB=pg://${DB_HOST}/x'];
    expect(await entryOf('cursor', { env })).toMatchObject({
      env: { API_TOKEN: '${env:API_TOKEN}', REGION: 'north', DB: 'pg://${env:DB_HOST}/x' },
    });
    expect(await entryOf('codex', { env })).toMatchObject({ env_vars: ['API_TOKEN'], env: { REGION: 'north' } });
    const url = 'https://example.com/mcp';
    const header = ['Authorization: Bearer ${API_TOKEN}', 'X-Team: a b'];
    expect(await entryOf('claude-code', { url, header }, [])).toEqual({
      type: 'http',
      url,
      headers: { Authorization: 'Bearer ${API_TOKEN}', 'X-Team': 'a b' },
    });
    expect(await entryOf('codex', { url, header }, [])).toEqual({
      url,
      bearer_token_env_var: 'API_TOKEN',
      http_headers: { 'X-Team': 'a b' },
    });
  });

  it.each<[string, ConfigFlags, readonly string[], string]>([
    ['a secret as a value', { env: ['API_TOKEN=s3cret'] }, COMMAND, 'literal-secret'],
    ['a secret under a plain name', { env: ['MODE=ghp_s3cret0123456789'] }, COMMAND, 'literal-secret'],
    ['a password in a URL', { env: ['DATABASE_URL=postgres://ann:s3cret@db/x'] }, COMMAND, 'literal-secret'],
    [
      'a token in a header',
      { url: 'https://x.example', header: ['Authorization: Bearer s3cret'] },
      [],
      'literal-secret',
    ],
    ['a password in the address', { url: 'https://ann:s3cret@x.example' }, [], 'literal-secret'],
    ['a password behind an @', { url: 'https://a@b:s3cret@x.example' }, [], 'literal-secret'],
    ['a key in the address', { url: 'https://x.example/mcp?profile=a&api_key=s3cret' }, [], 'literal-secret'],
    ['a secret behind a flag', {}, ['node', '/s.js', '--api-token', 's3cret'], 'literal-secret'],
    ['a secret in a flag', {}, ['node', '/s.js', '--password=s3cret'], 'literal-secret'],
    ['a variable for a container', {}, ['docker', 'run', '-e', 'GITHUB_TOKEN=s3cret', 'x'], 'literal-secret'],
    ['a header for a bridge', {}, ['npx', 'mcp-remote', '--header', 'Authorization: Bearer s3cret'], 'literal-secret'],
    ['a token that is known as one', {}, ['node', '/s.js', 'ghp_s3cret0123456789'], 'literal-secret'],
    ['no name', { env: ['=s3cret'] }, COMMAND, 'invalid-env'],
    ['a name that is none', { env: ['A-B=s3cret'] }, COMMAND, 'invalid-env'],
    ['a header without a value', { url: 'https://x.example', header: ['s3cret'] }, [], 'invalid-header'],
    ['variables for a URL', { url: 'https://x.example', env: ['A=1'] }, [], 'contradictory-flags'],
    ['headers for a command', { header: ['A: 1'] }, COMMAND, 'contradictory-flags'],
  ])('refuses %s, without repeating it', async (_, flags, command, code) => {
    const error = await refusal({ command, flags: { name: 'x', ...flags } });
    expect(error).toMatchObject({ code, exit: 2 });
    expect(`${error.message}${error.hint}`).not.toContain('s3cret');
  });
});

describe('config of a command with what only looks like a secret', () => {
  it.each([
    [['--max-tokens', '1000']],
    [['--token-file', '/run/secrets/token']],
    [['--key=/etc/key.pem']],
    [['--auth-server', 'https://example.com']],
    [['-e', 'API_TOKEN', 'image']],
    [['--token', '<API_TOKEN>']],
    [['--header', 'Authorization: Bearer ${API_TOKEN}']],
  ])('writes %j as it was typed', async (args) => {
    const { stdout } = await config({ clients: ['cursor'], command: ['/usr/bin/node', ...args], flags: { name: 'x' } });
    expect(JSON.parse(stdout)).toEqual({ mcpServers: { x: { command: '/usr/bin/node', args } } });
  });
});

describe('config --link', () => {
  it('prints links that install the server, and nothing else', async () => {
    const { stdout, stderr } = await config({
      clients: ['cursor', 'zed'],
      command: COMMAND,
      flags: { name: 'x', link: true },
    });
    const [, encoded = ''] =
      /^cursor:\/\/anysphere\.cursor-deeplink\/mcp\/install\?name=x&config=(\S+)\n$/.exec(stdout) ?? [];
    expect(JSON.parse(Buffer.from(decodeURIComponent(encoded), 'base64').toString())).toEqual(SHAPE);
    expect(stderr).toBe('');
    const none = await refusal({ clients: ['zed'], command: COMMAND, flags: { name: 'x', link: true } });
    expect(none).toMatchObject({ code: 'no-link', exit: 2, hint: expect.stringContaining('cursor') });
  });
});

describe('config --scope', () => {
  it('project: the client’s own word for the folder, in a file of the project', async () => {
    const dir = fakeProject();
    const { stdout, stderr } = await config({
      clients: ['cursor', 'vscode', 'zed'],
      flags: { dir, write: true, scope: 'project' },
    });
    const argsIn = (path: string, key: string): unknown => JSON.parse(readFileSync(join(dir, path), 'utf8'))[key].notes;
    expect(argsIn('.cursor/mcp.json', 'mcpServers')).toEqual({
      command: 'node',
      args: ['${workspaceFolder}/dist/main.mjs'],
    });
    expect(argsIn('.vscode/mcp.json', 'servers')).toMatchObject({
      command: 'node',
      args: ['${workspaceFolder}/dist/main.mjs'],
    });
    expect(argsIn('.zed/settings.json', 'context_servers')).toMatchObject({ args: [join(dir, 'dist', 'main.mjs')] });
    expect(stdout).toContain(join(dir, '.zed', 'settings.json'));
    expect(stderr).toContain('Zed knows no variable for a project');
    await config({ clients: ['cursor'], flags: { dir, remove: true, scope: 'project' } });
    expect(existsSync(join(dir, '.cursor/mcp.json'))).toBe(false);
  });

  it('local: only for that project, in the person’s own file', async () => {
    const home = tempDir();
    const dir = fakeProject();
    await config({ home, clients: ['claude-code'], flags: { dir, write: true, scope: 'local' } });
    const { projects } = JSON.parse(readFileSync(join(home, '.claude.json'), 'utf8'));
    expect(projects[dir].mcpServers.notes.args).toEqual([join(dir, 'dist', 'main.mjs')]);
    // Claude Code knows a repository by its root, and the worktrees of one by the main one.
    const [root, tree] = [tempDir(), tempDir()];
    mkdirSync(join(root, '.git', 'worktrees', 'w'), { recursive: true });
    mkdirSync(join(root, 'packages', 'a'), { recursive: true });
    writeFileSync(join(tree, '.git'), `gitdir: ${join(root, '.git', 'worktrees', 'w')}\n`);
    for (const folder of [join(root, 'packages', 'a'), tree]) {
      const other = tempDir();
      const flags = { dir: folder, name: 'x', write: true, scope: 'local' };
      await config({ home: other, clients: ['claude-code'], command: COMMAND, flags });
      expect(Object.keys(JSON.parse(readFileSync(join(other, '.claude.json'), 'utf8')).projects)).toEqual([root]);
    }
    expect(await refusal({ home, clients: ['cursor'], flags: { dir, write: true, scope: 'local' } })).toMatchObject({
      code: 'no-config-file',
      hint: expect.stringContaining('--scope user or project'),
    });
  });
});

describe('a client that is set up by hand', () => {
  it('is printed, and never written', async () => {
    const { stdout } = await config({ clients: ['raycast'], command: COMMAND, flags: { name: 'x' } });
    expect(stdout).toBe('Name:      x\nCommand:   /usr/bin/node\nArguments: /abs/server.js --flag\n');
    for (const clientConfig of [undefined, ['raycast=/tmp/x.json']]) {
      const flags = { name: 'x', write: true, ...(clientConfig && { clientConfig }) };
      expect(await refusal({ clients: ['raycast'], command: COMMAND, flags })).toMatchObject({
        code: 'no-config-file',
        exit: 2,
      });
    }
  });
});

describe('config --list', () => {
  it('shows the files on this machine', async () => {
    const home = tempDir();
    const missing = await config({ home, clients: ['claude-desktop', 'zed'], flags: { list: true } });
    expect(missing.stdout).toBe(
      `claude-desktop  Claude Desktop  not found  ${fileOf(home)}\n` +
        `zed             Zed             not found  ${join(home, '.config', 'zed', 'settings.json')}\n`,
    );
    const there = homeWith();
    const json = await config({ home: there, flags: { list: true, json: true } });
    const { clients } = JSON.parse(json.stdout) as {
      clients: { client: string; path: string | null; found: boolean }[];
    };
    expect(clients.map(({ client }) => client)).toEqual(CLIENTS.map(({ id }) => id));
    expect(clients.filter(({ found }) => found)).toEqual([
      {
        client: 'claude-desktop',
        title: 'Claude Desktop',
        scope: 'user',
        path: fileOf(there),
        found: true,
        exists: false,
        byHand: false,
      },
    ]);
    expect(clients.find(({ client }) => client === 'chatgpt')).toMatchObject({
      path: null,
      found: false,
      byHand: true,
    });
  });
});

describe('config --write', () => {
  const flags = { name: 'x', write: true };

  it('merges the entry into the client’s file', async () => {
    const home = homeWith('{\n  "theme": 1\n}\n');
    const { code, stdout } = await config({ home, command: COMMAND, flags });
    expect(code).toBe(0);
    expect(JSON.parse(readFileSync(fileOf(home), 'utf8'))).toEqual({ theme: 1, mcpServers: { x: SHAPE } });
    expect(stdout).toContain(`Added x to Claude Desktop: ${fileOf(home)}\n`);
    expect(stdout).toContain(`${fileOf(home)}.mason-backup`);
    expect(stdout).toContain('Quit Claude Desktop');
    const again = await config({ home, command: COMMAND, flags: { ...flags, json: true } });
    expect(JSON.parse(again.stdout)).toMatchObject({
      ok: true,
      clients: [{ action: 'unchanged', path: fileOf(home), entry: SHAPE }],
    });
  });

  it('makes the file of a client that was named, or is meant when none is', async () => {
    for (const clients of [[], ['claude-desktop']]) {
      const home = tempDir();
      const { stdout } = await config({ home, clients, command: COMMAND, flags });
      expect(stdout).toContain(`Made ${fileOf(home)} with x for Claude Desktop.`);
      expect(JSON.parse(readFileSync(fileOf(home), 'utf8'))).toEqual({ mcpServers: { x: SHAPE } });
    }
  });

  it('makes nothing for --all where no client is', async () => {
    const home = tempDir();
    const { code, stdout } = await config({ home, command: COMMAND, flags: { ...flags, all: true } });
    expect(code).toBe(0);
    expect(stdout).toContain('None of these clients was found');
    expect(readdirSync(home)).toEqual([]);
  });

  it('takes another file', async () => {
    const home = tempDir();
    const cwd = tempDir();
    await config({ home, cwd, command: COMMAND, flags: { ...flags, clientConfig: ['claude-desktop=sub/a=b.json'] } });
    expect(JSON.parse(readFileSync(join(cwd, 'sub', 'a=b.json'), 'utf8'))).toEqual({ mcpServers: { x: SHAPE } });
    expect(readdirSync(home)).toEqual([]);
  });

  it('refuses another content with exit 3, unless forced', async () => {
    const home = homeWith('{"mcpServers":{"x":{"command":"old"}}}');
    expect(await refusal({ home, command: COMMAND, flags })).toMatchObject({ code: 'entry-exists', exit: 3 });
    expect(await refusal({ home, command: COMMAND, flags: { ...flags, dryRun: true } })).toMatchObject({ exit: 3 });
    const forced = await config({ home, command: COMMAND, flags: { ...flags, force: true } });
    expect(forced.stdout).toContain('Replaced x');
    expect(JSON.parse(readFileSync(fileOf(home), 'utf8'))).toEqual({ mcpServers: { x: SHAPE } });
  });

  it('writes none of several files when one of them is refused', async () => {
    const paths = [join(tempDir(), 'good.json'), join(tempDir(), 'bad.json')] as const;
    writeFileSync(paths[0], '{}');
    writeFileSync(paths[1], '{ broken');
    const locations = paths.map((path) => ({ path, scope: 'user' as const, found: true }));
    const place = { scope: 'user', projectDir: '/work', locations } as const;
    const chosen = [{ client: clientOf('claude-desktop'), ...place, named: true }];
    const entry = { transport: 'stdio', command: '/n', args: [], env: {} } as const;
    const writing = writeTo(chosen, { named: { name: 'x', entry }, notes: [] }, flags, fakeContext());
    await expect(writing).rejects.toMatchObject({ code: 'config-invalid', exit: 1 });
    expect(paths.map((path) => readFileSync(path, 'utf8'))).toEqual(['{}', '{ broken']);
    writeFileSync(paths[1], '');
    expect((await writeTo(chosen, { named: { name: 'x', entry }, notes: [] }, flags, fakeContext())).exit).toBe(0);
    for (const path of paths) expect(JSON.parse(readFileSync(path, 'utf8'))).toHaveProperty('mcpServers.x');
  });

  it('writes one entry into a file that two of them read', async () => {
    const dir = fakeProject();
    const run = { clients: ['claude-code', 'copilot-cli'], flags: { ...flags, dir, scope: 'project' } };
    const { code, stdout, stderr } = await config(run);
    expect({ code, stdout, stderr }).toMatchObject({ code: 0, stdout: expect.stringContaining('for Claude Code') });
    expect(stdout + stderr).toContain('GitHub Copilot CLI reads');
    expect(Object.keys(JSON.parse(readFileSync(join(dir, '.mcp.json'), 'utf8')).mcpServers)).toEqual(['x']);
    expect(await config(run)).toMatchObject({ code: 0, stdout: expect.stringContaining('already') });
  });

  it('only shows a diff with --dry-run', async () => {
    const home = homeWith('{\n  "theme": 1\n}\n');
    for (const run of [
      { name: 'x', dryRun: true },
      { ...flags, dryRun: true },
    ]) {
      const { stdout } = await config({ home, command: COMMAND, flags: run });
      expect(
        stdout.startsWith(
          `--- ${fileOf(home)}\n+++ ${fileOf(home)}\n@@ -1,3 +1,12 @@\n {\n-  "theme": 1\n+  "theme": 1,\n`,
        ),
      ).toBe(true);
    }
    expect(readFileSync(fileOf(home), 'utf8')).toBe('{\n  "theme": 1\n}\n');
    const fresh = tempDir();
    const json = await config({ home: fresh, command: COMMAND, flags: { ...flags, dryRun: true, json: true } });
    expect(JSON.parse(json.stdout)).toMatchObject({
      ok: true,
      dryRun: true,
      clients: [{ action: 'created', diff: expect.stringContaining('--- /dev/null') }],
    });
    expect(existsSync(dirname(fileOf(fresh)))).toBe(false);
  });
});

describe('config --remove', () => {
  it('takes the entry out again, by the name of the project or a given one', async () => {
    const text = '{\n  "mcpServers": {\n    "keep": {}\n  }\n}\n';
    const home = homeWith(text);
    const dir = fakeProject();
    await config({ home, flags: { dir, write: true } });
    expect(readFileSync(fileOf(home), 'utf8')).toContain('notes');
    const dry = await config({ home, flags: { dir, remove: true, dryRun: true } });
    expect(dry.stdout).toMatch(/^- {4}"notes": \{$/m);
    const { stdout } = await config({ home, flags: { dir, remove: true } });
    expect(stdout).toContain('Removed notes from Claude Desktop');
    expect(readFileSync(fileOf(home), 'utf8')).toBe(text);
    await config({ home, flags: { name: 'keep', remove: true } });
    expect(readFileSync(fileOf(home), 'utf8')).toBe('{\n  "mcpServers": {}\n}\n');
    const again = await config({ home, flags: { name: 'keep', remove: true } });
    expect(again.stdout).toContain('Claude Desktop has no keep');
  });
});

describe('config refuses with exit 2', () => {
  it.each<[string, Run, string]>([
    ['an unknown client', { clients: ['claude-dekstop'], command: COMMAND, flags: { name: 'x' } }, 'unknown-client'],
    ['no project', {}, 'no-project'],
    ['a server without a name', { command: COMMAND }, 'missing-name'],
    ['a URL without a name', { flags: { url: 'https://x.example/mcp' } }, 'missing-name'],
    ['a removal without a name', { flags: { remove: true } }, 'missing-name'],
    ['a name that clients do not take', { command: COMMAND, flags: { name: 'a b' } }, 'invalid-name'],
    ['a name of a prototype', { command: COMMAND, flags: { name: '__proto__' } }, 'invalid-name'],
    ['a URL of another kind', { flags: { name: 'x', url: 'ftp://x.example' } }, 'invalid-url'],
    ['no URL', { flags: { name: 'x', url: 'x' } }, 'invalid-url'],
    ['an unknown scope', { command: COMMAND, flags: { name: 'x', scope: 'team' } }, 'invalid-scope'],
    [
      'a scope without a file',
      { command: COMMAND, flags: { name: 'x', write: true, scope: 'project' } },
      'no-config-file',
    ],
    [
      'a file without a client',
      { command: COMMAND, flags: { name: 'x', clientConfig: ['/a.json'] } },
      'invalid-client-config',
    ],
    [
      'a file of an unknown client',
      { command: COMMAND, flags: { name: 'x', clientConfig: ['x=/a.json'] } },
      'unknown-client',
    ],
    [
      'two files of a client',
      { command: COMMAND, flags: { name: 'x', clientConfig: ['claude-desktop=a', 'claude-desktop=b'] } },
      'contradictory-flags',
    ],
    ['--write and --remove', { flags: { name: 'x', write: true, remove: true } }, 'contradictory-flags'],
    ['--list and --write', { flags: { list: true, write: true } }, 'contradictory-flags'],
    [
      '--all and a client',
      { clients: ['claude-desktop'], command: COMMAND, flags: { name: 'x', all: true } },
      'contradictory-flags',
    ],
    [
      '--url and a command',
      { command: COMMAND, flags: { name: 'x', url: 'https://x.example' } },
      'contradictory-flags',
    ],
  ])('%s', async (_, run, code) => {
    const home = tempDir();
    expect(await refusal({ ...run, home })).toMatchObject({ code, exit: 2 });
    expect(readdirSync(home)).toEqual([]);
  });

  it('and a suggestion', async () => {
    const error = await refusal({ clients: ['claude-dekstop'], command: COMMAND, flags: { name: 'x' } });
    expect(error.hint).toBe('Did you mean claude-desktop?');
    expect((await refusal({ command: COMMAND })).missing).toEqual(['--name']);
  });
});
