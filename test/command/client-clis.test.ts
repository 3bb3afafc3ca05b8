import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished, type TestContext } from 'vitest';
import { clientOf } from '../../src/clients/registry.ts';
import type { Scope } from '../../src/clients/rows/client.ts';
import { Child, childEnv, type Finished, runOk } from '../support/child.ts';
import { type CliId, clientEnv, cliOf, type StartCli } from '../support/client-cli-start.ts';
import { CLIENT_CLIS, type ClientCli, type Listed } from '../support/client-clis.ts';
import { mason } from '../support/mason.ts';
import { cannotRun } from '../support/require.ts';
import { tempDir } from '../support/temp.ts';
import { IS_FULL, sample } from '../support/tier.ts';

/** The clients' own commands are the judges: they find, and where they can connect to, what we have written. */
describe.each(sample(CLIENT_CLIS, ({ id }) => [clientOf(id).format]))('$id', (cli) => {
  const scopes = sample(cli.scopes, () => [], { always: (scope) => scope === 'user', more: 1 });
  describe.each(scopes.map((scope) => ({ scope })))('in scope $scope', ({ scope }) => {
    it.for(['stdio', 'http'] as const)('finds a server over %s', async (transport, context) => {
      const desk = await deskOf(cli, scope, context);
      const server = await serverOver(transport);
      await desk.config(['--write', '--name', 'my-server'], server);
      await desk.approve('my-server');
      expect(await desk.list()).toEqual({
        'my-server': { target: server.target, ...(cli.connects && { state: 'connected' }) },
      });
    });

    const add = cli.add[scope];
    if (add === undefined) return;
    it('still has a server of its own after ours has come and gone', async (context) => {
      const desk = await deskOf(cli, scope, context);
      const [own, ours] = [await serverOver('stdio'), await serverOver('stdio')];
      await desk.run([...add, ...own.command]);
      await desk.config(['--write', '--name', 'my-server'], ours);
      expect(await desk.list()).toMatchObject({ own: { target: own.target }, 'my-server': { target: ours.target } });

      await desk.config(['--remove', '--name', 'my-server']);
      const left = await desk.list();
      expect(Object.keys(left)).toEqual(['own']);
      expect(left).toMatchObject({ own: { target: own.target } });
    });
  });

  it('hands a secret from its environment to a server, and sends it in a header', async (context) => {
    const desk = await deskOf(cli, 'user', context);
    const [local, remote] = [await serverOver('stdio'), await serverOver('http')];
    await desk.config(['--write', '--name', 'local', '--env', 'API_TOKEN'], local);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how secrets are written on our command line
    await desk.config(['--write', '--name', 'remote', '--header', 'Authorization: Bearer ${API_TOKEN}'], remote);
    const session = desk.start(cli.session, { API_TOKEN: 'open sesame' });
    onTestFinished(() => session.stop());
    await session.until(() => local.met() !== undefined && remote.met() !== undefined);
    expect([local.met(), remote.met()]).toEqual(['open sesame', 'Bearer open sesame']);
  });
});

const VIBE: ClientCli = {
  id: 'mistral-vibe',
  scopes: ['user', 'project'],
  list: [],
  read: () => new Map(),
  connects: false,
  session: ['--trust', '-p', 'hello'],
  add: {},
};

describe.each(IS_FULL ? [VIBE] : [])('$id, which lists nothing', (vibe) => {
  const ADD = ['mcp', 'add'];

  it('finds what it would have added itself, beside a server of its own', async (context) => {
    const desk = await deskOf(vibe, 'user', context);
    const [local, remote, own] = [await serverOver('stdio'), await serverOver('http'), await serverOver('stdio')];
    const add = (name: string, { command: [command = '', ...args] }: Server): readonly string[] => [
      ...ADD,
      name,
      '--transport',
      'stdio',
      '--command',
      command,
      ...args.map((arg) => `--arg=${arg}`),
    ];
    await desk.run(add('own', own));
    await desk.config(['--write', '--name', 'local'], local);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how secrets are written on our command line
    await desk.config(['--write', '--name', 'remote', '--header', 'Authorization: Bearer ${API_TOKEN}'], remote);
    // With anything else under the name it ends with an error.
    const same = [add('local', local), [...ADD, 'remote', '--url', remote.target, '--api-key-env', 'API_TOKEN']];
    for (const args of same) expect((await desk.run(args)).stdout).toContain('is already configured');

    await desk.config(['--remove', '--name', 'local']);
    expect((await desk.run(add('own', own))).stdout).toContain('is already configured');
  });

  it('starts a server of a project, and sends a secret from its environment', async (context) => {
    const desk = await deskOf(vibe, 'project', context);
    const [local, remote] = [await serverOver('stdio'), await serverOver('http')];
    await desk.config(['--write', '--name', 'local', '--env', 'API_TOKEN'], local);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how secrets are written on our command line
    await desk.config(['--write', '--name', 'remote', '--header', 'Authorization: Bearer ${API_TOKEN}'], remote);
    const isMet = (): boolean => local.met() !== undefined && remote.met() !== undefined;
    // It has no model, so on a busy machine it may end before both have been started.
    for (let session = 1; !isMet(); session++) {
      const vars = { API_TOKEN: 'open sesame', MISTRAL_API_KEY: 'not-a-key' };
      const running = desk.start(vibe.session, vars);
      await running
        .until(isMet)
        .catch((error) => {
          if (session === 5) throw error;
        })
        .finally(() => running.stop());
    }
    // It looks no variables up for a server that it starts, and hands none of its own on.
    expect([local.met(), remote.met()]).toEqual(['<API_TOKEN>', 'Bearer open sesame']);
  });
});

describe('.mcp.json, which several clients read', () => {
  it.for([
    ['claude-code', 'copilot-cli'],
    ['copilot-cli', 'claude-code'],
  ] as const)('is for the others too when it was written for %s', async ([writer, reader], context) => {
    const dir = tempDir();
    const ours = await deskOf(cliBy(writer), 'project', context, dir);
    const theirs = await deskOf(cliBy(reader), 'project', context, dir);
    const [local, remote] = [await serverOver('stdio'), await serverOver('http')];
    await ours.config(['--write', '--name', 'local'], local);
    await ours.config(['--write', '--name', 'remote'], remote);
    expect(await theirs.list()).toMatchObject({ local: { target: local.target }, remote: { target: remote.target } });
  });
});

describe('a project that is a part of a repository', () => {
  it('has the local servers of Claude Code, which keeps them by repository', async (context) => {
    const repository = tempDir();
    await runOk('git', ['init', '--quiet'], { cwd: repository, env: childEnv() });
    const dir = join(repository, 'packages', 'server');
    mkdirSync(dir, { recursive: true });
    const desk = await deskOf(cliBy('claude-code'), 'local', context, dir);
    const server = await serverOver('stdio');
    await desk.config(['--write', '--name', 'my-server'], server);
    expect(await desk.list()).toEqual({ 'my-server': { target: server.target, state: 'connected' } });
  });
});

function cliBy(id: CliId): ClientCli {
  const cli = CLIENT_CLIS.find((one) => one.id === id);
  if (cli === undefined) throw new Error(`There is no ${id}.`);
  return cli;
}

/** Somebody with a home and a project, at a terminal. */
interface Desk {
  /** Runs our command for the client. */
  config(flags: readonly string[], server?: Server): Promise<void>;
  /** Says that the project's server may be used, where the client asks. */
  approve(name: string): Promise<void>;
  list(): Promise<Readonly<Record<string, Listed>>>;
  /** Starts the client's command in the project. */
  start(args: readonly string[], variables?: Readonly<Record<string, string>>): Child;
  /** Runs it to its end, which must be a good one. */
  run(args: readonly string[]): Promise<Finished>;
}

async function deskOf(cli: ClientCli, scope: Scope, context: TestContext, dir: string = tempDir()): Promise<Desk> {
  const startCli = await commandOf(cli, context);
  const home = tempDir();
  const env = clientEnv(home);
  if (scope === 'project' && cli.trust) writeBelow(home, ...cli.trust(dir));
  const place = scope === 'user' ? [] : ['--scope', scope, '--dir', dir];

  const start: Desk['start'] = (args, variables = {}) => startCli(args, { cwd: dir, env: { ...env, ...variables } });
  const run: Desk['run'] = async (args) => succeeded(await start(args).finished);
  return {
    start,
    run,
    async config(flags, server) {
      // Not from the project: what is written must not depend on where we are.
      const args = ['config', cli.id, ...place, ...flags, ...(server?.flags ?? [])];
      succeeded(await mason(args, { cwd: home, env }));
    },
    async approve(name) {
      if (scope === 'project' && cli.approve) await run([...cli.approve, name]);
    },
    list: async () => Object.fromEntries(cli.read(await run(cli.list))),
  };
}

/** The client's command, or the end of a test where it does not run. */
async function commandOf({ id }: ClientCli, context: TestContext): Promise<StartCli> {
  try {
    return await cliOf(id);
  } catch (error) {
    return cannotRun(context, `${id} does not run: ${error instanceof Error ? error.message : error}`);
  }
}

function succeeded(finished: Finished): Finished {
  expect(finished, `${finished.stdout}${finished.stderr}`).toMatchObject({ code: 0 });
  return finished;
}

function writeBelow(dir: string, path: string, text: string): void {
  mkdirSync(dirname(join(dir, path)), { recursive: true });
  writeFileSync(join(dir, path), text);
}

/** A server that speaks just enough MCP for a client to be content. */
interface Server {
  /** As our command takes it. */
  readonly flags: readonly string[];
  /** What starts it over stdio. */
  readonly command: readonly string[];
  /** As clients list it. */
  readonly target: string;
  /** The secret that its client had for it; undefined until one has said hello. */
  met(): string | undefined;
}

async function serverOver(transport: 'stdio' | 'http'): Promise<Server> {
  // A space in a path must not matter to anybody.
  const dir = join(tempDir(), 'my server');
  const file = join(dir, 'server.js');
  writeBelow(dir, 'server.js', SERVER);
  const met = (): string | undefined => {
    const path = join(dir, 'met');
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  };
  const command = [process.execPath, file];
  if (transport === 'stdio') return { flags: ['--', ...command], command, target: command.join(' '), met };

  const child = new Child(process.execPath, [file, 'http'], { cwd: dir });
  onTestFinished(() => child.stop());
  const port = await child.until(({ stdout }) => /^(\d+)\n/.exec(stdout)?.[1]);
  const url = `http://127.0.0.1:${port}/mcp`;
  return { flags: ['--url', url], command, target: url, met };
}

const SERVER = `
const { createServer } = require('node:http');
const { createInterface } = require('node:readline');
const { renameSync, writeFileSync } = require('node:fs');

function meet(secret) {
  // Whole, or not there.
  writeFileSync(__dirname + '/meeting', String(secret));
  renameSync(__dirname + '/meeting', __dirname + '/met');
}

function answer({ id, method, params }, secret) {
  if (id === undefined) return undefined;
  if (method === 'initialize') {
    meet(secret);
    const { protocolVersion } = params;
    const serverInfo = { name: 'tiny', version: '1.0.0' };
    return { jsonrpc: '2.0', id, result: { protocolVersion, capabilities: { tools: {} }, serverInfo } };
  }
  const tools = [{ name: 'hello', inputSchema: { type: 'object' } }];
  if (method === 'tools/list') return { jsonrpc: '2.0', id, result: { tools } };
  if (method === 'ping') return { jsonrpc: '2.0', id, result: {} };
  return { jsonrpc: '2.0', id, error: { code: -32601, message: 'Method not found' } };
}

if (process.argv[2] === 'http') {
  const server = createServer(async (request, response) => {
    if (request.method !== 'POST') return response.writeHead(405).end();
    let body = '';
    for await (const chunk of request) body += chunk;
    const message = answer(JSON.parse(body), request.headers.authorization);
    if (message === undefined) return response.writeHead(202).end();
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(message));
  });
  server.listen(0, '127.0.0.1', () => console.log(server.address().port));
} else {
  createInterface({ input: process.stdin }).on('line', (line) => {
    const message = answer(JSON.parse(line), process.env.API_TOKEN);
    if (message !== undefined) console.log(JSON.stringify(message));
  });
}
`;
