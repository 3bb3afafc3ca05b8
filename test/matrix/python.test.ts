import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planProject } from '../../src/plan/plan.ts';
import { matrixRows, titleOf } from '../property/matrix-rows.ts';
import { run, runOk } from '../support/child.ts';
import { writeTree } from '../support/fixture.ts';
import { type PythonTools, pythonTools } from '../support/python.ts';
import { cannotRun } from '../support/require.ts';
import { useService } from '../support/use-service.ts';

const ROWS = matrixRows('python').map((answers, index) => ({ answers, index, title: titleOf(answers) }));

/**
 * The tests of every pair of options of Python. The rows share one installation of all that any of them needs; each has an
 * environment of its own that leads to it, with the row's package installed.
 *
 * Types, style and imports of the same rows: test/property/python-matrix.test.ts.
 */
describe('every pair of options of Python', () => {
  let root: string;
  let tools: PythonTools | Error;

  beforeAll(async () => {
    tools = await pythonTools().catch((error: Error) => error);
    root = realpathSync(mkdtempSync(join(tmpdir(), 'mason-python-matrix-')));
  });
  afterAll(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));

  /** @returns the row's Python */
  async function install({ python, bin, env }: PythonTools, dir: string): Promise<string> {
    await runOk(python, ['-m', 'venv', '--without-pip', '.venv'], { cwd: dir, env });
    const own = join(dir, '.venv', 'bin', 'python');
    const placeOf = ['-c', "import sysconfig; print(sysconfig.get_path('purelib'))"];
    const [shared, place] = await Promise.all(
      [python, own].map(async (each) => (await runOk(each, placeOf, { cwd: dir, env })).trim()),
    );
    writeTree(place ?? '', { 'shared.pth': `${shared}\n` });
    const args = ['pip', 'install', '--quiet', '--no-deps', '--python', own, '--editable', '.'];
    await runOk(join(bin, 'uv'), args, { cwd: dir, env });
    return own;
  }

  describe.each([...new Set(ROWS.map(({ answers }) => answers.storage))])('with storage %s', (storage) => {
    const service = useService(storage);
    // Two at a time: each waits for itself now and then.
    it.concurrent.for(ROWS.filter(({ answers }) => answers.storage === storage))(
      '$title',
      async ({ answers, index }, context) => {
        if (tools instanceof Error) cannotRun(context, tools.message);
        const dir = join(root, `row-${index}`);
        // There may be only one Python here, and the others are what the types are checked for.
        const { files } = await planProject({ ...answers, runtime: tools.version });
        writeTree(dir, Object.fromEntries(files.map(({ path, text }) => [path, text])));
        const python = await install(tools, dir);
        const { code, stdout, stderr } = await run(python, ['-m', 'pytest', '-q', '-p', 'no:cacheprovider'], {
          cwd: dir,
          env: { ...tools.env, ...service.env() },
        });
        expect(code, stdout + stderr).toBe(0);
        expect(stdout).toMatch(/\d+ passed/);
      },
    );
  });
});
