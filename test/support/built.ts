import { basename, join } from 'node:path';
import { buildSync } from 'esbuild';

/** A module of the tests as a file that plain Node runs, for tests of several processes. */
export function built(entry: string, dir: string): string {
  const outfile = join(dir, `${basename(entry, '.ts')}.mjs`);
  buildSync({ entryPoints: [entry], bundle: true, platform: 'node', format: 'esm', outfile });
  return outfile;
}
