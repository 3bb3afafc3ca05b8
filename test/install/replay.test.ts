import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { childEnv, runOk } from '../support/child.ts';
import { folderOf, MANAGERS } from '../support/managers.ts';
import { FILES_ONLY, mason } from '../support/mason.ts';
import { envTo } from '../support/registry.ts';
import { readTree, tempDir } from '../support/temp.ts';

const NAME = 'create-mcp-mason';

/** A registry that has this package and no other, as if it were published. */
const registry = createServer(({ url = '/', headers: { host } }, response) => {
  const bytes = readFileSync(inject('tarball'));
  if (url.endsWith('.tgz')) return response.end(bytes);
  if (url !== `/${NAME}`) return response.writeHead(404).end('{}');
  const installed = join(inject('installed'), 'node_modules', NAME, 'package.json');
  const manifest = JSON.parse(readFileSync(installed, 'utf8')) as { readonly version: string };
  const { version } = manifest;
  const hash = (algorithm: string, encoding: 'hex' | 'base64') =>
    createHash(algorithm).update(bytes).digest().toString(encoding);
  const dist = {
    tarball: `http://${host}/${NAME}/-/${NAME}-${version}.tgz`,
    shasum: hash('sha1', 'hex'),
    integrity: `sha512-${hash('sha512', 'base64')}`,
  };
  const past = '2020-01-01T00:00:00.000Z';
  response.setHeader('content-type', 'application/json').end(
    JSON.stringify({
      name: NAME,
      'dist-tags': { latest: version },
      versions: { [version]: { ...manifest, dist } },
      time: { created: past, modified: past, [version]: past },
    }),
  );
});
let url = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(registry.address() as AddressInfo).port}/`;
});
afterAll(() => {
  registry.close();
  registry.closeAllConnections();
});

/** A machine on which nothing was ever run. */
function freshEnv(folders: readonly string[], more: Readonly<Record<string, string>> = {}) {
  const home = tempDir();
  const homes = { HOME: home, XDG_CACHE_HOME: join(home, 'cache'), XDG_DATA_HOME: join(home, 'data') };
  return childEnv(
    { ...homes, ...envTo(url), npm_config_cache: join(home, 'npm'), npm_config_yes: 'true', ...more },
    folders,
  );
}

it.skipIf(process.platform === 'win32').for([{ tool: 'npm', pm: 'npm' }, ...MANAGERS])(
  'what is printed with $tool makes the same project',
  async ({ tool, pm }, context) => {
    const folders = tool === 'npm' ? [] : [await folderOf(tool, pm, context)];
    const env = freshEnv(folders);
    const [here, there] = [tempDir(), tempDir()];
    const args = ['a b', '--name', 'made', '--description', "It's --fine", '--pm', pm, ...FILES_ONLY, '--json'];
    const { code, stdout, stderr } = await mason(args, { cwd: here, env });
    expect(code, stdout + stderr).toBe(0);
    const { replay } = JSON.parse(stdout);
    await runOk('/bin/sh', ['-c', replay], { cwd: there, env });
    const [made, again] = [readTree(join(here, 'a b')), readTree(join(there, 'a b'))];
    // It has the path of its folder.
    for (const tree of [made, again]) delete tree['claude_desktop_config.json'];
    expect(again).toEqual(made);
  },
);

it.skipIf(process.platform === 'win32')('Bun is not taken for the Node.js that it passes for', async (context) => {
  const folder = await folderOf('bun', 'bun', context);
  const bin = inject('bin');
  const runtimeWith = async (path: string): Promise<{ runtime: string; command: string; replay: string }> => {
    const cwd = tempDir();
    const env = freshEnv([], { PATH: path });
    const stdout = await runOk(join(folder, 'bun'), [bin, 'made', '--pm', 'bun', ...FILES_ONLY, '--json'], {
      cwd,
      env,
    });
    const { answers, replay } = JSON.parse(stdout);
    const entries = JSON.parse(readFileSync(join(cwd, 'made', 'claude_desktop_config.json'), 'utf8'));
    rmSync(join(cwd, 'made'), { recursive: true });
    return { runtime: answers.runtime, command: entries.mcpServers.made.command, replay };
  };
  const withNode = join(tempDir(), 'bin');
  mkdirSync(withNode);
  symlinkSync(process.execPath, join(withNode, 'node'));
  const major = process.versions.node.split('.')[0];
  expect(await runtimeWith(withNode)).toMatchObject({ runtime: major, command: process.execPath });
  // Where there is no Node.js, Bun starts the server, and the project runs on the oldest that is supported.
  const alone = await runtimeWith('/nowhere');
  expect(alone).toMatchObject({ runtime: '20', replay: expect.stringMatching(/^bunx create-mcp-mason@/) });
  expect(alone.command).toMatch(/bun$/);
});
