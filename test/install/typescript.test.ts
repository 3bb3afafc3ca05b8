import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { childEnv, NPM, run, runOk } from '../support/child.ts';
import { flagsOf, TYPESCRIPT_ROWS } from '../support/e2e-rows.ts';
import { toolNamesOf } from '../support/exercise.ts';
import { bareName } from '../support/made.ts';
import { type NodeVersion, nodeOf } from '../support/node-versions.ts';
import { sample } from '../support/tier.ts';
import { useService } from '../support/use-service.ts';

const ROWS = sample(TYPESCRIPT_ROWS, () => [], { always: ({ name }) => name === 'default', more: 1 });
/** In the standard tier, as test/matrix has those of every pair of options: without a service, and with one. */
const TESTED = ['default', 'fleet'];
/** What the default project may put on its owner's disk; on Node 20, SQLite comes on top, which later ones have built in. */
const MOST = { packages: 30, megabytes: 140 };
const SQLITE = '@photostructure/sqlite';

/** What an owner does first. That clients get on with the same projects: test/serve/clients.test.ts. */
describe.each(ROWS)('$name on Node $node', (row) => {
  const { name, node: major = '', storage, transports, tools, resources } = row;
  const { packages: allowed = 6, isUnchecked = false } = row;
  const service = useService(storage);
  let parent: string;
  let dir: string;
  let version: NodeVersion;
  const env = () => childEnv({ npm_config_prefer_offline: 'true', ...service.env() }, [version.path]);
  const npm = (...args: readonly string[]) => runOk(NPM, args, { cwd: dir, env: env() });

  beforeAll(async () => {
    version = await nodeOf(major);
    parent = realpathSync(mkdtempSync(join(tmpdir(), 'mason e2e #1 %20 &-')));
    dir = join(parent, bareName(name));
  });
  afterAll(() => rmSync(parent, { recursive: true, force: true, maxRetries: 5 }));

  it('is made, installed, built, committed, and answers', async () => {
    const args = [bareName(name), '--name', name, ...flagsOf(row), '--pm', 'npm', '--json'];
    const { code, stdout, stderr } = await run(version.node, [inject('bin'), ...args], { cwd: parent, env: env() });
    expect(code, stdout + stderr).toBe(0);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({
      ok: true,
      project: { name, dir },
      answers: { runtime: major, tools },
      check: isUnchecked ? null : { ok: true },
    });
    expect(report.steps.map((step: { name: string; ok: boolean }) => [step.name, step.ok])).toEqual([
      ['write', true],
      ['install', true],
      ['build', true],
      ...(isUnchecked ? [] : [['check', true]]),
      ['git', true],
    ]);
    const checked: readonly { transport: string; tools: string[] }[] = report.check?.transports ?? [];
    expect(checked.map(({ transport }) => transport)).toEqual(isUnchecked ? [] : transports);
    const names = toolNamesOf(row);
    for (const { tools: found } of checked) expect(found.sort()).toEqual(names);
    expect(await runOk('git', ['status', '--porcelain'], { cwd: dir, env: env() })).toBe('');
    expect(await runOk('git', ['log', '--format=%s'], { cwd: dir, env: env() })).toMatch(/^.+\n$/);
    expect(await runOk('git', ['ls-files'], { cwd: dir, env: env() })).not.toContain('claude_desktop_config.json');
  });

  it(`needs at most ${allowed} packages in production`, () => {
    const lock = JSON.parse(readFileSync(join(dir, 'package-lock.json'), 'utf8'));
    const packages = Object.entries<{ dev?: boolean; devOptional?: boolean; optional?: boolean }>(lock.packages);
    const production = packages.filter(
      ([path, { dev, devOptional, optional }]) => path !== '' && !dev && !devOptional && !optional,
    );
    expect(production.length, production.map(([path]) => path).join()).toBeLessThanOrEqual(allowed);
  });

  if (name === 'default') {
    it(`installs at most ${MOST.packages} packages and ${MOST.megabytes} MB`, () => {
      const modules = join(dir, 'node_modules');
      const { packages } = JSON.parse(readFileSync(join(modules, '.package-lock.json'), 'utf8'));
      const count = Object.keys(packages).length;
      const [all, sqlite] = [megabytesIn(modules), megabytesIn(join(modules, SQLITE))];
      process.stderr.write(`the default project on Node ${major} installs ${count} packages, ${Math.round(all)} MB, `);
      process.stderr.write(`of which ${Math.round(sqlite)} are ${SQLITE}\n`);
      expect(count).toBeLessThanOrEqual(MOST.packages);
      expect(all - sqlite).toBeLessThanOrEqual(MOST.megabytes);
    });
  }

  it('lints, and is formatted as its formatter wants it, where it has one', async (context) => {
    const { scripts } = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8'));
    if (scripts.lint === undefined) return context.skip();
    await npm('run', 'lint');
    await npm('run', 'format');
    expect(await runOk('git', ['status', '--porcelain'], { cwd: dir, env: env() })).toBe('');
  });

  if (TESTED.includes(name)) {
    it('passes its own tests', async () => {
      // The shell says at last what its children have used, in user mode and in the system.
      const output = await runOk('/bin/sh', ['-c', `"${NPM}" test && times`], { cwd: dir, env: env() });
      expect(output).toMatch(/^\S* ?(#|ℹ) pass [1-9]/m);
      const [, ...used] = /(\d+)m([\d.]+)s (\d+)m([\d.]+)s\s*$/.exec(output)?.map(Number) ?? [];
      const [minutes = 0, seconds = 0, moreMinutes = 0, more = 0] = used;
      const cpu = (minutes + moreMinutes) * 60 + seconds + more;
      process.stderr.write(`${name}: npm test takes ${cpu.toFixed(1)} s of CPU\n`);
      expect(await runOk('git', ['status', '--porcelain'], { cwd: dir, env: env() })).toBe('');
    });
  }

  it.runIf(process.platform === 'linux' && ['sqlite', 'file'].includes(storage))(
    'says which setting is wrong where its data cannot be',
    async () => {
      const name = `${storage.toUpperCase()}_PATH`;
      const settings = { ...env(), [name]: '/proc/nothing/here/data' };
      const { code, stderr } = await run(version.node, ['dist/main.mjs'], { cwd: dir, env: settings, limit: 20_000 });
      expect(code, stderr).toBe(1);
      expect(stderr).toMatch(new RegExp(`${name}.*ENOENT`));
    },
  );

  it('is built again, and checked again', async () => {
    await npm('run', 'build');
    if (isUnchecked) return;
    const output = await runOk(version.node, [inject('bin'), 'check', '--json'], { cwd: dir, env: env() });
    const report = JSON.parse(output);
    expect(report.ok).toBe(true);
    expect(report.checks.map(({ transport }: { transport: string }) => transport)).toEqual(transports);
  });

  it('can be called from the shell', async () => {
    if (isUnchecked) return;
    const [first = ''] = toolNamesOf(row);
    const call = async (...args: readonly string[]) =>
      JSON.parse(await runOk(version.node, [inject('bin'), 'call', ...args, '--json'], { cwd: dir, env: env() }));
    const { result: lists } = await call();
    expect(lists.tools.map((tool: { name: string }) => tool.name)).toContain(first);
    if (!resources.includes('settings')) return;
    const { result } = await call('--read', 'config://app-settings');
    expect(result.contents[0].text).toMatch(/LOG_LEVEL/);
  });
});

function megabytesIn(folder: string): number {
  if (!existsSync(folder)) return 0;
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce((sum, { parentPath, name }) => sum + lstatSync(join(parentPath, name)).size, 0) / 1e6;
}
