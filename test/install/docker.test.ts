import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { LANGUAGES } from '../property/matrix-rows.ts';
import { Child, childEnv, runOk } from '../support/child.ts';
import { buildByHand, type Image } from '../support/dockerfile.ts';
import { CLIENTS, connectClient } from '../support/mcp-clients.ts';
import { pythonTools } from '../support/python.ts';
import { cannotRun } from '../support/require.ts';
import { BARE_ENV } from '../support/server.ts';

const POSIX = process.platform !== 'win32';

/** Where there is no Docker its steps can be run all the same: see buildByHand. */
describe.skipIf(!POSIX).each(LANGUAGES)('the image of a %s server', (language) => {
  let parent: string;
  let env: Readonly<Record<string, string>>;
  let image: Image | undefined;
  let missing: string | undefined;
  let server: Child | undefined;

  beforeAll(async () => {
    parent = realpathSync(mkdtempSync(join(tmpdir(), 'mason-docker-')));
    env = childEnv({ npm_config_prefer_offline: 'true' });
    let runtime = process.versions.node.split('.')[0] ?? '';
    if (language === 'python') {
      const tools = await pythonTools().catch((error: Error) => error);
      if (tools instanceof Error) missing = tools.message;
      else [env, runtime] = [tools.env, tools.version];
    }
    if (missing !== undefined) return;
    const flags = ['--language', language, '--runtime', runtime, '--transport', 'both', '--storage', 'sqlite'];
    const args = [inject('bin'), 'web', ...flags, '--tools', 'notes', '--extras', 'deploy', '--no-git', '--no-check'];
    await runOk(process.execPath, args, { cwd: parent, env });
    mkdirSync(join(parent, 'image'));
    image = await buildByHand(join(parent, 'web'), join(parent, 'image'), env);
    // What the image needs of the project is in the image.
    rmSync(join(parent, 'web'), { recursive: true, force: true });
  });
  afterAll(async () => {
    await server?.stop();
    rmSync(parent, { recursive: true, force: true, maxRetries: 5 });
  });

  const start = ([command = '', ...args]: readonly string[], variables: Readonly<Record<string, string>>) =>
    new Child(command === 'node' ? process.execPath : command, args, {
      cwd: image?.dir ?? parent,
      env: { ...BARE_ENV, ...image?.env, ...variables },
    });

  it('serves clients of every kind, keeps its data, and knows how it is', async (context) => {
    if (image === undefined) cannotRun(context, missing ?? 'there is no image');
    server = start(image.command, { PORT: '0' });
    const port = await server.until(({ stderr }) => /http:\/\/0\.0\.0\.0:(\d+)\/mcp/.exec(stderr)?.[1]);
    for (const kind of CLIENTS) {
      const client = await connectClient(kind, { url: `http://127.0.0.1:${port}/mcp` });
      const made = await client.call('create_note', { title: kind });
      expect(made.structuredContent).toMatchObject({ title: kind });
      await client.close();
    }
    // The image keeps its data in a volume, at /app/data.
    expect(readdirSync(join(image.dir, 'data'))).toContain('store.db');
    const check = () => start(image?.healthCheck ?? [], { PORT: port }).finished;
    expect(await check()).toMatchObject({ code: 0 });
    server.kill('SIGTERM');
    expect(await server.finished).toMatchObject({ code: 0 });
    expect((await check()).code).not.toBe(0);
  });
});
