import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { optionsOf } from '../../src/catalog/catalog.ts';
import { Child, childEnv, type Finished, NPM, runOk } from '../support/child.ts';
import { copyOf, link, type Recipe } from '../support/made.ts';
import { type PythonTools, pythonTools } from '../support/python.ts';
import { cannotRun } from '../support/require.ts';
import { rounds, sample } from '../support/tier.ts';
import { useService } from '../support/use-service.ts';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

/** Opens a store of the project and works on it: `fill <n>`, or `dump`, which prints all entries. */
const STORE_TS = `
import { parseConfig } from './src/config.js';
import { openStore } from './src/storage/sqlite.js';
const [what, count] = process.argv.slice(2);
const store = await openStore(parseConfig(process.env));
if (what === 'fill') {
  const place = (n: number) => ['notes', 'naïve/日本語', '🦊', 'a b+c%20&=?#'][n % 4] + '/' + n;
  for (let n = 0; n < Number(count); n++) {
    const value = { n, text: '<é & 🦊>'.repeat(n % 9), nested: [null, { '': [] }] };
    await store.put(place(n), value, n % 5 === 0 ? { ttlMs: 3_600_000 } : {});
  }
} else {
  const entries: unknown[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.list({ limit: 500, ...(cursor && { cursor }) });
    for (const key of page.keys) entries.push(await store.get(key));
    cursor = page.nextCursor;
  } while (cursor);
  process.stdout.write(JSON.stringify(entries));
}
await store.close();
`;

const STORE_PY = `
import json
import sys
from dataclasses import asdict

import anyio

from outgrown.config import load_config
from outgrown.storage.sqlite import open_store


async def main(what: str, count: str = "0") -> None:
    store = await open_store(load_config())
    for n in range(int(count)):
        place = ("notes", "naïve/日本語", "🦊", "a b+c%20&=?#")[n % 4]
        value = {"n": n, "text": "<é & 🦊>" * (n % 9), "nested": [None, {"": []}]}
        await store.put(f"{place}/{n}", value, ttl_ms=3_600_000 if n % 5 == 0 else None)
    if what == "dump":
        entries: list[dict[str, object]] = []
        cursor: str | None = None
        while True:
            page = await store.list_keys(limit=500, cursor=cursor)
            entries += [asdict(entry) for key in page.keys if (entry := await store.get(key))]
            cursor = page.next_cursor
            if cursor is None:
                break
        renamed = [{"key": one["key"], "value": one["value"], "expiresAt": one["expires_at"]} for one in entries]
        sys.stdout.write(json.dumps(renamed))
    await store.close()


anyio.run(main, *sys.argv[1:])
`;

/** The same keys and values, and the same ends of life but for the clocks. */
function expectSame(copies: readonly Dumped[], originals: readonly Dumped[]): void {
  const bare = (entries: readonly Dumped[]) => entries.map(({ key, value }) => ({ key, value }));
  expect(bare(copies)).toEqual(bare(originals));
  for (const [index, { key, expiresAt }] of originals.entries()) {
    const copied = copies[index]?.expiresAt;
    if (!expiresAt) expect(copied ?? undefined, key).toBeUndefined();
    else expect(Math.abs(Date.parse(copied ?? '') - Date.parse(expiresAt)), key).toBeLessThan(10_000);
  }
}

interface Dumped {
  readonly key: string;
  readonly value: unknown;
  readonly expiresAt?: string | null;
}

interface Command {
  readonly file: string;
  readonly args: readonly string[];
}

/** How a server of a language is worked with. */
interface Row {
  readonly language: string;
  readonly store: { readonly name: string; readonly text: string; readonly run: Command };
  readonly migrate: Command;
  /** The file that holds the name of a project, and how it does. */
  readonly manifest: readonly [file: string, name: RegExp];
}

const ROWS: readonly Row[] = [
  {
    language: 'typescript',
    store: { name: 'store.ts', text: STORE_TS, run: { file: 'npx', args: ['tsx', 'store.ts'] } },
    migrate: { file: NPM, args: ['run', '--silent', 'storage:migrate', '--'] },
    manifest: ['package.json', /"name": "outgrown"/],
  },
  {
    language: 'python',
    store: { name: 'store.py', text: STORE_PY, run: { file: 'uv', args: ['run', '--no-sync', 'store.py'] } },
    migrate: { file: 'uv', args: ['run', '--no-sync', 'scripts/storage_migrate.py'] },
    manifest: ['pyproject.toml', /^name = "outgrown"$/m],
  },
];

describe.each(ROWS)('$language', (row) => {
  const targets = optionsOf(row.language, 'storage')
    .filter(({ id, vars }) => vars?.durable === true && id !== 'sqlite')
    .map(({ id }) => id);
  let parent: string;
  let project: string;
  let python: PythonTools | Error | undefined;
  const env = (settings: Readonly<Record<string, string>> = {}) => ({
    ...(python instanceof Error ? {} : (python?.env ?? childEnv())),
    npm_config_prefer_offline: 'true',
    npm_config_update_notifier: 'false',
    ...settings,
  });

  beforeAll(async () => {
    if (row.language === 'python') python = await pythonTools().catch((error: Error) => error);
    if (python instanceof Error) return;
    parent = realpathSync(mkdtempSync(join(tmpdir(), 'mason-migrate-')));
    const choices = ['--storage', 'sqlite', '--tools', 'notes', '--extras', 'none'];
    project = (await copyOf({ name: 'outgrown', language: row.language, flags: choices }, parent)).dir;
    // What the registry will serve one day: npm takes a version that is installed before it asks.
    const modules = join(project, 'node_modules');
    mkdirSync(join(modules, '.bin'), { recursive: true });
    symlinkSync(join(inject('installed'), 'node_modules', 'create-mcp-mason'), join(modules, 'create-mcp-mason'));
    symlinkSync(inject('bin'), join(modules, '.bin', 'create-mcp-mason'));
    writeFileSync(join(project, row.store.name), row.store.text);
  });
  beforeEach((context) => {
    if (python instanceof Error) cannotRun(context, python.message);
  });
  afterAll(() => {
    if (parent !== undefined) rmSync(parent, { recursive: true, force: true, maxRetries: 5 });
  });

  const store = (database: string, ...args: readonly string[]): Promise<string> => {
    const { file, args: first } = row.store.run;
    return runOk(file, [...first, ...args], { cwd: project, env: env({ SQLITE_PATH: database }) });
  };
  const dump = async (database: string): Promise<Dumped[]> => JSON.parse(await store(database, 'dump'));

  const start = (args: readonly string[], settings: Readonly<Record<string, string>>): Child =>
    new Child(row.migrate.file, [...row.migrate.args, ...args], { cwd: project, env: env(settings) });
  const migrate = (args: readonly string[], settings: Readonly<Record<string, string>>): Promise<Finished> =>
    start(args, settings).finished;

  /** What the script would fetch, where it finds it: that it can, one target shows, or each in the full tier. */
  async function provide(target: string): Promise<void> {
    const flags = ['--storage', target, '--tools', 'none', '--extras', 'none', '--transport', 'stdio'];
    const recipe: Recipe = { name: 'outgrown', language: row.language, flags };
    const guest = join(project, 'data', 'storage-migrate', `${target}-${version}`);
    mkdirSync(dirname(guest), { recursive: true });
    renameSync((await copyOf(recipe, mkdtempSync(join(parent, 'guest-')))).dir, guest);
    rmSync(join(guest, '.venv'), { recursive: true, force: true });
    if (row.language === 'python') await link('python', guest);
    writeFileSync(join(guest, '.complete'), '');
  }

  const fetched = sample(targets, () => [], { more: 1 });
  const killed = sample(targets, () => [], { more: 1 });

  // What each backend does with entries its contract suite shows; here are three of them for each language.
  describe.each(
    sample(targets, () => [row.language], {
      more: 2,
      always: (target) => fetched.includes(target) || killed.includes(target),
    }),
  )('from sqlite to %s', (target) => {
    const service = useService(target);
    const COUNT = rounds({ standard: 120, full: 300 });
    let settings: Readonly<Record<string, string>>;
    beforeAll(async () => {
      if (!(python instanceof Error) && !fetched.includes(target)) await provide(target);
      settings = { ...service.env(), FILE_PATH: join(parent, 'store.json'), SQLITE_PATH: join(parent, `${target}.db`) };
    });

    it('and back, nothing is lost, and nothing secret is shown', async () => {
      await store(`${parent}/${target}.db`, 'fill', String(COUNT));
      const originals = await dump(`${parent}/${target}.db`);
      expect(originals).toHaveLength(COUNT);
      const there = await migrate(['--from', 'sqlite', '--to', target], settings);
      expect(there, there.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining(`${COUNT} copied`) });

      // Some backends call their places after the server, so what stands in for it must have its name.
      const guests = join(project, 'data', 'storage-migrate');
      const [guest = ''] = readdirSync(guests).filter((name) => name.startsWith(`${target}-`));
      const [manifest, name] = row.manifest;
      expect(readFileSync(join(guests, guest, manifest), 'utf8')).toMatch(name);

      const backFile = join(parent, 'back.env');
      writeFileSync(backFile, `SQLITE_PATH=${parent}/${target}-back.db\n`);
      const back = await migrate(['--from', target, '--to', 'sqlite', '--to-env', backFile], settings);
      expect(back, back.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining(`${COUNT} copied`) });
      expectSame(await dump(`${parent}/${target}-back.db`), originals);

      const again = await migrate(['--from', 'sqlite', '--to', target], settings);
      expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining(`0 copied, 0 replaced, ${COUNT} there`) });
      const said = [there, back, again].map(({ stdout, stderr }) => stdout + stderr).join('');
      expect(said).not.toContain(service.password());
      expect(said).not.toContain('\u001B');
    });

    if (!killed.includes(target)) return;
    it('is completed by the next run when it is killed', async () => {
      const database = join(parent, `${target}-killed.db`);
      await store(database, 'fill', String(COUNT));
      // In a place of its own where the backend has one.
      const places = ['S3_PREFIX', 'REDIS_NAMESPACE', 'POSTGRES_SCHEMA', 'FASTIO_PREFIX'].map((name) => [
        name,
        `killed_${row.language}`,
      ]);
      const own = {
        ...settings,
        ...Object.fromEntries(places),
        FILE_PATH: join(parent, 'killed.json'),
        SQLITE_PATH: database,
      };
      const started = performance.now();
      expect((await migrate(['--from', 'sqlite', '--to', target, '--dry-run'], own)).code).toBe(0);
      const whole = performance.now() - started;
      for (let round = 0; round < 3; round++) {
        const child = start(['--from', 'sqlite', '--to', target], own);
        // When it has begun, and mostly before it is done: it takes longer than a dry run.
        await sleep(whole * (0.5 + Math.random()));
        await child.stop();
      }
      const { code, stdout, stderr } = await migrate(['--from', 'sqlite', '--to', target], own);
      expect(code, stdout + stderr).toBe(0);
      const backFile = join(parent, 'killed.env');
      writeFileSync(backFile, `SQLITE_PATH=${parent}/${target}-killed-back.db\n`);
      const back = await migrate(['--from', target, '--to', 'sqlite', '--to-env', backFile], own);
      expect(back.code, back.stdout + back.stderr).toBe(0);
      expectSame(await dump(`${parent}/${target}-killed-back.db`), await dump(database));
    });
  });

  describe('a command line that cannot be carried out', () => {
    const REFUSALS: readonly (readonly [args: readonly string[], code: number, says: RegExp])[] = [
      [[], 2, /--from <backend or folder> --to/],
      [['--from', 'sqlite'], 2, /--to/],
      [['--from', 'sqlite', '--too', 'file'], 2, /--too/],
      [['--from', 'sqlite', '--to', 'nowhere'], 2, /nowhere.*memory, file, sqlite/s],
      [['--from', 'sqlite', '--to', './nowhere'], 2, /no server that create-mcp-mason has made/],
      [['--from', 'sqlite', '--to', 'sqlite'], 2, /the same place/],
      [['--from', 'sqlite', '--to', 'memory'], 2, /forgets what it gets/],
      [['--from', 'sqlite', '--to', 'postgres'], 2, /DATABASE_URL: set it to .* such as postgres:.* see https:/],
      [['--from', 'sqlite', '--to', 'file', '--to-env', 'gone.env'], 2, /no file gone\.env/],
    ];
    it.each(REFUSALS)('%j ends with %i', async (args, code, says) => {
      const finished = await migrate(args, {});
      expect(finished).toMatchObject({ code, stdout: '' });
      expect(finished.stderr).toMatch(says);
      expect(finished.stderr).not.toMatch(/^\s+at .*:\d+/m);
    });
  });

  it('copies to a server in another folder', async () => {
    const choices = ['--language', row.language, '--storage', 'file', '--tools', 'none', '--extras', 'none'];
    await runOk(process.execPath, [inject('bin'), 'next', ...choices, '--no-git', '--yes'], {
      cwd: parent,
      env: env(),
    });
    const database = join(parent, 'folder.db');
    await store(database, 'fill', '20');
    const { code, stdout, stderr } = await migrate(['--from', 'sqlite', '--to', '../next'], { SQLITE_PATH: database });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('sqlite to next: 20 copied');
    expect(
      Object.keys(JSON.parse(readFileSync(join(parent, 'next', 'data', 'store.json'), 'utf8')).entries),
    ).toHaveLength(20);
  });

  it('says what to do with a server in another language', async () => {
    const folder = join(parent, 'other');
    mkdirSync(folder);
    const record = { answers: { language: row.language === 'python' ? 'typescript' : 'python', storage: 'redis' } };
    writeFileSync(join(folder, '.mcp-mason.json'), JSON.stringify(record));
    const { code, stderr } = await migrate(['--from', 'sqlite', '--to', '../other'], {});
    expect(code).toBe(2);
    expect(stderr).toMatch(/in another language.*name its backend, redis/);
  });

  // TypeScript's script is run by Node.js, so it is there.
  if (row.language !== 'python') return;

  it('says what is missing when there is no Node.js', async () => {
    const { bin } = python as PythonTools;
    rmSync(join(project, 'data', 'storage-migrate'), { recursive: true, force: true });
    const { code, stdout, stderr } = await migrate(['--from', 'sqlite', '--to', 'file'], { PATH: bin });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/install Node\.js.*name its folder instead/s);
  });
});
