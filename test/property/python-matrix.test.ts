import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { planProject } from '../../src/plan/plan.ts';
import { run } from '../support/child.ts';
import { writeTree } from '../support/fixture.ts';
import { type PythonTools, pythonTools } from '../support/python.ts';
import { cannotRun } from '../support/require.ts';
import { sample } from '../support/tier.ts';
import { matrixRows, valuesOf } from './matrix-rows.ts';

const ROWS = matrixRows('python').map((answers, index) => ({ answers, name: `row-${index}` }));
const SCRIPT = fileURLToPath(new URL('../support/python_checks.py', import.meta.url));

/** All at once, since the start of each program takes longer than its work. */
describe('every pair of options of Python', () => {
  let tools: PythonTools | Error;
  /** All rows, in a folder each, which nothing writes into. */
  let root: string;

  beforeAll(async () => {
    tools = await pythonTools().catch((error: Error) => error);
    root = realpathSync(mkdtempSync(join(tmpdir(), 'mason-python-rows-')));
    for (const { answers, name } of ROWS) {
      const { files } = await planProject(answers);
      writeTree(join(root, name), Object.fromEntries(files.map(({ path, text }) => [path, text])));
    }
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  const toolsOr = (context: TestContext): PythonTools =>
    tools instanceof Error ? cannotRun(context, tools.message) : tools;

  it('is code that compiles, imports only what is there, and loads all that is there', async (context) => {
    const { python, env } = toolsOr(context);
    const folders = ROWS.map(({ name }) => join(root, name));
    const { code, stdout, stderr } = await run(python, [SCRIPT, ...folders], { cwd: root, env });
    expect(stderr).toBe('');
    expect(stdout).toBe('');
    expect(code).toBe(0);
  });

  it("satisfies its own linter's and formatter's settings", async (context) => {
    const { bin, env } = toolsOr(context);
    // For projects without a linter, which are to look alike.
    writeTree(root, {
      'ruff.toml': 'line-length = 120\nsrc = ["*/src", "*/tests"]\nlint.select = ["B", "E", "F", "I", "W"]\n',
    });
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
      // All rows would take most of the time of all tests together.
      const rows = sample(ROWS, ({ answers }) => valuesOf(answers), { more: 2 });
      const executionEnvironments = rows.flatMap(({ answers, name }) => [
        { root: `${name}/tests`, extraPaths: [`${name}/src`, `${name}/scripts`], pythonVersion: answers.runtime },
        { root: name, extraPaths: [`${name}/src`], pythonVersion: answers.runtime },
      ]);
      const include = rows.map(({ name }) => name);
      const settings = { typeCheckingMode: 'strict', include, executionEnvironments };
      writeTree(root, { 'pyrightconfig.json': JSON.stringify(settings) });
      // One thread: two read everything twice, and another test file has the other core.
      const args = ['-m', 'pyright', '--pythonpath', python];
      const { code, stdout, stderr } = await run(python, args, { cwd: root, env });
      expect(code, stdout + stderr).toBe(0);
      expect(stdout).toContain('0 errors');
    },
    10 * 60_000,
  );
});
