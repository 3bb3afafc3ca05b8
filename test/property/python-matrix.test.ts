import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { optionsOf } from '../../src/catalog/catalog.ts';
import { planProject } from '../../src/plan/plan.ts';
import { run } from '../support/child.ts';
import { writeTree } from '../support/fixture.ts';
import { type PythonTools, pythonTools } from '../support/python.ts';
import { cannotRun } from '../support/require.ts';
import { tempDir } from '../support/temp.ts';
import { matrixRows } from './matrix-rows.ts';

const ROWS = matrixRows('python').map((answers, index) => ({ answers, name: `row-${index}` }));
const SCRIPT = fileURLToPath(new URL('../support/python_checks.py', import.meta.url));

/** All at once, since the start of each program takes longer than its work. */
describe('every pair of options of Python', () => {
  let tools: PythonTools | Error;

  beforeAll(async () => {
    tools = await pythonTools().catch((error: Error) => error);
  }, 10 * 60_000);

  const toolsOr = (context: TestContext): PythonTools =>
    tools instanceof Error ? cannotRun(context, tools.message) : tools;

  async function renderAll(root: string): Promise<void> {
    for (const { answers, name } of ROWS) {
      const { files } = await planProject(answers);
      writeTree(join(root, name), Object.fromEntries(files.map(({ path, text }) => [path, text])));
    }
  }

  it('is code that compiles, imports only what is there, and loads all that is there', async (context) => {
    const { python, env } = toolsOr(context);
    const root = tempDir();
    await renderAll(root);
    const folders = ROWS.map(({ name }) => join(root, name));
    const { code, stdout, stderr } = await run(python, [SCRIPT, ...folders], { cwd: root, env });
    expect(stderr).toBe('');
    expect(stdout).toBe('');
    expect(code).toBe(0);
  });

  it('proves for every tool that the event loop goes on while it works', async () => {
    const [row] = ROWS;
    if (row === undefined) throw new Error('there are no rows');
    const tools = optionsOf('python', 'tool').map(({ id }) => id);
    for (const id of tools) {
      const { files } = await planProject({ ...row.answers, tools: [id] });
      const tests = files.filter(({ path }) => /^tests\/tools\/test_.*\.py$/.test(path)).map(({ text }) => text);
      expect(
        tests.some((text) => /assert await ticks_during\(/.test(text)),
        id,
      ).toBe(true);
    }
  });

  it("satisfies its own linter's and formatter's settings", async (context) => {
    const { bin, env } = toolsOr(context);
    const root = tempDir();
    await renderAll(root);
    for (const args of [
      ['check', '--no-cache'],
      ['format', '--no-cache', '--check'],
    ]) {
      const { code, stdout, stderr } = await run(join(bin, 'ruff'), [...args, root], { cwd: root, env });
      expect(code, stdout + stderr).toBe(0);
    }
  });

  it(
    'is strictly typed, for the Python that each project targets',
    async (context) => {
      const { python, env } = toolsOr(context);
      const root = tempDir();
      await renderAll(root);
      const executionEnvironments = ROWS.flatMap(({ answers, name }) => [
        { root: `${name}/tests`, extraPaths: [`${name}/src`, `${name}/scripts`], pythonVersion: answers.runtime },
        { root: name, extraPaths: [`${name}/src`], pythonVersion: answers.runtime },
      ]);
      const settings = { typeCheckingMode: 'strict', include: ['row-*'], executionEnvironments };
      writeTree(root, { 'pyrightconfig.json': JSON.stringify(settings) });
      const args = ['-m', 'pyright', '--pythonpath', python, '--threads', '2'];
      const { code, stdout, stderr } = await run(python, args, { cwd: root, env });
      expect(code, stdout + stderr).toBe(0);
      expect(stdout).toContain('0 errors');
    },
    10 * 60_000,
  );
});
