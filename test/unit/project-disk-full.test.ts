import { execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { writeTree } from '../support/fixture.ts';
import { readTree, tempDir } from '../support/temp.ts';

const WRITE = fileURLToPath(new URL('../../src/project/write.ts', import.meta.url));

type Ended = { code: string; exit: number; message: string };

/** Writes a project in a process of its own that may not write files over 8 KiB, and gives the error it ends with. */
const writeWithLimit = (target: string, onConflict: string): Ended =>
  runLimited(
    `
    import { writeProject } from ${JSON.stringify(WRITE)};
    const files = [
      { path: 'README.md', text: 'new\\n' },
      { path: 'src/main.ts', text: 'main\\n' },
      { path: 'src/big.ts', text: 'x'.repeat(100_000) },
    ];
    const options = { onConflict: ${JSON.stringify(onConflict)}, signal: new AbortController().signal };
    const work = (target) => writeProject(target, files, options);`,
    target,
  );

/** @param script defines `work` */
function runLimited(script: string, target: string): Ended {
  const dir = tempDir();
  const run = `
    try {
      await work(process.argv[2]);
      process.stdout.write('{}');
    } catch ({ code, exit, message }) {
      process.stdout.write(JSON.stringify({ code, exit, message }));
    }`;
  writeFileSync(join(dir, 'script.ts'), script + run);
  buildSync({
    entryPoints: [join(dir, 'script.ts')],
    outfile: join(dir, 'script.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['fs-extra'],
  });
  // Blocks of 1024 bytes in bash, which is what the limit of a shell means to people.
  const command = 'ulimit -f 8 && exec "$0" "$1" "$2"';
  return JSON.parse(
    execFileSync('bash', ['-c', command, process.execPath, join(dir, 'script.mjs'), target], { encoding: 'utf8' }),
  );
}

const STAGE = fileURLToPath(new URL('../../src/project/stage.ts', import.meta.url));

describe.skipIf(process.platform === 'win32')('a disk that is full', () => {
  it('leaves a project as it was that is being changed', () => {
    const dir = tempDir();
    writeTree(dir, { 'README.md': 'mine', 'src/old.ts': 'mine' });
    const error = runLimited(
      `
      import { applyEdits } from ${JSON.stringify(STAGE)};
      const edits = [
        { path: 'README.md', was: Buffer.from('mine'), text: 'new' },
        { path: 'src/big.ts', was: undefined, text: 'x'.repeat(100_000) },
      ];
      const work = (target) => applyEdits(target, edits, { signal: new AbortController().signal });`,
      dir,
    );
    expect(error).toMatchObject({ code: 'disk-full', exit: 1 });
    expect(readTree(dir)).toEqual({ 'README.md': 'mine', 'src/old.ts': 'mine' });
  });

  it('leaves nothing of a new project', () => {
    const dir = tempDir();
    const error = writeWithLimit(join(dir, 'a/hello'), 'error');
    expect(error).toMatchObject({ code: 'disk-full', exit: 1 });
    expect(error.message).toContain(join(dir, 'a/hello'));
    expect(readdirSync(dir)).toEqual([]);
  });

  it('leaves a folder that was there as it was', () => {
    const dir = tempDir();
    writeTree(dir, { 'README.md': 'mine', 'src/old.ts': 'mine' });
    expect(writeWithLimit(dir, 'overwrite')).toMatchObject({ code: 'disk-full', exit: 1 });
    expect(readTree(dir)).toEqual({ 'README.md': 'mine', 'src/old.ts': 'mine' });
  });

  it('leaves a file as it was that could not be replaced', () => {
    const dir = tempDir();
    writeTree(dir, { 'README.md': 'mine', 'src/big.ts': 'mine' });
    expect(writeWithLimit(dir, 'overwrite')).toMatchObject({ code: 'disk-full', exit: 1 });
    expect(readTree(dir)).toEqual({ 'README.md': 'mine', 'src/big.ts': 'mine' });
  });
});
