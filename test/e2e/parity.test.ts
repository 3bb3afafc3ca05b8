import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it, type TestContext } from 'vitest';
import { optionsOf } from '../../src/catalog/catalog.ts';
import { childEnv, runOk } from '../support/child.ts';
import { CLIENTS, type ClientKind, connectClient, type Target } from '../support/mcp-clients.ts';
import { type PythonTools, pythonTools } from '../support/python.ts';
import { cannotRun } from '../support/require.ts';
import { startUpstream, type Upstream } from './exercise.ts';
import { type Probe, probeServer } from './parity.ts';
import { BARE_ENV } from './server.ts';

/**
 * The same answers in both languages are the same server to a client: the same tools, schemas, resources, prompts,
 * instructions, results and failures, word for word, except where a validation library says what it did not like.
 */
describe.each(['sqlite', 'memory'])('TypeScript and Python with %s', (storage) => {
  let parent: string;
  let upstream: Upstream;
  let python: PythonTools | Error;
  const targets = new Map<string, Target>();

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

  async function probe(language: string, kind: ClientKind, context: TestContext): Promise<Probe> {
    const target = targets.get(language);
    if (target === undefined) return cannotRun(context, python instanceof Error ? python.message : 'it was not made');
    const client = await connectClient(kind, target);
    try {
      return await probeServer(client, upstream.url);
    } finally {
      await client.close();
      // What is left behind would come before or after the next client's notes by the chance of random ids.
      rmSync(join(parent, language, 'same-server', 'data'), { recursive: true, force: true, maxRetries: 5 });
    }
  }

  it.for(CLIENTS)('are the same server to the client %s', async (kind, context) => {
    const [typescript, python] = [await probe('typescript', kind, context), await probe('python', kind, context)];
    // Part by part, so that a difference is easy to see.
    for (const part of Object.keys(typescript) as (keyof Probe)[]) {
      expect.soft(python[part], part).toEqual(typescript[part]);
    }
  });
});

function startOf(language: string, dir: string, { bin }: PythonTools): { command: string; args: string[] } {
  if (language === 'typescript') return { command: process.execPath, args: [join(dir, 'dist', 'main.js'), 'stdio'] };
  return { command: join(bin, 'uv'), args: ['--directory', dir, 'run', '--no-sync', 'same-server', 'stdio'] };
}
