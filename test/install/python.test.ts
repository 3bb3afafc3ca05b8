import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { distributionNameOf, moduleNameOf } from '../../src/languages/python-names.ts';
import { type Finished, run, runOk } from '../support/child.ts';
import { flagsOf, PYTHON_ROWS } from '../support/e2e-rows.ts';
import { toolNamesOf } from '../support/exercise.ts';
import { bareName } from '../support/made.ts';
import { type PythonTools, pythonTools } from '../support/python.ts';
import { cannotRun } from '../support/require.ts';
import { sample } from '../support/tier.ts';
import { useService } from '../support/use-service.ts';

const ROWS = sample(PYTHON_ROWS, () => [], { always: ({ name }) => name === 'default', more: 1 });
/** Whose own checks are run: test/matrix and test/property have those of every pair of options. */
const CHECKED = ['default'];

/** The modules and programs of an environment, in names that a server can have. */
const NAMES = `
import importlib.metadata, json, os, re, sys
name = re.compile(r'[a-z][a-z0-9_-]*')
files = [str(file) for dist in importlib.metadata.distributions() for file in dist.files or []]
tops = {file.split('/')[0].removesuffix('.py') for file in files if not file.startswith(('..', '_')) and file.endswith('.py')}
scripts = {re.sub(r'(\\.exe)$', '', one) for one in os.listdir(os.path.dirname(sys.executable))}
print(json.dumps({'modules': sorted(filter(name.fullmatch, tops)), 'scripts': sorted(filter(name.fullmatch, scripts))}))
`;

/** What an owner does first. That clients get on with the same projects: test/serve/clients.test.ts. */
describe.each(ROWS)('$name in Python', (row) => {
  const { name, storage, transports, isUnchecked = false } = row;
  const service = useService(storage);
  let parent: string;
  let dir: string;
  let python: PythonTools | Error;

  beforeAll(async () => {
    python = await pythonTools().catch((error: Error) => error);
    parent = realpathSync(mkdtempSync(join(tmpdir(), 'mason python #1 %20 &-')));
    dir = join(parent, bareName(name));
  });
  beforeEach((context) => {
    if (python instanceof Error) cannotRun(context, python.message);
  });
  afterAll(() => rmSync(parent, { recursive: true, force: true, maxRetries: 5 }));

  const env = () => ({ ...(python as PythonTools).env, ...service.env() });
  const uv = (...args: readonly string[]): Promise<Finished> =>
    run(join((python as PythonTools).bin, 'uv'), ['run', '--no-sync', ...args], { cwd: dir, env: env() });
  const mason = (...args: readonly string[]): Promise<Finished> =>
    run(process.execPath, [inject('bin'), ...args, '--json'], { cwd: parent, env: env() });
  const git = (...args: readonly string[]): Promise<string> => runOk('git', args, { cwd: dir, env: env() });

  it('is made, installed, committed, and answers', async () => {
    // The clean-up of a machine may have left only one Python; the project targets what there is.
    const all = flagsOf(row);
    const flags = all.includes('--runtime') && !(await hasPython('3.10')) ? withoutRuntime(all) : all;
    const { code, stdout, stderr } = await mason(bareName(name), '--name', name, '--language', 'python', ...flags);
    expect(code, stdout + stderr).toBe(0);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({
      ok: true,
      project: { name, language: 'python' },
      check: isUnchecked ? null : { ok: true },
    });
    expect(report.steps.map((step: { name: string; ok: boolean }) => [step.name, step.ok])).toEqual([
      ['write', true],
      ['install', true],
      ...(isUnchecked ? [] : [['check', true]]),
      ['git', true],
    ]);
    const names = toolNamesOf(row);
    for (const checked of report.check?.transports ?? []) expect(checked.tools.sort()).toEqual(names);
    expect(await git('status', '--porcelain')).toBe('');
    expect(await git('ls-files')).toContain('uv.lock');
    expect(await git('ls-files')).not.toContain('claude_desktop_config.json');
  });

  it('has nothing in its environment that a server may be called like', async () => {
    const { stdout, stderr } = await uv('python', '-c', NAMES);
    const { modules, scripts } = JSON.parse(stdout || JSON.stringify(stderr));
    const own = moduleNameOf(bareName(name));
    const free = modules.filter((one: string) => one !== own && moduleNameOf(one) === one);
    const open = scripts.filter(
      (one: string) => one !== distributionNameOf(bareName(name)) && distributionNameOf(one) === one,
    );
    expect({ free, open }).toEqual({ free: [], open: [] });
  });

  if (CHECKED.includes(name)) {
    it.each(['ruff check --no-cache', 'ruff format --no-cache --check', 'pyright', 'pytest -q -p no:cacheprovider'])(
      'satisfies %s',
      async (command) => {
        const { code, stdout, stderr } = await uv(...command.split(' '));
        expect(code, stdout + stderr).toBe(0);
      },
    );
  }

  it('is as it was committed after all that, and answers the check again', async () => {
    expect(await git('status', '--porcelain')).toBe('');
    if (isUnchecked) return;
    const { code, stdout } = await mason('check', dir);
    expect(code, stdout).toBe(0);
    expect(JSON.parse(stdout).checks.map((one: { transport: string }) => one.transport)).toEqual(transports);
  });

  it('can be called from the shell', async () => {
    if (isUnchecked) return;
    const call = async (...args: readonly string[]) =>
      JSON.parse(await runOk(process.execPath, [inject('bin'), 'call', ...args, '--json'], { cwd: dir, env: env() }));
    const { result: lists } = await call();
    expect(lists.tools.map((tool: { name: string }) => tool.name).sort()).toEqual(toolNamesOf(row));
    if (!row.resources.includes('settings')) return;
    const { result } = await call('--read', 'config://app-settings');
    expect(result.contents[0].text).toMatch(/log_level/);
  });

  const hasPython = async (version: string): Promise<boolean> => {
    const args = ['python', 'find', '--no-project', version];
    return (await run(join((python as PythonTools).bin, 'uv'), args, { cwd: parent, env: env() })).code === 0;
  };
});

const withoutRuntime = (flags: readonly string[]): string[] =>
  flags.filter((flag, index) => flag !== '--runtime' && flags[index - 1] !== '--runtime');

it('a project without uv is installed by pip, and its entry starts what pip has installed', async (context) => {
  const python = await pythonTools().catch((error: Error) => error);
  if (python instanceof Error) cannotRun(context, python.message);
  const parent = realpathSync(mkdtempSync(join(tmpdir(), 'mason-pip-')));
  try {
    // The same machine, but neither PATH nor the home folder lead to uv.
    const env = { ...python.env, PATH: '/usr/bin:/bin', HOME: parent };
    const mason = (...args: readonly string[]): Promise<Finished> =>
      run(process.execPath, [inject('bin'), ...args], { cwd: parent, env });
    const flags = ['--language', 'python', '--runtime', python.version, '--yes', '--no-git'];

    const refused = await mason('by-pip', ...flags);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/^error: uv is not found\..*\n {2}Get it: /);
    expect((await run('ls', ['-A'], { cwd: parent })).stdout).toBe('');

    const made = await mason('by-pip', ...flags, '--no-install');
    expect(made).toMatchObject({ code: 0, stdout: expect.stringContaining('# uv is not found. Get it: ') });
    const dir = join(parent, 'by-pip');
    expect(readFileSync(join(dir, 'README.md'), 'utf8')).toContain('.venv/bin/pip install -e .');
    const early = await mason('check', dir);
    expect(early).toMatchObject({ code: 1, stderr: expect.stringContaining('is not installed') });
    await runOk(python.python, ['-m', 'venv', '.venv'], { cwd: dir, env: python.env });
    const settings = { ...python.env, ...(await constraintsOf(python, parent)) };
    await runOk(join(dir, '.venv', 'bin', 'pip'), ['install', '-q', '-e', '.'], { cwd: dir, env: settings });
    const checked = await mason('check', dir);
    expect(checked.code, checked.stdout + checked.stderr).toBe(0);
  } finally {
    rmSync(parent, { recursive: true, force: true, maxRetries: 5 });
  }
});

/** pip cannot be told a date, but to take what uv has taken, which can. */
async function constraintsOf({ bin, python, env }: PythonTools, dir: string): Promise<Record<string, string>> {
  const frozen = await runOk(join(bin, 'uv'), ['pip', 'freeze', '--python', python], { cwd: dir, env });
  const file = join(dir, 'constraints.txt');
  // What builds a project is published with uv.
  writeFileSync(file, frozen.replace(/^uv==(.*)$/m, '$&\nuv_build<=$1'));
  return { PIP_CONSTRAINT: file, PIP_BUILD_CONSTRAINT: file };
}
