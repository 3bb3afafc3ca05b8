import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join, posix } from 'node:path';

const SPECIFIER = /(\bfrom |\bimport\()(['"])(\.{1,2}\/[^'"]+)\.ts\2/g;

/**
 * The type declarations of `src/index.ts` and of the modules whose types it shows.
 *
 * @param root absolute path of the repository
 * @returns texts by path, relative to the repository, with `/`
 * @throws Error when the compiler refuses
 */
export function declarations(root: string): Record<string, string> {
  const folder = join(root, '.tmp', 'types');
  rmSync(folder, { recursive: true, force: true });
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', join(root, 'scripts', 'tsconfig.types.json')], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`The types of src/index.ts do not compile:\n${stdout}`);

  const outputs: Record<string, string> = {};
  const add = (path: string): void => {
    // Of CommonJS, as the bundle is: without the c, compilers would take them for those of ES modules.
    const name = `dist/${path.replace(/\.d\.ts$/, '.d.cts')}`;
    if (outputs[name] !== undefined) return;
    const text = readFileSync(join(folder, path), 'utf8');
    // Declarations name sources as they are written here, with `.ts`.
    outputs[name] = text.replace(SPECIFIER, '$1$2$3.cjs$2');
    for (const [, , , specifier] of text.matchAll(SPECIFIER)) {
      add(posix.join(posix.dirname(path), `${specifier}.d.ts`));
    }
  };
  add('index.d.ts');
  return outputs;
}
