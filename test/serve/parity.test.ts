import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it, type TestContext } from 'vitest';
import { optionsOf } from '../../src/catalog/catalog.ts';
import { Child, childEnv, runOk } from '../support/child.ts';
import { startUpstream, type Upstream } from '../support/exercise.ts';
import { CLIENTS, type ClientKind, connectClient, type Target } from '../support/mcp-clients.ts';
import { type PythonTools, pythonTools } from '../support/python.ts';
import { cannotRun } from '../support/require.ts';
import { BARE_ENV } from '../support/server.ts';
import { type Probe, probeServer } from './parity.ts';
import { DIFFERENCES, differingParts, HTTP_SETTINGS, probeHttp, probeLimit } from './parity-http.ts';

type Settings = Readonly<Record<string, string>>;
/** A server that is started by a command, to which the transport is added. */
interface Start {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Settings;
}

/**
 * The same answers in both languages are the same server to a client: the same tools, schemas, resources, prompts,
 * instructions, results and failures, word for word, except where a validation library says what it did not like.
 */
describe.each(['sqlite', 'memory'])('TypeScript and Python with %s', (storage) => {
  let parent: string;
  let upstream: Upstream;
  let python: PythonTools | Error;
  const targets = new Map<string, Start>();

  beforeAll(async () => {
    parent = realpathSync(mkdtempSync(join(tmpdir(), 'mason-parity-')));
    upstream = await startUpstream();
    python = await pythonTools().catch((error: Error) => error);
    if (python instanceof Error) return;
    const tools = optionsOf('python', 'tool').map(({ id }) => id);
    for (const [language, own] of Object.entries({ typescript: ['--pm', 'npm'], python: [] })) {
      const dir = join(parent, language, 'same-server');
      const chosen = ['--transport', 'both', '--storage', storage, '--tools', tools.join()];
      const args = [dir, '--language', language, ...own, ...chosen, '--extras', 'none', '--no-git', '--json'];
      const env = { ...childEnv({ npm_config_prefer_offline: 'true' }, [python.bin, dirname(process.execPath)]) };
      const output = await runOk(process.execPath, [inject('bin'), ...args], {
        cwd: parent,
        env: { ...env, UV_PYTHON_DOWNLOADS: 'never' },
      });
      expect(JSON.parse(output)).toMatchObject({ ok: true, check: { ok: true } });
      const entry = JSON.parse(output).project.dir;
      targets.set(language, { ...startOf(language, entry, python), env: { ...BARE_ENV, ...upstream.env } });
    }
  });
  afterAll(async () => {
    await upstream?.close();
    rmSync(parent, { recursive: true, force: true, maxRetries: 5 });
  });

  function targetOf(language: string, context: TestContext): Start {
    const target = targets.get(language);
    return target ?? cannotRun(context, python instanceof Error ? python.message : 'it was not made');
  }

  async function withClient(kind: ClientKind, target: Target): Promise<Probe> {
    const client = await connectClient(kind, target);
    try {
      return await probeServer(client, upstream.url);
    } finally {
      await client.close();
    }
  }

  /** Serves over HTTP on a free port as long as the work takes. */
  async function serving<T>(start: Start, settings: Settings, work: (url: string) => Promise<T>): Promise<T> {
    const { command, args, env } = start;
    const server = new Child(command, [...args, 'http'], { cwd: '/', env: { ...env, ...settings, PORT: '0' } });
    try {
      return await work(await server.until(({ stderr }) => /http:\/\/\S+\/mcp/.exec(stderr)?.[0]));
    } finally {
      await server.stop();
    }
  }

  async function probe(language: string, kind: ClientKind, transport: string, context: TestContext): Promise<Probe> {
    const start = targetOf(language, context);
    try {
      return transport === 'stdio'
        ? await withClient(kind, { ...start, args: [...start.args, 'stdio'] })
        : await serving(start, {}, (url) => withClient(kind, { url }));
    } finally {
      // What is left behind would come before or after the next client's notes by the chance of random ids.
      rmSync(join(parent, language, 'same-server', 'data'), { recursive: true, force: true, maxRetries: 5 });
    }
  }

  describe.each(['stdio', 'http'])('over %s', (transport) => {
    it.for(CLIENTS)('are the same server to the client %s', async (kind, context) => {
      const typescript = await probe('typescript', kind, transport, context);
      const python = await probe('python', kind, transport, context);
      // Part by part, so that a difference is easy to see.
      for (const part of Object.keys(typescript) as (keyof Probe)[]) {
        expect.soft(python[part], part).toEqual(typescript[part]);
      }
    });
  });

  it('refuse the same over HTTP, and say the same but for what the SDKs say', async (context) => {
    const probeAll = (language: string) => serving(targetOf(language, context), HTTP_SETTINGS, probeHttp);
    const typescript = await probeAll('typescript');
    const python = await probeAll('python');
    for (const title of Object.keys(typescript)) {
      const parts = differingParts(typescript[title], python[title]);
      const said = JSON.stringify([typescript[title], python[title]]);
      expect.soft(parts.sort(), `${title}: ${said}`).toEqual([...(DIFFERENCES[title]?.parts ?? [])].sort());
    }
  });

  it('turn away whose calls are too many, and say when to come again', async (context) => {
    const settings = { RATE_LIMIT_PER_MINUTE: '3' };
    const probeOf = (language: string) => serving(targetOf(language, context), settings, (url) => probeLimit(url, 3));
    const refused = await probeOf('typescript');
    expect(refused).toMatchObject({ status: 429, headers: { 'retry-after': 'true' } });
    expect(await probeOf('python')).toEqual(refused);
  });
});

it('what differs over HTTP is listed in docs/python.md', () => {
  const docs = readFileSync(new URL('../../docs/python.md', import.meta.url), 'utf8');
  for (const [title, { parts, why }] of Object.entries(DIFFERENCES)) {
    expect(docs).toContain(`| ${title} | ${parts.join(', ')} | ${why} |`);
  }
});

function startOf(language: string, dir: string, { bin }: PythonTools): { command: string; args: string[] } {
  if (language === 'typescript') return { command: process.execPath, args: [join(dir, 'dist', 'main.js')] };
  return { command: join(bin, 'uv'), args: ['--directory', dir, 'run', '--no-sync', 'same-server'] };
}
