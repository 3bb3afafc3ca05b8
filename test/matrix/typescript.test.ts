import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planProject } from '../../src/plan/plan.ts';
import { matrixRows, titleOf, valuesOf } from '../property/matrix-rows.ts';
import { childEnv, NPM, run } from '../support/child.ts';
import { writeTree } from '../support/fixture.ts';
import { link } from '../support/made.ts';
import { nodeOf } from '../support/node-versions.ts';
import { sample } from '../support/tier.ts';
import { useService } from '../support/use-service.ts';

const ROWS = sample(matrixRows('typescript'), valuesOf, { more: 1 });

/**
 * Pairs of options, built and tested for real. The linter looks at all of them at once in test/property/matrix.test.ts.
 * As a user would run them, but that npm runs the scripts, whichever package manager they name: those are in test/install.
 */
describe('projects of every pair of options', () => {
  let root: string;
  let managers: string;
  beforeAll(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'mason-matrix-')));
    managers = standIns(root);
  });
  afterAll(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));

  // Some at a time, as each waits now and then.
  describe.concurrent.each([...new Set(ROWS.map(({ storage }) => storage))])('with storage %s', (storage) => {
    const service = useService(storage);
    const rows = ROWS.filter((answers) => answers.storage === storage).map(
      (answers) => [titleOf(answers), answers] as const,
    );
    it.each(rows)('%s', async (title, answers) => {
      const { path } = await nodeOf(answers.runtime);
      const dir = mkdtempSync(join(root, 'row-'));
      const { files } = await planProject(answers);
      writeTree(dir, Object.fromEntries(files.map(({ path, text }) => [path, text])));
      await link('typescript', dir);
      const env = childEnv({ npm_config_update_notifier: 'false', ...service.address() }, [path, managers]);
      for (const args of [['build'], ['test']]) {
        const { code, stdout, stderr } = await run(NPM, ['run', ...args], { cwd: dir, env });
        expect(code, `${args}: ${stdout}${stderr}`).toBe(0);
      }
      // On a machine without the service all but its own tests run.
      if (title === rows[0]?.[0] && Object.keys(service.address()).length > 0) {
        const alone = childEnv({}, [path, managers]);
        const { code, stdout, stderr } = await run(NPM, ['run', 'test'], { cwd: dir, env: alone });
        expect(code, stdout + stderr).toBe(0);
      }
      rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
    });
  });
});

/** Package managers as scripts know them: `pnpm run bundle`. */
function standIns(root: string): string {
  const folder = join(root, 'managers');
  mkdirSync(folder);
  for (const name of ['pnpm', 'yarn', 'bun']) {
    writeFileSync(join(folder, name), `#!/bin/sh\nexec "${NPM}" "$@"\n`, { mode: 0o755 });
  }
  return folder;
}
