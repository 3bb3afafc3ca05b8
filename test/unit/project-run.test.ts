import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../src/base/errors.ts';
import { type RunOptions, run } from '../../src/project/run.ts';
import { envWithCommands, isAlive, until } from '../support/commands.ts';
import { fakeEnv } from '../support/env.ts';
import { tempDir } from '../support/temp.ts';

const options = (more: Partial<RunOptions> = {}): RunOptions => ({
  cwd: tempDir(),
  env: fakeEnv({ platform: process.platform }),
  signal: new AbortController().signal,
  ...more,
});

const node = (script: string, more: Partial<RunOptions> = {}) => run(process.execPath, ['-e', script], options(more));

describe('run', () => {
  it('gives the output of both streams', async () => {
    const result = await node('console.log("out"); console.error("err")');
    expect(result.ok).toBe(true);
    expect(result.output.split('\n').sort()).toEqual(['', 'err', 'out']);
  });

  it('tells failure from success and keeps the output', async () => {
    expect(await node('console.log("why"); process.exit(3)')).toEqual({ ok: false, output: 'why\n' });
  });

  it('keeps only the end of a long output', async () => {
    const { output } = await node('process.stdout.write("x".repeat(200000) + "end")');
    expect(output).toHaveLength(64 * 1024);
    expect(output.endsWith('xend')).toBe(true);
  });

  it('does not break a character that arrives in two pieces', async () => {
    const script =
      'const b = Buffer.from("é"); process.stdout.write(b.subarray(0, 1)); setTimeout(() => process.stdout.write(b.subarray(1)), 50)';
    expect((await node(script)).output).toBe('é');
  });

  it('gives neither input nor other variables than it was told', async () => {
    const script =
      'process.stdin.on("end", () => console.log(process.env.A, process.env.B, process.env.HOME)).resume()';
    const env = fakeEnv({ platform: process.platform, vars: { A: 'a', B: 'b' } });
    const { output } = await node(script, { env, vars: { B: undefined } });
    expect(output).toBe('a undefined undefined\n');
  });

  it('passes arguments on as they are', async () => {
    const args = ['a b', '$(x)', '"', "'", '\\', '*', '', '%PATH%'];
    const script = 'console.log(JSON.stringify(process.argv.slice(1)))';
    const { output } = await run(process.execPath, ['-e', script, ...args], options());
    expect(JSON.parse(output)).toEqual(args);
  });

  it('says which command is missing', async () => {
    const missing = run('no-such-command', [], options());
    await expect(missing).rejects.toMatchObject({
      code: 'command-not-found',
      exit: EXIT.failed,
      message: 'no-such-command is not found.',
    });
  });

  it('does not call a command missing when the folder is', async () => {
    const missing = node('', { cwd: join(tempDir(), 'gone') });
    await expect(missing).rejects.toMatchObject({ code: 'command-failed', exit: EXIT.failed });
  });

  it('does not start when it is cancelled already', async () => {
    const cwd = tempDir();
    const script = 'require("fs").writeFileSync("started", "")';
    await expect(node(script, { cwd, signal: AbortSignal.abort() })).rejects.toMatchObject({ exit: EXIT.cancelled });
    expect(existsSync(join(cwd, 'started'))).toBe(false);
  });

  it.skipIf(process.platform === 'win32')('stops everything that the command has started', async () => {
    const cwd = tempDir();
    const controller = new AbortController();
    const env = envWithCommands({ tree: '/bin/sh -c "echo \\$\\$ > child; exec /bin/sleep 600" &\nwait' });
    const running = run('tree', [], options({ cwd, env, signal: controller.signal }));
    const child = join(cwd, 'child');
    await until(() => existsSync(child) && readFileSync(child, 'utf8').endsWith('\n'));
    const pid = Number(readFileSync(child, 'utf8'));
    expect(isAlive(pid)).toBe(true);
    controller.abort();
    await expect(running).rejects.toMatchObject({ exit: EXIT.cancelled });
    await until(() => !isAlive(pid));
  });

  it.skipIf(process.platform === 'win32')('kills what does not want to stop', async () => {
    const cwd = tempDir();
    const controller = new AbortController();
    const script =
      'process.on("SIGTERM", () => {}); require("fs").writeFileSync("ready", ""); setInterval(() => {}, 1000)';
    const running = node(script, { cwd, signal: controller.signal });
    await until(() => existsSync(join(cwd, 'ready')));
    controller.abort();
    await expect(running).rejects.toMatchObject({ exit: EXIT.cancelled });
  });

  it('leaves no listener behind', async () => {
    const before = process.listenerCount('exit');
    await node('');
    expect(process.listenerCount('exit')).toBe(before);
  });
});
