import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { binaryPackage, toolOf } from './tools.ts';

/** A version of Node.js on this machine. */
export interface NodeVersion {
  /** The binary, absolute. */
  readonly node: string;
  /** A folder for the front of PATH, so that npm and all that it starts run on this version too. */
  readonly path: string;
}

/**
 * A version of Node.js, which is this process's own or is installed.
 *
 * @param major `20`, `22`, …: a key `node-<major>` in test/support/tools.json
 * @throws Error when it cannot be installed here
 */
export async function nodeOf(major: string): Promise<NodeVersion> {
  if (process.versions.node.startsWith(`${major}.`)) {
    return { node: process.execPath, path: dirname(process.execPath) };
  }
  const modules = await toolOf(`node-${major}`);
  const folder = join(modules, binaryPackage('node'), 'bin');
  const node = join(folder, process.platform === 'win32' ? 'node.exe' : 'node');
  if (!existsSync(node)) throw new Error(`${binaryPackage('node')} brings no ${node}.`);
  return { node, path: folder };
}
