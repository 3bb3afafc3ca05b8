import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { posix, win32 } from 'node:path';
import type { Env } from '../base/env.ts';
import { startedByUvx } from '../base/own-command.ts';

/** A Node.js, and where it is. */
interface NodeHere {
  readonly path: string;
  readonly version: string;
}

const found = new WeakMap<Env, NodeHere | undefined>();

/**
 * The Node.js that projects of this machine run on: the one that runs us, unless that came with us by uvx and lies in uv's
 * cache, which may be cleaned at any time, or is none at all, but Bun or Deno. Then it is the first on PATH; undefined where
 * there is none.
 */
export function findNode(env: Env): NodeHere | undefined {
  if (!startedByUvx(env) && env.runner === 'node') return { path: env.nodePath, version: env.nodeVersion };
  if (!found.has(env)) found.set(env, onPath(env));
  return found.get(env);
}

function onPath(env: Env): NodeHere | undefined {
  const { platform, vars, tmp } = env;
  const { join, delimiter, isAbsolute } = platform === 'win32' ? win32 : posix;
  const folders = (vars.PATH ?? vars.Path ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
  const files = folders.map((folder) => join(folder, platform === 'win32' ? 'node.exe' : 'node'));
  for (const file of files.filter(isFile)) {
    // It is asked where it really is: a version manager's shim is a script, and its link may belong to one shell.
    const script = 'require("fs").realpathSync(process.execPath) + "\\n" + process.versions.node';
    const { stdout } = spawnSync(file, ['-p', script], { cwd: tmp, env: vars, encoding: 'utf8', timeout: 10_000 });
    const [path = '', version] = (stdout ?? '').trim().split(/\r?\n/);
    if (version !== undefined && path !== env.nodePath) return { path, version };
  }
  return undefined;
}

function isFile(file: string): boolean {
  try {
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
