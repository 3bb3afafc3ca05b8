import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject } from 'vitest';
import { Child, type ChildOptions, childEnv, type Finished } from './child.ts';

/** Flags that keep a run to the writing of files. */
export const FILES_ONLY = ['--no-install', '--no-git', '--no-check'] as const;

/** Starts the packed command. */
export const startMason = (args: readonly string[], options: ChildOptions): Child =>
  new Child(process.execPath, [inject('bin'), ...args], options);

/** Runs the packed command to its end. */
export const mason = (args: readonly string[], options: ChildOptions): Promise<Finished> =>
  startMason(args, options).finished;

export interface Refusal {
  readonly exit: number;
  readonly code: string;
  /** What the message, or its hint, must say. */
  readonly says: RegExp;
}

/**
 * Runs a command line that must be refused, for people and for machines, and checks what both are told: the exact exit
 * code, one message without a stack, nothing on stdout but the JSON.
 */
export async function expectRefusal(args: readonly string[], options: ChildOptions, refusal: Refusal): Promise<void> {
  await expectRefusalOf((more) => mason([...more, ...args], options), refusal);
}

export async function expectRefusalOf(
  runWith: (more: readonly string[]) => Promise<Omit<Finished, 'signal'>>,
  { exit, code, says }: Refusal,
): Promise<void> {
  const forPeople = await runWith([]);
  expect(forPeople.stderr).toMatch(/^error: \S/m);
  expect(forPeople.stderr.match(/^error:/gm)).toHaveLength(1);
  expect(forPeople.stderr).toMatch(says);
  expect(forPeople.stderr).not.toMatch(/^\s+at .*:\d+|internal|\[object|undefined/m);
  expect(forPeople).toMatchObject({ code: exit, stdout: '' });

  const forMachines = await runWith(['--json']);
  expect(forMachines.code, forMachines.stdout + forMachines.stderr).toBe(exit);
  expect(forMachines.stdout).toMatch(/^\{.*\}\n$/);
  const report = JSON.parse(forMachines.stdout);
  expect(Object.keys(report)).toEqual(['ok', 'code', 'message', 'hint', 'missing', 'exit']);
  expect(report).toMatchObject({ ok: false, code, exit, message: expect.any(String), missing: expect.any(Array) });
  expect(`${report.message}\n${report.hint}`).toMatch(says);
}

/** Everything below a folder, links and empty folders too, to see that nothing has changed. */
export function snapshotOf(dir: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(dir.length + 1);
    if (entry.isSymbolicLink()) found[name] = `-> ${readlinkSync(path)}`;
    else found[name] = entry.isDirectory() ? '/' : readFileSync(path, 'latin1');
    found[name] += ` ${lstatSync(path).mode.toString(8)}`;
  }
  return found;
}

/** The environment of a user whose home is `home`, so that no file of the one who tests is looked at. */
export const homeEnv = (home: string, path: readonly string[] = []): Record<string, string> =>
  childEnv({ HOME: home, XDG_CONFIG_HOME: join(home, '.config') }, path);
