import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { clientOf } from '../../src/clients/registry.ts';
import { type ConfigFlags, runConfig } from '../../src/commands/config.ts';
import { writeTo } from '../../src/commands/config-write.ts';
import { CliError } from '../../src/errors.ts';
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
  const code = await runConfig(clients, command, flags, context);
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
    const dir = fakeProject({ env: { API_TOKEN: 'mine' } });
    const { stdout } = await config({ flags: { dir } });
    expect(JSON.parse(stdout)).toEqual({
      mcpServers: {
        notes: { command: '/usr/bin/node', args: [join(dir, 'dist', 'main.js')], env: { API_TOKEN: 'mine' } },
      },
    });
    expect((await config({ cwd: dir })).stdout).toBe(stdout);
    expect(JSON.parse((await config({ cwd: dir, flags: { name: 'other' } })).stdout)).toHaveProperty(
      'mcpServers.other',
    );
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
    const project = await config({ flags: { dir: fakeProject({ transport: 'http' }) } });
    expect(JSON.parse(project.stdout).mcpServers.notes.args).toContain('http://127.0.0.1:3000/mcp');
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
      clients: [{ client: 'claude-desktop', entry: SHAPE }],
    });
    expect(JSON.parse(printed.clients[0].snippet)).toEqual({ mcpServers: { x: SHAPE } });
    expect(all.stderr).toBe('');
  });
});

describe('config --list', () => {
  it('shows the files on this machine', async () => {
    const home = tempDir();
    const missing = await config({ home, flags: { list: true } });
    expect(missing.stdout).toBe(`claude-desktop  Claude Desktop  not found  ${fileOf(home)}\n`);
    const there = homeWith();
    const json = await config({ home: there, flags: { list: true, json: true } });
    expect(JSON.parse(json.stdout)).toMatchObject({
      ok: true,
      clients: [{ client: 'claude-desktop', title: 'Claude Desktop', scope: 'user', path: fileOf(there), found: true }],
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
    const locations = paths.map((path) => ({ path, found: true }));
    const chosen = [{ client: clientOf('claude-desktop'), locations, named: true }];
    const entry = { transport: 'stdio', command: '/n', args: [], env: {} } as const;
    const writing = writeTo(chosen, { named: { name: 'x', entry }, notes: [] }, flags, fakeContext());
    await expect(writing).rejects.toMatchObject({ code: 'config-invalid', exit: 1 });
    expect(paths.map((path) => readFileSync(path, 'utf8'))).toEqual(['{}', '{ broken']);
    writeFileSync(paths[1], '');
    expect(await writeTo(chosen, { named: { name: 'x', entry }, notes: [] }, flags, fakeContext())).toBe(0);
    for (const path of paths) expect(JSON.parse(readFileSync(path, 'utf8'))).toHaveProperty('mcpServers.x');
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
