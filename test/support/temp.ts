import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A fresh folder, links resolved, that is removed when the running test ends. */
export function tempDir(): string {
  const dir = makeTempDir();
  onTestFinished(() => rmSync(dir, { recursive: true, force: true, maxRetries: 5 }));
  return dir;
}

/** Runs `work` with a fresh folder and removes it afterwards: for property tests, which make many of them. */
export async function withTempDir<T>(work: (dir: string) => T | Promise<T>): Promise<T> {
  const dir = makeTempDir();
  try {
    return await work(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const makeTempDir = (): string => realpathSync(mkdtempSync(join(tmpdir(), 'mason-test-')));

/** All files below a folder as `{ 'a/b.txt': 'text' }`, sorted; folders that hold nothing end in `/`. */
export function readTree(dir: string): Record<string, string> {
  const tree: Record<string, string> = {};
  const visit = (folder: string, prefix: string): void => {
    for (const name of readdirSync(folder).sort()) {
      const path = join(folder, name);
      if (!statSync(path).isDirectory()) tree[prefix + name] = readFileSync(path, 'utf8');
      else if (readdirSync(path).length === 0) tree[`${prefix}${name}/`] = '';
      else visit(path, `${prefix}${name}/`);
    }
  };
  visit(dir, '');
  return tree;
}
