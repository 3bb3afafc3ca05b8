import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { hashOf } from '../../../src/base/hash.ts';
import { RECORD_FILE } from '../../../src/plan/record.ts';
import { descriptionAt } from '../../support/openapi/api.ts';
import { Workshop } from '../create-support.ts';
import { PETS } from './site.ts';

const LANGUAGES = [
  { language: 'typescript', folder: 'src/api', call: 'call.ts', sign: '//' },
  { language: 'python', folder: 'src/p/api', call: 'call.py', sign: '#' },
];

/** A project of an API that 0.2.0 made, seen by a later version. */
class Site extends Workshop {
  readonly dir = join(this.cwd, 'p');

  static async of(language: string): Promise<Site> {
    const site = new Site();
    site.file('pets.yaml', PETS);
    const flags = ['--yes', '--no-install', '--no-git', '--no-check', '--language', language];
    await site.json('p', ...flags, '--from-openapi', 'pets.yaml', '--operations', '!upload*', '--author', 'Ada');
    return site;
  }

  update(...flags: readonly string[]) {
    return this.json('update', this.dir, ...flags);
  }

  read(path: string): string {
    return readFileSync(join(this.dir, path), 'utf8');
  }

  write(path: string, change: (text: string) => string): void {
    writeFileSync(join(this.dir, path), change(this.read(path)));
  }

  /**
   * The version that made the project: this one, but for a line at the end of some files that is made no more. What npm would
   * install is a program that runs it.
   */
  madeThen(paths: readonly string[], line: string): void {
    const record = JSON.parse(this.read(RECORD_FILE)) as { files: Record<string, string> };
    for (const path of paths) {
      this.write(path, (text) => text + line);
      record.files[path] = hashOf(this.read(path));
    }
    this.write(RECORD_FILE, () => JSON.stringify(record));
    const cli = pathToFileURL(descriptionAt('../../../src/cli.ts')).href;
    const tsx = pathToFileURL(descriptionAt('../../../node_modules/tsx/dist/loader.mjs')).href;
    const program = this.file(
      'then.mjs',
      `import { appendFileSync } from 'node:fs';
       const { run } = await import(${JSON.stringify(cli)});
       await run();
       for (const path of ${JSON.stringify(paths)}) appendFileSync('project/' + path, ${JSON.stringify(line)});`,
    );
    const bin = `require('node:child_process').execFileSync(process.execPath, ['--import', '${tsx}', '${program}', ...process.argv.slice(2)], { stdio: 'inherit' });`;
    this.file('bin.js', bin);
    this.command(
      'npm',
      `echo "$@" >> ${join(this.cwd, 'npm.log')}
       mkdir -p node_modules/create-mcp-mason/bin && cp ${join(this.cwd, 'bin.js')} node_modules/create-mcp-mason/bin/create-mcp-mason.js`,
    );
  }
}

describe.each(LANGUAGES)('update of a project of an API in $language', ({ language, folder, call, sign }) => {
  const [code, data] = [`${folder}/${call}`, `${folder}/operations.json`];
  const then = `${sign} made then\n`;
  const mine = `${sign} mine\n`;

  it('keeps what its owner has edited and taken out, and asks about nothing', async () => {
    const site = await Site.of(language);
    site.write(code, (text) => mine + text);
    site.write('README.md', (text) => `${text}\nMy own words.\n`);
    site.write(data, (text) => text.replace(/^"show_pet_by_id".*\n/m, '').replace('"Add a pet"', '"Mine"'));
    const before = site.read(data);
    const { code: exit, value } = await site.update();
    expect([exit, value.code]).toEqual([0, undefined]);
    expect(value.next.join()).not.toContain('--fetch-base');
    expect(site.read(code)).toContain(mine);
    expect(site.read(data)).toBe(before);
    expect(site.read('README.md')).toMatch(/a tool for each of 3 operations[\s\S]*My own words\./);
    expect((await site.update()).value.files).toEqual([]);
  });

  it('has the version that made it make it again of its description, and takes what has the recorded hash', async () => {
    const site = await Site.of(language);
    site.madeThen([code, 'README.md'], then);
    for (const path of [code, 'README.md']) site.write(path, (text) => mine + text);
    const without = await site.update('--dry-run');
    expect(without.value.files.filter(({ action }) => action === 'conflict')).toHaveLength(2);
    const { code: exit } = await site.update('--fetch-base');
    expect(exit).toBe(0);
    expect(readFileSync(join(site.cwd, 'npm.log'), 'utf8')).toMatch(/create-mcp-mason@0\.2\.0\n$/);
    for (const path of [code, 'README.md']) {
      expect(site.read(path).startsWith(mine)).toBe(true);
      expect(site.read(path)).not.toContain(then);
    }
  });

  it('takes nothing that another description has changed, and all else', async () => {
    const site = await Site.of(language);
    site.madeThen([code, 'README.md'], then);
    for (const path of [code, 'README.md']) site.write(path, (text) => mine + text);
    site.file(
      'pets.yaml',
      PETS.replace('  /pets/{petId}:', '  /more: { get: { operationId: more } }\n  /pets/{petId}:'),
    );
    const { value } = await site.update('--fetch-base');
    expect(value.files.filter(({ action }) => action === 'conflict').map(({ path }) => path)).toEqual(['README.md']);
    expect(site.read(code)).not.toContain(then);
  });

  it('says that the description is gone, and writes nothing', async () => {
    const site = await Site.of(language);
    site.madeThen([code], then);
    site.write(code, (text) => mine + text);
    rmSync(join(site.cwd, 'pets.yaml'));
    const { value } = await site.update('--fetch-base');
    expect(value).toMatchObject({
      exit: 1,
      code: 'base-unavailable',
      message: expect.stringMatching(/pets\.yaml.*no such file/),
    });
    expect(site.read(code)).toContain(then);
  });
});
