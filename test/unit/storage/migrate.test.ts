import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { main } from '../../../src/cli.ts';
import { openBridge } from '../../../src/storage/bridge.ts';
import { readReport } from '../../support/report.ts';
import { tempDir } from '../../support/temp.ts';
import { Workshop } from '../create-support.ts';
import { fakeInstall, storeEnv, storePlace, storeProject } from './store-project.ts';

type Rows = Readonly<Record<string, { readonly text: string; readonly expiresAt?: string }>>;

/** A project with data, and a machine on which installing it is quick. */
class Site extends Workshop {
  readonly dir = storeProject(join(this.cwd, 'notes'));
  readonly tmp = tempDir();
  readonly target = join(this.dir, 'data', 'store.json');

  constructor(install = fakeInstall()) {
    super();
    this.command('npm', install);
    this.set({});
  }

  /** The variables of a shell. */
  set(vars: Readonly<Record<string, string>>): void {
    this.vars = { XDG_STATE_HOME: join(this.home, 'state'), SQLITE_PATH: this.source, ...vars };
  }

  get source(): string {
    return join(this.dir, 'data', 'store.db');
  }

  override context() {
    const context = super.context();
    return { ...context, env: { ...context.env, tmp: this.tmp } };
  }

  async fill(entries: Readonly<Record<string, number>>, ttlMs?: number): Promise<void> {
    const place = storePlace(this.dir, { SQLITE_PATH: this.source });
    const store = await openBridge(place, { env: storeEnv(), signal: new AbortController().signal });
    for (const [key, value] of Object.entries(entries))
      await store.put(key, value, ttlMs === undefined ? {} : { ttlMs });
    await store.end();
  }

  rows(path = this.target): Rows {
    return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
  }

  values(path?: string): Record<string, unknown> {
    return Object.fromEntries(Object.entries(this.rows(path)).map(([key, { text }]) => [key, JSON.parse(text)]));
  }

  async migrate(...flags: readonly string[]) {
    const context = this.context();
    const argv = [
      'migrate',
      this.dir,
      ...(flags.includes('--to') ? [] : ['--to', 'file']),
      ...flags,
      '--no-switch',
      '--json',
    ];
    const code = await main(argv, context);
    // biome-ignore lint/suspicious/noExplicitAny: the schema says what it is
    const report = readReport(context.stdout.text) as any;
    expect(report.ok).toBe(code === 0);
    return { code, report, stderr: context.stderr.text };
  }
}

describe('migrate', () => {
  it('installs nothing for the copy that only a developer of the project needs', async () => {
    const seen = join(tempDir(), 'package.json');
    const site = new Site(fakeInstall(`cp package.json '${seen}'`));
    await site.fill({ 'notes/1': 1 });
    expect(await site.migrate()).toMatchObject({ code: 0 });
    const { dependencies, devDependencies } = JSON.parse(readFileSync(seen, 'utf8'));
    expect(dependencies).toHaveProperty('@modelcontextprotocol/server');
    expect(Object.keys(devDependencies)).toEqual(['tsx']);
  });

  it('copies everything, leaves nothing behind, and says how to go on', async () => {
    const site = new Site();
    await site.fill({ 'notes/1': 1, 'naïve/🦊': 2 });
    await site.fill({ brief: 3 }, 3_600_000);
    const { code, report } = await site.migrate();
    expect({ code, report }).toMatchObject({
      code: 0,
      report: {
        project: { name: 'notes', dir: site.dir },
        from: 'sqlite',
        to: 'file',
        entries: { total: 3, copied: 3, replaced: 0, present: 0, expired: 0, removed: 0 },
        foreign: [],
        changed: [],
        failed: [],
      },
    });
    expect(site.values()).toEqual({ 'notes/1': 1, 'naïve/🦊': 2, brief: 3 });
    expect(site.rows().brief?.expiresAt).toBeDefined();
    expect(report.next.join('\n')).toContain(`migrate ${site.dir} --to file`);
    expect(report.switched).toBe(false);
    const files = report.files.map(({ path, action }: { path: string; action: string }) => `${action} ${path}`);
    expect(files).toContain('create src/storage/file.ts');
    expect(readdirSync(site.tmp)).toEqual([]);
  });

  it('tells it to people, and finds everything there the second time', async () => {
    const site = new Site();
    await site.fill({ a: 1, b: 2 });
    const first = await site.run('migrate', site.dir, '--to', 'file', '--no-switch');
    expect(first.code).toBe(0);
    expect(first.stdout).toMatch(
      /^notes: sqlite to file\n {2}2 keys: 2 copied\n\nFiles that the switch would change\n/,
    );
    const again = await site.run('migrate', site.dir, '--to', 'file', '--no-switch');
    expect(again.stdout).toContain('2 keys: 0 copied, 2 there already');
  });

  it('takes the settings of the new backend from --env, the environment and .env, in this order', async () => {
    const site = new Site();
    await site.fill({ a: 1 });
    const [given, set, written] = ['given', 'set', 'written'].map((name) => join(site.cwd, `${name}.json`));
    writeFileSync(join(site.dir, '.env'), `\uFEFFFILE_PATH=../written.json\n`);
    expect((await site.migrate()).code).toBe(0);
    expect(site.values(written)).toEqual({ a: 1 });
    site.set({ FILE_PATH: set ?? '' });
    expect((await site.migrate()).code).toBe(0);
    expect(site.values(set)).toEqual({ a: 1 });
    const { code, report } = await site.migrate('--env', `FILE_PATH=${given}`);
    expect(code).toBe(0);
    expect(site.values(given)).toEqual({ a: 1 });
    expect(report.next.join('\n')).toContain('set FILE_PATH in .env');
  });

  it('says what there is to copy without starting anything but the source', async () => {
    const site = new Site('exit 1');
    await site.fill({ a: 1, b: 2 });
    const { code, report } = await site.migrate('--dry-run');
    expect({ code, report }).toMatchObject({ code: 0, report: { dryRun: true, entries: { total: 2, copied: 0 } } });
    expect(site.rows()).toEqual({});
  });

  it.each([
    [['--to', 'sqlite'], 'same-backend', /in sqlite already/],
    [['--to', 'nowhere'], 'unknown-storage', /"nowhere" is not a storage backend/],
    [['--to', 'flie'], 'unknown-storage', /"flie"/],
    [['--to', 'memory'], 'forgetful-storage', /memory keeps nothing/],
    [['--to', ''], 'missing-argument', /--to <backend>/],
    [['--to', 'postgres'], 'missing-settings', /postgres needs DATABASE_URL/],
    [['--env', 'FILE_PATH'], 'bad-env', /--env takes NAME=value/],
    [['--env', 'A B=c'], 'bad-env', /--env takes NAME=value/],
  ] as const)('refuses %j', async (flags, code, message) => {
    const site = new Site();
    const { code: exit, report } = await site.migrate(...flags);
    expect({ exit, report }).toMatchObject({ exit: 2, report: { code, message: expect.stringMatching(message) } });
    expect(existsSync(join(site.dir, 'data'))).toBe(false);
  });

  it('needs to be told where to', async () => {
    const site = new Site();
    const { code, value } = await site.json('migrate', site.dir);
    expect({ code, value }).toMatchObject({ code: 2, value: { missing: ['to'] } });
  });

  it.each([
    ['a folder without a record', 'no-record', (site: Site): void => rmSync(join(site.dir, '.mcp-mason.json'))],
    ['a server without data', 'nothing-to-move', (site: Site): void => record(site, { storage: 'memory' })],
    ['a server without storage', 'nothing-to-move', (site: Site): void => record(site, { storage: 'none' })],
  ] as const)('refuses %s', async (_, code, spoil) => {
    const site = new Site();
    spoil(site);
    const { code: exit, report } = await site.migrate();
    expect({ exit, report }).toMatchObject({ exit: 2, report: { code } });
  });

  it('writes nothing where the target holds something else', async () => {
    const site = new Site();
    await site.fill({ a: 1, b: 2 });
    mkdirSync(join(site.dir, 'data'), { recursive: true });
    const row = { text: '"precious"', version: 'x', updatedAt: new Date().toISOString() };
    writeFileSync(site.target, JSON.stringify({ b: row, 'bell\u0007': row }));
    const { code, report } = await site.migrate();
    expect({ code, report }).toMatchObject({
      code: 3,
      report: { code: 'target-not-empty', foreign: ['b', 'bell\u0007'], entries: { total: 2, copied: 0 }, next: [] },
    });
    expect(site.values()).toEqual({ b: 'precious', 'bell\u0007': 'precious' });
    const people = await site.run('migrate', site.dir, '--to', 'file', '--no-switch');
    expect(people).toMatchObject({ code: 3, stdout: '' });
    expect(people.stderr).not.toContain('\u0007');
  });

  it('finds out that a server still writes, and puts it right in the next run', async () => {
    const site = new Site();
    await site.fill({ a: 1, b: 2 });
    // Whatever the target writes is written to the source, too, as a server would at that moment.
    site.set({ MODE: `echo:${site.source}` });
    const { code, report } = await site.migrate();
    expect({ code, report }).toMatchObject({ code: 1, report: { code: 'source-changed', entries: { copied: 2 } } });
    expect(report.changed.length).toBeGreaterThan(0);
    site.set({});
    expect((await site.migrate()).code).toBe(0);
    expect(site.values()).toEqual(site.values(site.source));
  });

  it('names what does not fit, and copies all else', async () => {
    const site = new Site();
    await site.fill({ a: 1, b: 2 });
    site.set({ MODE: 'only:a' });
    const { code, report } = await site.migrate();
    expect({ code, report }).toMatchObject({
      code: 1,
      report: { code: 'not-copied', failed: [{ key: 'b', reason: 'too_large' }], entries: { copied: 1 } },
    });
  });

  it('does not pass over in silence what the source itself cannot read', async () => {
    const site = new Site();
    await site.fill({ a: 1 });
    site.set({ MODE: 'damaged' });
    const { code, report } = await site.migrate();
    expect({ code, report }).toMatchObject({
      code: 1,
      report: { code: 'source-damaged', unreadable: [expect.stringContaining('"key":"b"')], entries: { copied: 1 } },
    });
    expect((await site.migrate('--dry-run')).report).toMatchObject({ code: 'source-damaged' });
  });

  it('ends with 130 when it is interrupted, and goes on the next time', async () => {
    const site = new Site();
    await site.fill(Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`key/${n}`, n])));
    site.set({ MODE: 'slow' });
    const watch = setInterval(() => Object.keys(site.rows()).length > 3 && site.controller.abort(), 2);
    const { code, report } = await site.migrate();
    clearInterval(watch);
    expect({ code, report }).toMatchObject({ code: 130, report: { message: /Interrupted.*safe/ } });
    expect(readdirSync(site.tmp)).toEqual([]);

    const next = new Site();
    Object.assign(next, { dir: site.dir, home: site.home, target: site.target });
    next.set({});
    const { code: done, report: rest } = await next.migrate();
    expect(done).toBe(0);
    expect(rest.entries.present).toBeGreaterThan(3);
    expect(rest.entries.present + rest.entries.copied).toBe(40);
    expect(next.values()).toEqual(next.values(next.source));
  });

  it('says what cannot be installed, without naming a folder that is gone', async () => {
    const site = new Site('echo "npm error code ENOTFOUND" >&2; exit 1');
    await site.fill({ a: 1 });
    const { code, report } = await site.migrate();
    expect({ code, report }).toMatchObject({ code: 1, report: { code: 'install-offline' } });
    expect(report.hint).toContain('Nothing was copied');
    expect(report.hint).not.toContain(site.tmp);
    expect(readdirSync(site.tmp)).toEqual([]);
  });

  it.each([
    ['source', {}, 'source-failed'],
    ['target', { FILE_PATH: '/dev/null/x' }, 'target-failed'],
  ] as const)('says why the %s cannot be opened', async (role, vars, code) => {
    const site = new Site();
    if (role === 'source') writeFileSync(join(site.dir, 'src', 'app.ts'), 'throw new Error("Set \u0007 X.");');
    site.set(vars);
    const { code: exit, report } = await site.migrate();
    expect({ exit, report }).toMatchObject({ exit: 1, report: { code, message: expect.stringContaining(role) } });
    expect(report.message).not.toContain('\u0007');
  });

  it('removes what runs that were killed have left', async () => {
    const site = new Site();
    // No process has such an id.
    mkdirSync(join(site.tmp, 'mason-migrate-99999999-abc', 'notes'), { recursive: true });
    mkdirSync(join(site.tmp, `mason-migrate-${process.pid}-abc`));
    await site.migrate();
    expect(readdirSync(site.tmp)).toEqual([`mason-migrate-${process.pid}-abc`]);
  });
});

function record(site: Site, answers: Readonly<Record<string, string>>): void {
  const path = join(site.dir, '.mcp-mason.json');
  const { answers: before, ...rest } = JSON.parse(readFileSync(path, 'utf8'));
  writeFileSync(path, JSON.stringify({ ...rest, answers: { ...before, ...answers } }));
}
