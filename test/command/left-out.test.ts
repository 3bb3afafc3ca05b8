import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { childEnv, run, runOk } from '../support/child.ts';
import { readTree, tempDir } from '../support/temp.ts';

/** The bundle has only parts of some libraries (scripts/lib/leave-out.ts); what we do with them must work without the rest. */
describe('what is left of the libraries', () => {
  const bin = inject('bin');
  const node = process.execPath;
  const CREATE = ['--yes', '--no-install', '--no-check', '--pm=npm', '--json'];

  it('starts git and reads what it says, with execa', async () => {
    const cwd = tempDir();
    const made = JSON.parse(await runOk(node, [bin, 'made', ...CREATE], { cwd }));
    expect(made).toMatchObject({ ok: true });
    expect(existsSync(join(cwd, 'made', '.git', 'HEAD'))).toBe(true);
    const updated = await run(node, [bin, 'update', '--dry-run', '--json'], { cwd: join(cwd, 'made') });
    expect(JSON.parse(updated.stdout), updated.stderr).toMatchObject({ ok: true });
  });

  it('says which program is missing, with execa', async () => {
    const cwd = tempDir();
    const env = childEnv({ PATH: tempDir() });
    const { stdout } = await run(node, [bin, 'made', ...CREATE.filter((flag) => flag !== '--no-install')], {
      cwd,
      env,
    });
    expect(stdout).toContain('npm is not found');
  });

  it('copies a folder that cannot be renamed, with fs-extra', async () => {
    const cwd = tempDir();
    const preload = join(tempDir(), 'no-rename.cjs');
    // As between two file systems, for the whole folder only, which fs-extra tries by itself once more.
    writeFileSync(
      preload,
      `const fs = require('node:fs');
      const refuse = (original) => function (from, to, ...rest) {
        if (!to.endsWith('made')) return original.call(this, from, to, ...rest);
        const error = Object.assign(new Error('EXDEV'), { code: 'EXDEV', syscall: 'rename', path: from });
        if (rest.length === 0) throw error;
        rest.at(-1)(error);
      };
      fs.renameSync = refuse(fs.renameSync);
      fs.rename = refuse(fs.rename);
      `,
    );
    const { stdout } = await run(node, ['--require', preload, bin, 'made', ...CREATE, '--no-git'], { cwd });
    expect(JSON.parse(stdout)).toMatchObject({ ok: true });
    const there = tempDir();
    await runOk(node, [bin, 'made', ...CREATE, '--no-git'], { cwd: there });
    expect(Object.keys(readTree(cwd))).toEqual(Object.keys(readTree(there)));
  });

  it('reads YAML of every kind, with js-yaml', async () => {
    const cwd = tempDir();
    const file = join(cwd, 'config.yaml');
    const before = [
      'extensions:',
      '  own:',
      "    args: [1, 0x1F, 1.5e3, .inf, ~, true, yes, 2026-11-29, \"a\\u00e9\", 'it''s']",
      '    text: |-',
      '      two',
      '      lines',
      '    folded: >',
      '      one',
      '      line',
      '    base: &base { a: b }',
      '    tagged: !custom [*base]',
      '',
    ].join('\n');
    writeFileSync(file, before);
    const args = ['config', 'goose', '--write', '--name', 'x', '--client-config', `goose=${file}`, '--json'];
    await runOk(node, [bin, ...args, '--', 'node', 'server.js'], { cwd });
    const after = readFileSync(file, 'utf8');
    expect(after.startsWith(before)).toBe(true);
    expect(after).toContain('  x:\n');
    writeFileSync(file, 'extensions:\n\tx: y\n');
    const { stdout } = await run(node, [bin, ...args, '--', 'node', 'server.js'], { cwd });
    expect(stdout).toContain('a tab indents this line');
  });
});
