import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planProject } from '../../src/plan/plan.ts';
import { matrixRows, titleOf, valuesOf } from '../property/matrix-rows.ts';
import { run } from '../support/child.ts';
import { writeTree } from '../support/fixture.ts';
import { link } from '../support/made.ts';
import { type PythonTools, programsOf, pythonTools } from '../support/python.ts';
import { cannotRun } from '../support/require.ts';
import { sample } from '../support/tier.ts';
import { useService } from '../support/use-service.ts';

/** Each row runs on the Python that is here: what others make of it, types and all, test/property/python-matrix.test.ts shows. */
const ROWS = sample(matrixRows('python', { exceptFor: ['runtime'] }), valuesOf, { more: 1 });

/** The tests of every pair of options of Python. */
describe('projects of every pair of options of Python', () => {
  let root: string;
  let tools: PythonTools | Error;
  beforeAll(async () => {
    tools = await pythonTools().catch((error: Error) => error);
    root = realpathSync(mkdtempSync(join(tmpdir(), 'mason-python-matrix-')));
  });
  afterAll(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));

  // Some at a time, as each waits now and then.
  describe.concurrent.each([...new Set(ROWS.map(({ storage }) => storage))])('with storage %s', (storage) => {
    const service = useService(storage);
    const rows = ROWS.filter((answers) => answers.storage === storage).map(
      (answers) => [titleOf(answers), answers] as const,
    );
    it.for(rows)('%s', async ([, answers], context) => {
      if (tools instanceof Error) cannotRun(context, tools.message);
      const dir = mkdtempSync(join(root, 'row-'));
      const { files } = await planProject({ ...answers, runtime: tools.version });
      writeTree(dir, Object.fromEntries(files.map(({ path, text }) => [path, text])));
      await link('python', dir);
      const python = join(programsOf(join(dir, '.venv')), 'python');
      const { code, stdout, stderr } = await run(python, ['-m', 'pytest', '-q', '-p', 'no:cacheprovider'], {
        cwd: dir,
        env: { ...tools.env, ...service.address() },
      });
      expect(code, stdout + stderr).toBe(0);
      expect(stdout).toMatch(/\d+ passed/);
      rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
    });
  });
});
