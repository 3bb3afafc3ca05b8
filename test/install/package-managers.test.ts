import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandsOf } from '../../src/languages/package-managers.ts';
import { childEnv, runOk } from '../support/child.ts';
import { CUT_OFF } from '../support/cut-off.ts';
import { folderOf, MANAGERS } from '../support/managers.ts';
import { mason } from '../support/mason.ts';
import { type Registry, startRegistry } from '../support/registry.ts';
import { tempDir } from '../support/temp.ts';
import { IS_FULL, sample } from '../support/tier.ts';

// Yarn 1 knows no date before which a package must have been published, and the others each count in a unit of their own
// from now, so all of them are led to a registry that has nothing newer.
let registry: Registry;
beforeAll(async () => {
  registry = await startRegistry(CUT_OFF);
});
afterAll(() => registry.close());

describe.each(sample(MANAGERS, ({ pm }) => [pm]))('$tool', ({ tool, pm, lockFile }) => {
  it('installs, builds and checks a project, and once more from its lock file', async (context) => {
    const folder = await folderOf(tool, pm, context);
    const home = tempDir();
    const cwd = tempDir();
    const dir = join(cwd, 'hello-mcp');
    // Its caches stay in a home of their own. SQLite on Node 20 brings native code along, the hardest to install.
    const homes = { HOME: home, XDG_CACHE_HOME: join(home, 'cache'), XDG_DATA_HOME: join(home, 'data') };
    const env = childEnv({ ...homes, ...registry.env }, [folder]);
    const args = ['hello-mcp', '--pm', pm, '--runtime', '20', '--tools', 'notes', '--json'];
    const { code, stdout, stderr } = await mason(args, { cwd, env });
    expect(code, stdout + stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      check: { ok: true },
      next: expect.arrayContaining([commandsOf(pm, 'hello-mcp').dev]),
    });
    expect(registry.asked()).toContain('esbuild');
    expect(readdirSync(dir)).toContain(lockFile);
    expect(readdirSync(dir)).not.toContain('package-lock.json');

    const commands = commandsOf(pm, 'hello-mcp');
    // What is in them does not depend on who has installed them, but where their packages lie does.
    const own = IS_FULL ? [`${commands.run} lint`, commands.test, `${commands.run} build`] : [];
    rmSync(join(dir, 'node_modules'), { recursive: true });
    for (const command of [commands.ci, ...own]) {
      const [name = '', ...rest] = command.split(' ');
      await runOk(join(folder, name), rest, { cwd: dir, env });
    }
    const again = await mason(['check', dir, '--json'], { cwd, env });
    expect(again.code, again.stdout + again.stderr).toBe(0);
    expect(await runOk('git', ['status', '--porcelain'], { cwd: dir, env })).toBe('');
  });
});
