import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { commitAll, firstEdition, git } from '../support/first-edition.ts';
import { expectRefusalOf, homeEnv, mason, snapshotOf } from '../support/mason.ts';
import { envTo } from '../support/registry.ts';
import { tempDir } from '../support/temp.ts';

/** A registry that has one version of one package: a stand-in for 0.1.0 that makes what 0.1.0 made. */
async function registryOf(tree: string, dir: string): Promise<{ url: string; asked: string[] }> {
  const pack = join(dir, 'package');
  mkdirSync(join(pack, 'bin'), { recursive: true });
  const manifest = {
    name: 'create-mcp-mason',
    version: '0.1.0',
    bin: { 'create-mcp-mason': 'bin/create-mcp-mason.js' },
  };
  const scripts = { install: `touch ${join(dir, 'script-ran')}` };
  writeFileSync(join(pack, 'package.json'), JSON.stringify({ ...manifest, scripts }));
  execFileSync('cp', ['-r', tree, join(pack, 'tree')]);
  writeFileSync(
    join(pack, 'bin', 'create-mcp-mason.js'),
    `const { cpSync, writeFileSync } = require('node:fs');
     writeFileSync(${JSON.stringify(join(dir, 'argv.json'))}, JSON.stringify(process.argv.slice(2)));
     cpSync(__dirname + '/../tree', process.argv[2], { recursive: true });`,
  );
  const tarball = join(dir, 'package.tgz');
  execFileSync('tar', ['-czf', tarball, '-C', dir, 'package']);
  const asked: string[] = [];
  const server = createServer(({ url = '' }, response) => {
    asked.push(url);
    if (url.endsWith('.tgz')) return response.end(readFileSync(tarball));
    const dist = { tarball: `${address()}create-mcp-mason-0.1.0.tgz` };
    response.setHeader('content-type', 'application/json');
    const versions = { '0.1.0': { ...manifest, scripts, dist } };
    response.end(
      JSON.stringify({
        name: manifest.name,
        'dist-tags': { latest: '0.1.0' },
        versions,
        time: { '0.1.0': '2026-11-20T00:00:00.000Z' },
      }),
    );
  });
  const address = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: address(), asked };
}

describe('update, packed', () => {
  it('asks the version that made a project, if it is told to, and runs nothing else', async () => {
    const [parent, dir] = [tempDir(), tempDir()];
    const project = firstEdition('typescript', parent);
    const { url, asked } = await registryOf(project, dir);
    // Where no history of git and no equal hash says how it was.
    const lines = readFileSync(join(project, 'tsconfig.json'), 'utf8');
    writeFileSync(join(project, 'tsconfig.json'), `// mine\n${lines}`);
    writeFileSync(join(project, '.npmrc'), 'registry=http://127.0.0.1:9/\n');
    const env = { ...homeEnv(dir), ...envTo(url), npm_config_cache: join(dir, 'cache') };

    const without = await mason(['update', '--dry-run', '--json'], { cwd: project, env });
    expect(JSON.parse(without.stdout).files).toContainEqual(
      expect.objectContaining({ path: 'tsconfig.json', note: expect.stringMatching(/not known/) }),
    );
    expect(asked).toEqual([]);

    const { stdout, stderr } = await mason(['update', '--dry-run', '--json', '--fetch-base'], { cwd: project, env });
    expect(asked.length, stderr).toBeGreaterThan(0);
    const [file] = JSON.parse(stdout).files.filter(({ path }: { path: string }) => path === 'tsconfig.json');
    expect(file?.note ?? null).toBeNull();
    const argv = JSON.parse(readFileSync(join(dir, 'argv.json'), 'utf8'));
    expect(argv).toEqual(expect.arrayContaining(['--name', 'kept', '--storage', 'sqlite', '--no-install', '--no-git']));
    expect(snapshotOf(dir)).not.toHaveProperty('script-ran');
  });

  it('says that a version cannot be had', async () => {
    const [parent, dir] = [tempDir(), tempDir()];
    const project = firstEdition('typescript', parent);
    appendFileSync(join(project, 'tsconfig.json'), '// mine\n');
    const env = {
      ...homeEnv(dir),
      ...envTo('http://127.0.0.1:9/'),
      npm_config_cache: join(dir, 'cache'),
      npm_config_fetch_retries: '0',
    };
    await expectRefusalOf((more) => mason(['update', '--fetch-base', ...more], { cwd: project, env }), {
      exit: 1,
      code: 'base-unavailable',
      says: /could not be had/,
    });
  });

  it('brings a project in git to this version, and git can go back', async () => {
    const parent = tempDir();
    const project = firstEdition('python', parent);
    commitAll(project);
    appendFileSync(join(project, 'README.md'), '\nMy own words.\n');
    git(project, 'commit', '--quiet', '--all', '-m', 'mine');
    const before = snapshotOf(join(project, 'src'));
    const { code, stdout, stderr } = await mason(['update', '--yes'], { cwd: project, env: homeEnv(parent) });
    expect([0, 3]).toContain(code);
    expect(`${stdout}${stderr}`).toContain('0.1.0 to ');
    expect(readFileSync(join(project, 'README.md'), 'utf8')).toContain('My own words.');
    git(project, 'reset', '--hard', '--quiet');
    git(project, 'clean', '--quiet', '-fd');
    expect(snapshotOf(join(project, 'src'))).toEqual(before);
    rmSync(parent, { recursive: true });
  });

  it.each([
    ['no project', [], 2, 'no-record', /not known how it was made/],
    ['a folder that is not there', ['nowhere'], 2, 'no-record', /nowhere/],
    ['an unknown flag', ['--to', 'x'], 2, 'unknown-option', /--to/],
  ] as const)('refuses %s', async (_, args, exit, code, says) => {
    const cwd = tempDir();
    await expectRefusalOf((more) => mason(['update', ...args, ...more], { cwd, env: homeEnv(cwd) }), {
      exit,
      code,
      says,
    });
  });
});
