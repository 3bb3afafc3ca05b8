import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readEnv } from '../../src/base/env.ts';
import { main } from '../../src/cli.ts';
import { filesOf } from '../../src/commands/publish-files.ts';
import { fakeContext } from '../support/env.ts';
import { writeTree } from '../support/fixture.ts';
import { readReport } from '../support/report.ts';
import { tempDir } from '../support/temp.ts';
import { fakeProject } from './project.ts';

const context = { env: readEnv(), signal: new AbortController().signal };

/** A picture of these measures, as far as anybody looks at it. */
function png(width: number, height: number): Buffer {
  const header = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
  const size = Buffer.alloc(8);
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  return Buffer.concat([header, size]);
}

const MANIFEST = { name: 'x', icon: 'icon.png', server: { type: 'node', entry_point: 'dist/main.mjs' } };

describe('what would be published', () => {
  it('of an MCPB is what the official tool would pack', async () => {
    const dir = tempDir();
    writeTree(dir, {
      'manifest.json': JSON.stringify(MANIFEST),
      '.mcpbignore': '/*\n!/manifest.json\n!/icon.png\n!/dist\n',
      'dist/main.mjs': 'x',
      'dist/main.mjs.map': 'x',
      'dist/.env': 'A=b',
      'src/main.ts': 'x',
      'node_modules/a/index.js': 'x',
    });
    writeFileSync(join(dir, 'icon.png'), png(512, 128));
    const { bundle, icon } = await filesOf(dir, context);
    expect(bundle?.map(({ path }) => path).sort()).toEqual(['dist/main.mjs', 'icon.png', 'manifest.json']);
    expect(icon).toEqual([512, 128]);
  });

  it('of a package is what npm says, and no script of it is run', async () => {
    const dir = tempDir();
    writeTree(dir, {
      'package.json': JSON.stringify({
        name: 'x',
        version: '1.0.0',
        files: ['dist'],
        scripts: { prepack: "node -e \"require('fs').writeFileSync('ran', '')\"" },
      }),
      'dist/main.mjs': '#!x',
      'src/main.ts': 'x',
      '.env': 'A=b',
    });
    const { packed } = await filesOf(dir, context);
    expect(packed?.map(({ path }) => path)).toEqual(['dist/main.mjs', 'package.json']);
    expect(() => readFileSync(join(dir, 'ran'))).toThrow('ENOENT');
  });

  it('follows no link, and no name that leads out', async () => {
    const dir = tempDir();
    const secret = join(tempDir(), 'secret');
    writeFileSync(secret, png(512, 512));
    mkdirSync(join(dir, 'dist'));
    writeTree(dir, { 'manifest.json': JSON.stringify({ ...MANIFEST, icon: `../${secret}` }) });
    symlinkSync(secret, join(dir, 'dist', 'main.mjs'));
    const { bundle, icon } = await filesOf(dir, context);
    expect(bundle?.map(({ path }) => path)).toEqual(['manifest.json']);
    expect(icon).toBe('none');
  });

  it('cannot be told from a manifest that is broken', async () => {
    const dir = tempDir();
    writeTree(dir, { 'server.json': '{' });
    await expect(filesOf(dir, context)).rejects.toMatchObject({ code: 'bad-file' });
  });
});

describe('publish', () => {
  /** A project whose server is the fixture, with these files. */
  async function publish(files: Readonly<Record<string, string>>, ...flags: readonly string[]) {
    const dir = fakeProject();
    writeTree(dir, files);
    chmodSync(join(dir, 'dist', 'main.mjs'), 0o755);
    const run = fakeContext({ env: { ...readEnv(), home: tempDir() } });
    const code = await main(['publish', dir, '--json', ...flags], run);
    const report = readReport(run.stdout.text, 'publish') as {
      findings: { code: string; where: string; what: string }[];
      sizes: object;
      fixed: string[];
      next: string[];
    };
    return { dir, code, report, codes: report.findings.map((one) => one.code) };
  }

  const own = (changes: object = {}): string =>
    JSON.stringify({
      name: '@ann/notes',
      version: '1.0.0',
      type: 'module',
      license: 'MIT',
      bin: 'dist/main.mjs',
      files: ['dist'],
      scripts: { prepack: 'x' },
      ...changes,
    });

  it('names what a package has not, in a report with an exit code', async () => {
    const { code, report, codes } = await publish({ 'package.json': own({ private: true }) });
    expect(code).toBe(1);
    expect(codes).toContain('npm-private');
    expect(report.next).toEqual([]);
    expect(report.sizes).toMatchObject({ package: { files: 2 }, bundle: null });
  });

  it('starts a bundle where nothing else is', async () => {
    const manifest = {
      ...MANIFEST,
      server: { ...MANIFEST.server, mcp_config: { command: 'node', args: [`$${'{__dirname}'}/dist/main.mjs`] } },
    };
    const there = { 'package.json': own(), 'manifest.json': JSON.stringify(manifest), '.mcpbignore': 'node_modules\n' };
    expect((await publish(there)).codes).not.toContain('start-alone');
    const { codes, report } = await publish({ ...there, '.mcpbignore': 'dist\n' });
    expect(codes).toEqual(expect.arrayContaining(['bundle-entry', 'start-alone']));
    expect(JSON.stringify(report.findings)).toMatch(/does not start in an empty folder/);
  });

  it('finds out a server that keeps data in its own folder', async () => {
    const { dir, codes } = await publish({ 'package.json': own() });
    expect(codes).not.toContain('data-in-package');
    const main = readFileSync(join(dir, 'dist', 'main.mjs'), 'utf8');
    const writes = `import { writeFileSync as w } from 'node:fs';\nw(new URL('store.db', import.meta.url), '');\n`;
    const bad = await publish({
      'package.json': own({ bin: 'dist/bad.mjs' }),
      'dist/bad.mjs': `${writes}${main.replace(/^#!.*/, '')}`,
    });
    expect(bad.report.findings.find((one) => one.code === 'data-in-package')?.what).toContain('dist/store.db');
  });

  it('--fix brings versions and tools in step, and leaves the rest', async () => {
    const { dir, report, codes } = await publish(
      {
        'package.json': own(),
        'server.json':
          '{\n    "name": "io.github.Ann/notes",\n    "version": "0.1.0",\n    "packages": [{ "registryType": "npm", "identifier": "@ann/notes", "version": "0.1.0" }],\n    "mine": 1\n}\n',
        'manifest.json': JSON.stringify({ ...MANIFEST, version: '0.1.0', tools: [{ name: 'gone' }] }),
      },
      '--fix',
    );
    expect(report.fixed).toEqual(['server.json', 'manifest.json']);
    expect(codes).not.toContain('version-step');
    expect(codes).not.toContain('manifest-tools');
    const text = readFileSync(join(dir, 'server.json'), 'utf8');
    expect(text).toContain('\n    "mine": 1');
    expect(JSON.parse(text)).toMatchObject({ version: '1.0.0', packages: [{ version: '1.0.0' }] });
    expect(JSON.parse(readFileSync(join(dir, 'manifest.json'), 'utf8'))).toMatchObject({
      version: '1.0.0',
      icon: 'icon.png',
    });
  });

  it('shows nothing that a terminal would obey', async () => {
    const { report } = await publish({
      'package.json': own(),
      'server.json': JSON.stringify({ name: 'x/\u001b[31my', version: '\u202e1' }),
    });
    for (const { where, what } of report.findings) expect(where + what).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
    expect(report.findings.map((one) => one.code)).toContain('registry-name');
  });
});
