import { PassThrough } from 'node:stream';
import type { Context } from '../../src/base/context.ts';
import type { Env } from '../../src/base/env.ts';
import type { Machine } from '../../src/languages/launch.ts';

/** A process that nobody watches: no terminal, no home of a real person, only the search path. */
export function fakeEnv(overrides: Partial<Env> = {}): Env {
  return {
    cwd: '/work/somewhere',
    vars: { PATH: process.env.PATH },
    platform: 'linux',
    home: '/home/somebody',
    tmp: '/tmp',
    runner: 'node',
    nodeVersion: '22.15.0',
    nodePath: '/usr/bin/node',
    stdinIsTTY: false,
    stdoutIsTTY: false,
    isCI: false,
    columns: 80,
    ...overrides,
  };
}

/** The same with uv, for entries that start servers. */
export const fakeMachine = (overrides: Partial<Env & Machine> = {}): Env & Machine => ({
  uvPath: '/usr/bin/uv',
  ...fakeEnv(overrides),
  ...overrides,
});

/** Collects what is written. */
export class Sink {
  text = '';
  write(text: string): void {
    this.text += text;
  }
}

export interface FakeContext extends Context {
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly terminal: { readonly input: PassThrough; readonly output: PassThrough };
}

export function fakeContext(overrides: Partial<Pick<Context, 'env' | 'signal' | 'version'>> = {}): FakeContext {
  return {
    env: fakeEnv(),
    signal: new AbortController().signal,
    version: '0.0.0-test',
    ...overrides,
    stdout: new Sink(),
    stderr: new Sink(),
    terminal: { input: new PassThrough(), output: new PassThrough() },
  };
}
