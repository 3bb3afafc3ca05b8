import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

/** Nobody's settings are longer, and what stands in the place of the file may have no end. */
const MOST_BYTES = 1024 * 1024;

/** The variables in a project's `.env`; none when there is no such file. */
export function readDotEnv(dir: string): Readonly<Record<string, string>> {
  try {
    const entries = Object.entries(parseEnv(textOf(join(dir, '.env')).replace(/^\uFEFF/, '')));
    return Object.fromEntries(entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
  } catch {
    return {};
  }
}

function textOf(path: string): string {
  // To open a pipe waits for whoever writes into it.
  if (!statSync(path).isFile()) return '';
  const handle = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(MOST_BYTES);
    return bytes.subarray(0, readSync(handle, bytes, 0, MOST_BYTES, 0)).toString('utf8');
  } finally {
    closeSync(handle);
  }
}
