import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProjectAnswers } from '../../src/base/answers.ts';
import { planProject } from '../../src/plan/plan.ts';
import { matrixRows, titleOf } from '../property/matrix-rows.ts';
import { childEnv, NPM, run, runOk } from '../support/child.ts';
import { writeTree } from '../support/fixture.ts';
import { nodeOf } from '../support/node-versions.ts';
import { useService } from '../support/use-service.ts';

const ROWS = matrixRows('typescript').map((answers, index) => ({ index, answers, title: titleOf(answers) }));
const TYPES = '@types/node';

interface PackageJson {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/**
 * Every pair of options, linted, built and tested for real. The rows share one installation of all that any of them needs
 * (`root/node_modules`), apart from Node's types, of which each runtime has its own (`root/node<major>/node_modules`).
 */
describe('every pair of options', () => {
  let root: string;
  const env = (path: string, settings: Readonly<Record<string, string>>) =>
    childEnv({ npm_config_prefer_offline: 'true', npm_config_update_notifier: 'false', ...settings }, [path]);

  async function install(dir: string, dependencies: Readonly<Record<string, string>>): Promise<void> {
    writeTree(dir, { 'package.json': JSON.stringify({ private: true, dependencies }) });
    await runOk(NPM, ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'], {
      cwd: dir,
      env: childEnv(),
    });
  }

  beforeAll(async () => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'mason-matrix-')));
    const needed: Record<string, string> = {};
    const typesOf = new Map<string, string>();
    for (const { index, answers } of ROWS) {
      const { files } = await planProject(answers);
      writeTree(dirOf(root, index, answers), Object.fromEntries(files.map(({ path, text }) => [path, text])));
      const { dependencies, devDependencies } = manifestOf(files);
      const { [TYPES]: types = '', ...others } = { ...dependencies, ...devDependencies };
      Object.assign(needed, others);
      typesOf.set(answers.runtime, types);
    }
    await install(root, needed);
    for (const [runtime, types] of typesOf) await install(join(root, `node${runtime}`), { [TYPES]: types });
  });
  afterAll(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));

  describe.each([...new Set(ROWS.map(({ answers }) => answers.storage))])('with storage %s', (storage) => {
    const service = useService(storage);
    // Two at a time: each waits for itself now and then.
    it.concurrent.each(ROWS.filter(({ answers }) => answers.storage === storage))('$title', async (row) => {
      const { path } = await nodeOf(row.answers.runtime);
      const dir = dirOf(root, row.index, row.answers);
      for (const script of ['lint', 'build', 'test']) {
        const { code, stdout, stderr } = await run(NPM, ['run', script], { cwd: dir, env: env(path, service.env()) });
        expect(code, `${script}: ${stdout}${stderr}`).toBe(0);
      }
    });
  });
});

const dirOf = (root: string, index: number, { runtime }: ProjectAnswers): string =>
  join(root, `node${runtime}`, `row-${index}`);

function manifestOf(files: readonly { readonly path: string; readonly text: string }[]): PackageJson {
  return JSON.parse(files.find(({ path }) => path === 'package.json')?.text ?? '');
}
