import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { Output } from './bundle.ts';

const SPECIFIER = /(\bfrom |\bimport\()(['"])(\.{1,2}\/[^'"]+)\.ts\2/g;

/**
 * The type declarations of `src/index.ts` and of the modules whose types it shows.
 *
 * @param root absolute path of the repository
 * @throws Error when the compiler refuses
 */
export function declarations(root: string): Output[] {
  const folder = join(root, '.tmp', 'types');
  rmSync(folder, { recursive: true, force: true });
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', join(root, 'scripts', 'tsconfig.types.json')], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`The types of src/index.ts do not compile:\n${stdout}`);

  const outputs = new Map<string, string>();
  const add = (path: string): void => {
    if (outputs.has(path)) return;
    const text = readFileSync(join(folder, path), 'utf8');
    // Declarations name sources as they are written here, with `.ts`.
    outputs.set(path, text.replace(SPECIFIER, '$1$2$3.js$2'));
    for (const [, , , specifier] of text.matchAll(SPECIFIER)) {
      add(posix.join(posix.dirname(path), `${specifier}.d.ts`));
    }
  };
  add('index.d.ts');
  return [...outputs]
    .map(([path, text]) => ({ path: `dist/${path}`, text }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}
