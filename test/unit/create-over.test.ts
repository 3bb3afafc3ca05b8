import { execFileSync } from 'node:child_process';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readTree } from '../support/temp.ts';
import { Workshop } from './create-support.ts';

const QUIET = ['--yes', '--no-install', '--no-git'];

/** A project of this version, made by the command itself. */
async function made(): Promise<{
  shop: Workshop;
  dir: string;
  again: (...flags: string[]) => ReturnType<Workshop['json']>;
}> {
  const shop = new Workshop();
  expect((await shop.run('x', ...QUIET)).code).toBe(0);
  const again = (...flags: string[]) => shop.json('x', ...QUIET, ...flags);
  return { shop, dir: join(shop.cwd, 'x'), again };
}

describe('create over a project that is there', () => {
  it('replaces what nobody has edited', async () => {
    const { again } = await made();
    expect(await again('--storage', 'file', '--on-conflict', 'overwrite')).toMatchObject({ code: 0 });
    expect(await again('--storage', 'file', '--on-conflict', 'skip')).toMatchObject({ code: 0 });
  });

  it('refuses to lose what somebody has edited, and says which files', async () => {
    const { dir, again } = await made();
    appendFileSync(join(dir, 'src/server.ts'), '// mine\n');
    appendFileSync(join(dir, 'package.json'), '\n');
    const before = readTree(dir);
    for (const more of [[], ['--dry-run']]) {
      expect(await again('--storage', 'file', '--on-conflict', 'overwrite', ...more)).toMatchObject({
        code: 3,
        value: {
          code: 'edited',
          message: expect.stringMatching(/package\.json\n {2}src\/server\.ts$/),
          hint: expect.stringContaining('update, add or migrate'),
        },
      });
    }
    expect(readTree(dir)).toEqual(before);
  });

  it('refuses to mix two projects, of which neither would compile', async () => {
    const { dir, again } = await made();
    const before = readTree(dir);
    expect(await again('--storage', 'file', '--on-conflict', 'skip')).toMatchObject({
      code: 3,
      value: { code: 'mixed-projects', message: expect.stringContaining('src/app.ts') },
    });
    expect(readTree(dir)).toEqual(before);
  });

  it('refuses where git has changes that are not committed', async () => {
    const { dir, again } = await made();
    const git = (...args: string[]) =>
      execFileSync('git', ['-C', dir, '-c', 'user.name=a', '-c', 'user.email=a@b', ...args]);
    writeFileSync(join(dir, 'own.ts'), '// mine\n');
    git('init', '-q');
    git('add', '--all');
    git('commit', '-q', '-m', 'mine');
    appendFileSync(join(dir, 'own.ts'), '// more\n');
    expect(await again('--storage', 'file', '--on-conflict', 'overwrite')).toMatchObject({
      code: 3,
      value: { code: 'dirty', message: expect.stringContaining('own.ts') },
    });
  });

  it('says that the record of the project there cannot be read', async () => {
    const { dir, again } = await made();
    writeFileSync(join(dir, '.mcp-mason.json'), '{');
    expect(await again('--on-conflict', 'overwrite')).toMatchObject({ code: 1, value: { code: 'bad-record' } });
  });
});
