import { join } from 'node:path';
import { inject } from 'vitest';
import { childEnv, runOk } from './child.ts';
import { nodeOf } from './node-versions.ts';
import { pythonTools } from './python.ts';
import { type Listening, listen, listenTo } from './server.ts';

/** A language with what makes and starts its projects. */
export interface Maker {
  /** Makes a project called `web` in a folder. */
  make(dir: string, flags: readonly string[]): Promise<unknown>;
  start(dir: string, env: Readonly<Record<string, string>>): Promise<Listening>;
}

export const MAKERS = {
  async typescript() {
    const version = await nodeOf(process.versions.node.split('.')[0] ?? '');
    const env = childEnv({ npm_config_prefer_offline: 'true' }, [version.path]);
    return {
      make: (cwd, flags) => runOk(version.node, [inject('bin'), 'web', ...flags, '--pm', 'npm'], { cwd, env }),
      start: (dir, settings) => listen(version, join(dir, 'web'), settings),
    };
  },
  async python() {
    const { env } = await pythonTools();
    return {
      make: (cwd, flags) =>
        runOk(process.execPath, [inject('bin'), 'web', ...flags, '--language', 'python'], { cwd, env }),
      start: (dir, settings) => listenTo(join(dir, 'web', '.venv', 'bin', 'web'), [], settings),
    };
  },
} satisfies Record<string, () => Promise<Maker>>;
