/**
 * Breaks one thing after the other on purpose, in a clone, and looks whether a test finds it:
 *
 *     npx tsx test/bench/mutations.ts [--only <number>,…]
 *
 * Each row names the tests that must be red; that they are the right ones to look at, docs/testing.md says. Exits with 1 if
 * one was green. Commit first: it is the last commit that is broken.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { childEnv, NPM, run } from '../support/child.ts';
import { MUTATIONS } from './mutations/table.ts';

const { values } = parseArgs({ options: { only: { type: 'string' } } });
const only = values.only?.split(',').map(Number);
const root = join(import.meta.dirname, '..', '..');
const work = realpathSync(mkdtempSync(join(tmpdir(), 'mason-mutations-')));
const clone = join(work, 'clone');
const print = (line: string): boolean => process.stdout.write(`${line}\n`);

let missed = 0;
try {
  execFileSync('git', ['clone', '--quiet', root, clone]);
  // Of its own: the bundler looks for libraries below the root.
  execFileSync(NPM, ['ci', '--prefer-offline', '--no-audit', '--no-fund'], {
    cwd: clone,
    env: childEnv(),
    stdio: 'ignore',
  });
  const [first] = MUTATIONS;
  if (first !== undefined && (await isRed(first.tests, false)) !== undefined)
    throw new Error(`${first.tests.join(' ')} is red with nothing broken, so nothing would be shown.`);
  for (const [index, mutation] of MUTATIONS.entries()) {
    if (only !== undefined && !only.includes(index + 1)) continue;
    const { what, file, from, to, tests, tier = 'standard' } = mutation;
    const path = join(clone, file);
    const before = readFileSync(path, 'utf8');
    const gone = tests.filter((one) => one.startsWith('test/') && !existsSync(join(clone, one)));
    if (gone.length > 0) throw new Error(`${index + 1}: there is no ${gone.join(', ')}.`);
    if (before.split(from).length !== 2)
      throw new Error(`${index + 1}: ${file} does not hold ${JSON.stringify(from)} once.`);
    writeFileSync(
      path,
      before.replace(from, () => to),
    );
    const started = performance.now();
    const found = await isRed(tests, tier === 'full');
    writeFileSync(path, before);
    if (found === undefined) missed++;
    const seconds = Math.round((performance.now() - started) / 1000);
    print(
      `${String(index + 1).padStart(2)} ${found ?? 'NOT FOUND'} ${what} (${file}; ${tests.join(' ')}; ${tier}, ${seconds} s)`,
    );
  }
} finally {
  rmSync(work, { recursive: true, force: true, maxRetries: 5 });
}
process.exitCode = missed === 0 ? 0 : 1;

/** What failed; undefined when nothing did. */
async function isRed(tests: readonly string[], isFull: boolean): Promise<string | undefined> {
  const vitest = join(clone, 'node_modules', 'vitest', 'vitest.mjs');
  const args = [vitest, 'run', ...tests, '--bail', '1', ...(isFull ? ['--mode', 'full'] : [])];
  const { code, stdout, stderr } = await run(process.execPath, args, { cwd: clone, env: childEnv() });
  if (code === 0) return undefined;
  const [, failed = '0'] = /^\d+ passed, (\d+) failed, \d+ skipped$/m.exec(stdout) ?? [];
  // A template that does not compile, for example, ends the run before its first test.
  return failed === '0' ? `red before the first test: ${firstError(stdout + stderr)}` : `red: ${failed} failed`;
}

function firstError(output: string): string {
  return /^.*\b(?:Error|problem).*$/m.exec(output)?.[0]?.trim().slice(0, 100) ?? '';
}
